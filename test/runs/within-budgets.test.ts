import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { type Budgets, createBudgets } from '../../src/runs/budgets.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import type { RunRequest } from '../../src/runs/run-request.ts';
import { withinBudgets } from '../../src/runs/within-budgets.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { question, WORKSPACE } from './budget-world.ts';
import { result } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
let storage: Storage;
let budgets: Budgets;
let queue: RunQueue;
let answered: string[];
beforeEach(async () => {
	answered = [];
	storage = await openStorage('sqlite://:memory:', { logger });
	budgets = createBudgets({ storage, limits: { userQuestions: 1 } });
	queue = createRunQueue({
		storage,
		logger,
		concurrency: 4,
		openConversation: (key) =>
			key === 'c' ? { show: async () => {}, confirmWrite: async () => 'refused', askPerson: async () => '' } : undefined,
		async *answer(run) {
			answered.push(run.id);
			yield result('yes');
		},
	});
});
afterEach(async () => {
	await queue.close();
	await storage.close();
});

const submit = (request: RunRequest) => withinBudgets(queue, budgets, logger).submit(request);
const asked = async () => (await budgets.today(WORKSPACE, 'U1'))[0]?.used;

describe('a queue within budgets', () => {
	it('neither stores nor answers what is over them', async () => {
		const first = await submit(question());
		await assert.rejects(submit(question()), { code: 'over-budget' });
		await first.finished;
		assert.deepEqual(answered, [first.run.id]);
		assert.deepEqual(
			(await queue.recent(WORKSPACE, { limit: 9 })).map(({ id }) => id),
			[first.run.id],
		);
	});

	it('gives the run of an event again, however much was asked since', async () => {
		const first = await submit(question({ id: 'e' }));
		await assert.rejects(submit(question({ id: 'f' })), { code: 'over-budget' });
		const again = await submit(question({ id: 'e' }));
		assert.equal(again.run.id, first.run.id);
		await Promise.all([first.finished, again.finished]);
		assert.deepEqual([answered.length, await asked()], [1, 1]);
	});

	it('does not count what the queue does not accept', async () => {
		await assert.rejects(submit({ ...question({ id: 'e' }), text: ' ' }), { code: 'bad-input' });
		await assert.rejects(submit({ ...question({ id: 'f' }), conversation: 'elsewhere' }), { code: 'not-found' });
		assert.equal(await asked(), 0);
		await (await submit(question({ id: 'e' }))).finished;
	});

	it('tells why it was not accepted, also when it could not be taken back', async () => {
		const giveBack = () => Promise.reject(new UserError('storage', 'no'));
		const kept = withinBudgets(queue, { admit: async () => ({ giveBack }) }, logger);
		await assert.rejects(kept.submit({ ...question(), text: '' }), { code: 'bad-input' });
	});
});
