import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { Answered, Strategy, Suite } from '../../../bench/eval/contract.ts';
import { type EvaluationParts, evaluate } from '../../../bench/eval/evaluate.ts';
import { LimitReached } from '../../../bench/eval/limit-reached.ts';
import type { Options } from '../../../bench/eval/options.ts';
import type { Row } from '../../../bench/eval/results.ts';
import { createTypeChecker } from '../../../src/code/check.ts';
import { createSandbox } from '../../../src/sandbox/pool.ts';
import { completionBody, errorBody, quickClient, sendJson, startServer } from '../../model/model-server.ts';
import { notesSuite, startNotesServer } from './notes-server.ts';

const sandbox = createSandbox();
const checker = createTypeChecker();
const logger = pino({ level: 'silent' });

const answered = (sentence: string, change: Partial<Answered> = {}): Answered => ({ sentence, repairs: 0, reused: [], ...change });

/** Asks the model, and notes down what it says. */
const noting: Strategy = {
	name: 'noting',
	async answer({ text, earlier }, { model, call, signal }) {
		const said = earlier.map(({ question, answer }) => `${question} -> ${answer}\n`).join('');
		const { text: reply } = await model.complete({
			stage: 'plan',
			question: text,
			messages: [{ role: 'user', content: `${said}${text}` }],
			signal,
		});
		await call({ tool: 'notes.addNote', args: { text: reply } });
		return answered(reply);
	},
};

interface Scene {
	readonly suite: Suite;
	readonly strategy?: Strategy;
	readonly options?: Partial<Options>;
	/** Of the model, to the last message; throws for status 500. */
	readonly reply?: (prompt: string) => string;
}

/** A suite's server, a model server and a folder; `run` is one start of the program, which may change any of it. */
async function openScene(context: TestContext, { suite, strategy = noting, options = {}, reply = (prompt) => `on ${prompt}` }: Scene) {
	const out = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(out, { recursive: true, force: true }));
	const notes = await startNotesServer(context);
	const models = await startServer(context, (response, _index, { body }) => {
		const prompt = (body.messages as { content: string }[]).at(-1)?.content ?? '';
		try {
			sendJson(response, 200, completionBody(reply(prompt)));
		} catch {
			sendJson(response, 501, errorBody('scripted'));
		}
	});
	const run = async (change: Partial<Options> = {}, parts: Partial<EvaluationParts> = {}) => {
		const given: Options = {
			...{ suite: 'a folder', base: notes.base, strategies: [strategy.name], model: 'm1', out: path.join(out, 'run') },
			...{ repeat: 1, concurrency: 1, ...options, ...change },
		};
		const { rows } = await evaluate(given, {
			suite,
			createStrategy: async () => strategy,
			createModel: (fetch) => quickClient(parts.modelUrl ?? models.baseUrl, fetch && { fetch }),
			modelUrl: models.baseUrl,
			sandbox,
			checker,
			progress: { write() {} },
			logger,
			signal: new AbortController().signal,
			...parts,
		});
		return rows;
	};
	return { out, notes, models, run };
}

const shortly = (rows: readonly Row[]) => rows.map(({ task, repeat, scores, failure }) => [task, repeat, scores.noted, failure]);

test('a strategy that breaks has failed, and the others are asked', async (context) => {
	const strategy: Strategy = {
		...noting,
		async answer(turn, world) {
			if (turn.text === 'b') throw new TypeError('no such thing');
			return noting.answer(turn, world);
		},
	};
	const { run } = await openScene(context, { suite: notesSuite([['a'], ['b', 'and then'], ['c']]), strategy });
	const rows = await run();
	assert.deepEqual(shortly(rows), [
		['n-0', 0, 1, undefined],
		['n-1', 0, 0, 'harness'],
		['n-2', 0, 1, undefined],
	]);
	assert.match(rows[1]?.detail ?? '', /TypeError: no such thing/);
	assert.equal(rows[1]?.turns.length, 1);
});

test('a tool that does not exist, or is not of the task, is a response, and written down', async (context) => {
	const strategy: Strategy = {
		name: 'reaching',
		async answer(_turn, { call, toolbox }) {
			assert.deepEqual(
				[...toolbox.tools.keys()].filter((id) => !id.startsWith('human.')),
				['notes.listNotes'],
			);
			await call({ tool: 'notes.addNote', args: { text: 'a' } });
			await call({ tool: 'human.input', args: { question: 'What?' } });
			await call({ tool: 'notes.listNotes', args: {} });
			return answered('');
		},
	};
	const { run } = await openScene(context, { suite: notesSuite([['a']], ['notes.listNotes']), strategy });
	const [row] = await run();
	assert.equal(row?.detail, undefined);
	assert.deepEqual(
		row?.calls.map(({ tool, response }) => [tool, response.ok || response.kind]),
		[
			['notes.addNote', 'unknown-tool'],
			['human.input', 'refused'],
			['notes.listNotes', true],
		],
	);
	assert.deepEqual(row?.scores, { noted: 0, requests: 1 });
});

