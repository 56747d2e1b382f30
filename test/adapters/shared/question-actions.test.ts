import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { answerableQuestion, answerQuestion, cancelQuestion, type Given } from '../../../adapters/shared/question-actions.ts';
import type { Presser } from '../../../adapters/shared/run-actions.ts';
import { UserError } from '../../../src/errors.ts';
import { createQuestions, type OpenQuestion } from '../../../src/runs/questions.ts';
import { createRunIds } from '../../../src/runs/run-id.ts';
import { createRun } from '../../../src/runs/run-request.ts';
import { createRunStore } from '../../../src/runs/run-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { PersonQuestion } from '../../../src/toolset/tool.ts';

const CHOOSE: PersonQuestion = { kind: 'choose', text: 'Which?', options: ['a', 'b'] };
const dana: Presser = { id: 'U1', workspaceId: 'slack:T1', isAdmin: async () => false, name: async () => 'dana' };
const sam: Presser = { ...dana, id: 'U2' };
const alex: Presser = { ...dana, id: 'U3', isAdmin: async () => true };
const stranger: Presser = { ...dana, workspaceId: 'slack:T2', isAdmin: async () => true };

async function open(context: TestContext, asked: PersonQuestion = CHOOSE) {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	const request = { workspaceId: 'slack:T1', conversation: 'slack:T1/C1/1', text: 'q', askedBy: { id: 'U1' }, allowWrites: false };
	const run = await createRunStore(storage).accept(createRun(createRunIds()(), request));
	const questions = createQuestions(storage);
	const { id } = await questions.open(run, asked);
	const settled: OpenQuestion[] = [];
	const settle = async (question: OpenQuestion) => void settled.push(question);
	return {
		id,
		settled,
		answer: (given: Given, by = dana, of = id) => answerQuestion(of, given, by, { questions }, settle),
		answerable: (by = dana) => answerableQuestion(id, by, { questions }, settle),
		cancel: (by = dana, of = id) => cancelQuestion(of, by, { questions }, settle),
		held: async () => (await questions.get(id))?.decision,
	};
}

const saying = (code: string, words: RegExp) => (error: unknown) => {
	assert.ok(error instanceof UserError && error.code === code, String(error));
	assert.match(error.userMessage, words);
	return true;
};

test('what is not known, or is of another workspace, can be neither answered nor cancelled', async (context) => {
	const { id, answer, cancel, held, settled } = await open(context);
	const gone = saying('not-found', /Nobody waits for an answer to this any more/);
	for (const [by, of] of [
		[dana, ''],
		[dana, `${id}0`],
		[dana, '__proto__'],
		[stranger, id],
	] as const) {
		await assert.rejects(answer({ choice: 0 }, by, of), gone);
		await assert.rejects(cancel(by, of), gone);
	}
	assert.equal(await held(), undefined);
	assert.deepEqual(settled, []);
});

test('what the question does not offer is no answer to it', async (context) => {
	const { answer, held } = await open(context);
	for (const given of [{ choice: 2 }, { choice: -1 }, { choice: 0.5 }, { choice: Number.NaN }, { text: 'a' }])
		await assert.rejects(answer(given), saying('not-found', /Nobody waits/));
	assert.equal(await held(), undefined);
	const typed = await open(context, { kind: 'input', text: 'What?' });
	await assert.rejects(typed.answer({ choice: 0 }), saying('not-found', /Nobody waits/));
});

test('nobody but the asker answers, and of the others only an admin cancels', async (context) => {
	const { answer, answerable, cancel, held } = await open(context);
	for (const other of [sam, alex]) {
		await assert.rejects(answer({ choice: 0 }, other), saying('not-allowed', /asks somebody else/));
		await assert.rejects(answerable(other), saying('not-allowed', /asks somebody else/));
	}
	await assert.rejects(cancel(sam), saying('not-allowed', /or an admin, may cancel this/));
	assert.equal(await held(), undefined);
	await cancel(alex);
	assert.equal((await held())?.cancelled, true);
});

test('the same answer twice is one; another one later is told that it came too late', async (context) => {
	const { answer, answerable, cancel, held, settled } = await open(context);
	assert.equal((await answerable()).question.kind, 'choose');
	await answer({ choice: 1 });
	await answer({ choice: 1 });
	await assert.rejects(answer({ choice: 0 }), saying('not-found', /Nobody waits/));
	await assert.rejects(answerable(), saying('not-found', /Nobody waits/));
	await cancel();
	const decision = await held();
	assert.ok(decision && !decision.cancelled);
	assert.equal(decision.value, 'b');
	assert.equal(settled.length, 5, 'the card is drawn anew every time');
	for (const each of settled) assert.deepEqual(each.decision, decision);
});
