import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { APPROVAL_LIMIT_MS } from '../../src/runs/approvals.ts';
import { createQuestions, questionCancelled } from '../../src/runs/questions.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { RunLeft } from '../../src/runs/run-left.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';

const QUESTION: PersonQuestion = { kind: 'choose', text: 'Which?', options: ['a', 'b'] };
const never = new AbortController().signal;

async function open(context: TestContext) {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	const storage = await openStorage(`sqlite://${folder}/bot.sqlite`, { logger: pino({ level: 'silent' }) });
	context.after(async () => {
		await storage.close();
		await rm(folder, { recursive: true });
	});
	const request = { workspaceId: 'slack:T1', conversation: 'slack:T1/C1/1', text: 'q', askedBy: { id: 'U1' }, allowWrites: false };
	const run = await createRunStore(storage).accept(createRun(createRunIds()(), request));
	return { storage, run, questions: createQuestions(storage) };
}

test('what nobody answers in time cannot be answered any more, and says what to do', async (context) => {
	const { run, questions } = await open(context);
	const { id } = await questions.open(run, QUESTION);
	context.mock.timers.enable({ apis: ['Date'], now: Date.now() + APPROVAL_LIMIT_MS + 1000 });
	await assert.rejects(questions.wait(id, never), (error) => {
		assert.ok(error instanceof UserError && error.code === 'not-allowed');
		assert.match(error.userMessage, /nobody answered within 15 minutes, so it was stopped\. Ask again when you can answer it\./);
		return true;
	});
	assert.equal((await questions.decide(id, { value: 'a', by: 'U1' }))?.closed, 'expired');
});

test('a question that a stopped run left cannot be answered; one of a process that ended can, in another one', async (context) => {
	const { storage, run, questions } = await open(context);
	const [stopped, left] = [new AbortController(), new AbortController()];
	const first = await questions.open(run, QUESTION);
	const waiting = questions.wait(first.id, left.signal);
	left.abort(new RunLeft());
	await assert.rejects(waiting, /shutting down/);
	const elsewhere = createQuestions(storage);
	const again = await elsewhere.open(run, QUESTION);
	assert.equal(again.id, first.id, 'the same question');
	await questions.decide(again.id, { value: 'b', by: 'U1' });
	const decided = await elsewhere.wait(again.id, never);
	assert.ok(!decided.cancelled);
	assert.deepEqual([decided.value, decided.by], ['b', 'U1']);
	const second = await questions.open(run, QUESTION);
	assert.notEqual(second.id, first.id, 'an answer is used once');
	const other = questions.wait(second.id, stopped.signal);
	stopped.abort(new UserError('stopped', 'Stopped by dana.'));
	await assert.rejects(other, /Stopped by dana/);
	assert.equal((await elsewhere.decide(second.id, { value: 'a', by: 'U1' }))?.closed, 'stopped');
});

test('what comes first holds, be it an answer or that it was cancelled', async (context) => {
	const { run, questions } = await open(context);
	const { id } = await questions.open(run, QUESTION);
	const decided = await Promise.all([
		questions.decide(id, { value: 'a', by: 'U1' }),
		questions.decide(id, { cancelled: true, by: 'U2' }),
		questions.decide(id, { value: 'b', by: 'U1' }),
	]);
	const held = (await questions.get(id))?.decision;
	assert.ok(held);
	for (const each of decided) assert.deepEqual(each?.decision, held);
	assert.deepEqual(await questions.wait(id, never), held);
	assert.equal(questionCancelled().code, 'stopped');
});