test('a turn may ask the model twelve times', async (context) => {
	const strategy: Strategy = {
		name: 'insisting',
		async answer(turn, world) {
			try {
				for (;;) await noting.answer(turn, world);
			} catch (error) {
				assert.ok(error instanceof LimitReached);
				return answered('', { failure: 'limit' });
			}
		},
	};
	const { run } = await openScene(context, { suite: notesSuite([['a', 'b']]), strategy });
	const [row] = await run();
	assert.deepEqual([row?.modelCalls, row?.promptTokens, row?.failure, row?.turns.length], [24, 24 * 12, 'limit', 2]);
	assert.deepEqual(row?.exchanges.at(-1), {
		...{ turn: 1, stage: 'plan', messages: [{ role: 'user', content: 'a -> \nb' }], reply: 'on a -> \nb' },
		...{ promptTokens: 12, completionTokens: 3, ms: row?.exchanges.at(-1)?.ms },
	});
});

test('in a dialogue the user answers what is asked, and goes on with what is left', async (context) => {
	const asked: string[] = [];
	const strategy: Strategy = {
		name: 'asking',
		async answer({ text, earlier }, { askPerson }) {
			asked.push([...earlier.map(({ question, answer }) => `${question}/${answer}`), text].join(' '));
			return answered(text === 'book' ? `for ${await askPerson({ kind: 'input', text: 'When?' })}` : 'done');
		},
	};
	const { run } = await openScene(context, { suite: notesSuite([['book', 'Friday', 'thanks']]), strategy });
	const [row] = await run();
	assert.deepEqual(
		row?.turns.map(({ sentence }) => sentence),
		['for Friday', 'done'],
	);
	assert.deepEqual(asked, ['book', 'book/for Friday thanks']);
});

test('a run that stops goes on: what is done is not asked again, what was cut off is', async (context) => {
	const stop = new AbortController();
	const ids: string[] = [];
	const strategy: Strategy = {
		...noting,
		async answer(turn, world) {
			ids.push(turn.id);
			if (turn.text === 'b' && ids.length === 2) stop.abort(new Error('Ctrl-C'));
			world.signal.throwIfAborted();
			return noting.answer(turn, world);
		},
	};
	const { run, models, notes, out } = await openScene(context, { suite: notesSuite([['a'], ['b'], ['c']]), strategy });
	await assert.rejects(run({}, { signal: stop.signal }), /Ctrl-C/);
	const lines = (await readFile(path.join(out, 'run/results.jsonl'), 'utf8')).trimEnd().split('\n');
	assert.equal(lines.length, 1);
	assert.deepEqual(
		shortly(await run()).map(([task]) => task),
		['n-0', 'n-1', 'n-2'],
	);
	assert.equal(models.requests.length, 3);
	assert.equal(new Set(ids).size, 4);
	assert.deepEqual(
		notes.resets.map((session) => session.replace(/^[0-9a-f]{8}-/, '')),
		['noting-0-n-0', 'noting-0-n-1', 'noting-0-n-1', 'noting-0-n-2'],
	);
	await run();
	assert.equal(models.requests.length, 3);
	await assert.rejects(run({ model: 'm2' }), /--model was m1, and is m2 now/);
});

test('what was learnt from a task that was cut off does not help with it: its prompts are those of a run in one piece', async (context) => {
	const stop = new AbortController();
	let turns = 0;
	const learning = ({ folder }: { readonly folder: string }): Strategy => ({
		...noting,
		inOrder: true,
		async answer(turn, world) {
			turns += 1;
			if (turns === 4) stop.abort(new Error('Ctrl-C'));
			const file = path.join(folder, 'learnt');
			const known = await readFile(file, 'utf8').catch(() => '');
			const answer = await noting.answer({ ...turn, text: `${known}${turn.text}` }, world);
			await appendFile(file, turn.text);
			return answer;
		},
	});
	const { run, models } = await openScene(context, { suite: notesSuite([['a', 'b'], ['c', 'd'], ['e']]) });
	const parts: Partial<EvaluationParts> = { createStrategy: async (_name, options) => learning(options) };
	await assert.rejects(run({}, { ...parts, signal: stop.signal }), /Ctrl-C/);
	const before = models.requests.length;
	await run({}, parts);
	const [asked] = models.requests.slice(before).map(({ body }) => (body.messages as { content: string }[]).at(-1)?.content);
	assert.equal(asked, 'abc');
});

