import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { createScript, performLines } from '../../../adapters/console/piped.ts';
import type { CommandServices } from '../../../commands/command.ts';
import type { Conversation } from '../../../src/conversation.ts';
import type { Progress } from '../../../src/pipeline/progress.ts';
import type { FunctionKey } from '../../../src/repository/function-record.ts';
import { createRun } from '../../../src/runs/run-request.ts';
import { recordOf } from '../../repository/stored-functions.ts';
import { result, TOTALS } from '../../runs/scripted-answer.ts';

/** Nothing here has files. */
const saving = { saveFiles: async () => [], filesFolder: 'nowhere' };

/** An output that cannot take texts in which `refused` occurs. */
function createOutput(refused = '\u0000') {
	let written = '';
	const output = new Writable({
		write(chunk, _encoding, done) {
			if (String(chunk).includes(refused)) return done(new Error('the reader has left'));
			written += chunk;
			done();
		},
	});
	output.on('error', () => {});
	return { output, text: () => written };
}

/** A queue that shows these events for every question, as the real one does: what cannot be shown rejects nothing. */
function showing(
	conversation: (key: string) => Conversation | undefined,
	events: readonly Progress[],
	elsewhere: readonly Progress[] = [],
) {
	const show = async (run: ReturnType<typeof createRun>, shown: readonly Progress[]) => {
		for (const [index, event] of shown.entries())
			await conversation(run.conversation)
				?.show(run, event, index)
				.catch(() => {});
	};
	return {
		runs: {
			async submit(request: Parameters<typeof createRun>[1]) {
				const run = createRun('R1', request);
				await show(createRun('R0', { ...request, conversation: 'console:local/dead' }), elsewhere);
				return { run, finished: show(run, events).then(() => result('')) };
			},
		},
		sampleQuestions: [],
	} as unknown as CommandServices;
}

/** A bot that knows one function and says what was forgotten. */
function forgetting() {
	const forgotten: string[] = [];
	const services = {
		functions: {
			versions: async (_workspaceId: string, name: string) => [recordOf(`async function ${name}(): Promise<void> {}`)],
			list: async () => [],
			delete: async (_workspaceId: string, { name }: FunctionKey) => forgotten.push(name) > 0,
		},
	} as unknown as CommandServices;
	return { forgotten, services };
}

const failure = { type: 'failure', code: 'unanswered', message: 'No.', reference: 'R1', totals: TOTALS } as const;

describe('a line', () => {
	test('that destroys something is done without asking: nobody is there to answer', async () => {
		const { output, text } = createOutput();
		const { forgotten, services } = forgetting();
		assert.equal(
			await (await createScript({ output, ...saving, errors: output })).perform('/functions forget f --for-good', services),
			true,
		);
		assert.deepEqual(forgotten, ['f']);
		assert.doesNotMatch(text(), /\?/);
	});

	for (const json of [false, true]) {
		const perform = async (
			events: readonly Progress[],
			{ refused, elsewhere }: { refused?: string; elsewhere?: readonly Progress[] } = {},
		) => {
			const { output, text } = createOutput(refused);
			const script = await createScript({ output, ...saving, errors: output, json });
			return { answered: await script.perform('q', showing(script.conversation, events, elsewhere)), text: text() };
		};
		test(`is answered by a result that is shown, and by nothing else${json ? ' (JSON)' : ''}`, async () => {
			assert.equal((await perform([result('Eight.')])).answered, true);
			assert.equal((await perform([failure])).answered, false);
			assert.equal((await perform([result('Eight.')], { refused: 'Eight' })).answered, false);
			const silent = await perform([]);
			assert.equal(silent.answered, false);
			assert.match(silent.text, /No answer could be shown here/);
		});

		test(`is not answered by a resumed run, which says what it goes on with${json ? ' (JSON)' : ''}`, async () => {
			const { answered, text } = await perform([], {
				elsewhere: [{ type: 'scaffold', code: '', functionName: 'f' }, result('Other.')],
			});
			assert.equal(answered, false);
			assert.match(text, json ? /"type":"resumed","question":"q"/ : /Going on with: q\n\nScaffold/);
			assert.equal(text.match(/resumed|Going on/g)?.length, 1);
		});
	}

	test('that is a command is answered when its reply is written', async () => {
		const services = showing(() => undefined, []);
		const good = createOutput();
		assert.equal(await (await createScript({ ...saving, output: good.output, errors: good.output })).perform('/help', services), true);
		const bad = createOutput('/functions');
		assert.equal(await (await createScript({ ...saving, output: bad.output, errors: bad.output })).perform('/help', services), false);
	});
});

describe('lines', () => {
	const perform = async (input: string, signal?: AbortSignal) => {
		const { output, text } = createOutput();
		const script = await createScript({ output, ...saving, errors: output, echo: true });
		const answered = await performLines(Readable.from([input]), script, showing(script.conversation, [result('Eight.')]), signal);
		return { answered, asked: text().match(/^> .*/gm) ?? [] };
	};

	test('none ask nothing and leave nothing unanswered', async () => {
		assert.deepEqual(await perform(''), { answered: true, asked: [] });
		assert.deepEqual(await perform('\n# a comment\n  \n'), { answered: true, asked: [] });
	});

	test('end with /exit or /quit', async () => {
		assert.deepEqual(await perform('one\n/exit\ntwo\n'), { answered: true, asked: ['> one'] });
		assert.deepEqual(await perform('/nonsense\n /quit \ntwo\n'), { answered: false, asked: ['> /nonsense'] });
	});

	test('end with the one that was interrupted', async () => {
		assert.deepEqual((await perform('one\ntwo\n', AbortSignal.abort())).asked, ['> one']);
	});
});