test('a model that cannot be asked ends the run, and no task has failed', async (context) => {
	let down = true;
	const reply = (prompt: string) => {
		if (down && prompt === 'b') throw new Error('down');
		return prompt;
	};
	// A strategy that takes any failure of the model for its own.
	const strategy: Strategy = {
		...noting,
		answer: (turn, world) => noting.answer(turn, world).catch(() => answered('', { failure: 'model' })),
	};
	const { run } = await openScene(context, { suite: notesSuite([['a'], ['b']]), strategy, reply });
	await assert.rejects(run(), /model server at .* failed \(HTTP 501\)/);
	down = false;
	assert.deepEqual(shortly(await run()), [
		['n-0', 0, 1, undefined],
		['n-1', 0, 1, undefined],
	]);
});

test('a server of the suite that is gone ends the run', async (context) => {
	const { run, notes } = await openScene(context, { suite: notesSuite([['a']]) });
	await notes.stop();
	await assert.rejects(run(), /suite's server does not answer/);
});

test('a tool that only the suite knows ends the run', async (context) => {
	const { run } = await openScene(context, { suite: notesSuite([['a']], ['notes.sing']) });
	await assert.rejects(run(), /the tool notes\.sing, which its server's document does not have/);
});

test('several tasks are under way at once, and those of a strategy that learns are not', async (context) => {
	const suite = notesSuite([['a'], ['b'], ['c'], ['d']]);
	for (const inOrder of [undefined, true] as const) {
		let underWay = 0;
		let most = 0;
		const both = Promise.withResolvers<void>();
		const strategy: Strategy = {
			...noting,
			...(inOrder && { inOrder }),
			async answer(turn, world) {
				most = Math.max(most, ++underWay);
				if (most === 2) both.resolve();
				// Without a second one there is nobody to wait for.
				if (!inOrder) await both.promise;
				const answer = await noting.answer(turn, world);
				underWay -= 1;
				return answer;
			},
		};
		const { run } = await openScene(context, { suite, strategy, options: { concurrency: 2 } });
		const rows = await run();
		assert.equal(most, inOrder ? 1 : 2);
		assert.deepEqual(rows.map(({ task }) => task).sort(), ['n-0', 'n-1', 'n-2', 'n-3']);
	}
});

test('every repeat has a strategy of its own, which is closed, and a session of its own', async (context) => {
	const folders: string[] = [];
	let closed = 0;
	const { run, notes } = await openScene(context, { suite: notesSuite([['a']]), options: { repeat: 2, strategies: ['noting', 'other'] } });
	const rows = await run(
		{},
		{
			async createStrategy(name, { folder }) {
				folders.push(path.basename(folder));
				const close = async () => {
					closed += 1;
				};
				return { ...noting, name, functions: async () => folders.length, close };
			},
		},
	);
	assert.deepEqual(folders, ['noting-0', 'noting-1', 'other-0', 'other-1']);
	assert.equal(closed, 4);
	assert.deepEqual(
		rows.map(({ strategy, repeat, functions }) => [strategy, repeat, functions]),
		[
			['noting', 0, 1],
			['noting', 1, 2],
			['other', 0, 3],
			['other', 1, 4],
		],
	);
	assert.equal(new Set(notes.resets).size, 4);
});

test('a recorded run is replayed without its model server: the same rows, repeat by repeat', async (context) => {
	let count = 0;
	const { run, out, models } = await openScene(context, {
		suite: notesSuite([['a', 'again'], ['b']]),
		options: { repeat: 2 },
		reply: () => `reply ${++count}`,
	});
	const file = path.join(out, 'tape.jsonl');
	const recorded = await run({ record: file });
	const asked = models.requests.length;
	const gone = { modelUrl: 'http://127.0.0.1:1/v1' };
	const replayed = await run({ replay: file, out: path.join(out, 'replayed') }, gone);
	assert.equal(models.requests.length, asked);
	const comparable = (rows: readonly Row[]) => rows.map(({ session, turns, scores, calls }) => ({ session, turns, scores, calls }));
	assert.deepEqual(comparable(replayed), comparable(recorded));
	const other = notesSuite([['a', 'again'], ['something else']]);
	await assert.rejects(
		run({ replay: file, out: path.join(out, 'other') }, { ...gone, suite: other }),
		/A request is not recorded in .*messages\.0\.content/,
	);
});

test.after(async () => {
	await Promise.all([sandbox.close(), checker.close()]);
});
