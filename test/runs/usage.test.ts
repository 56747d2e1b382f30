import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createUsage, dayOf, type Usage } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { TOTALS } from './scripted-answer.ts';

const DAY_MS = 24 * 60 * 60_000;
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const totals = (modelCalls: number) => ({
	...TOTALS,
	modelCalls,
	toolCalls: 2,
	promptTokens: modelCalls * 100,
	completionTokens: modelCalls * 10,
});
const nextId = createRunIds();

let storage: Storage;
let usage: Usage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	usage = createUsage(storage);
});
afterEach(() => storage.close());

function newRun({ workspaceId = 'slack:T1', user = 'U1', name = undefined as string | undefined, days = 0 } = {}): Run {
	const run = createRun(nextId(), { workspaceId, conversation: 'c', text: 'q', askedBy: { id: user, name }, allowWrites: false });
	return { ...run, createdAt: ago(days) };
}

describe('the usage', () => {
	it('is nothing where nothing was used', async () => {
		const nothing = { runs: 0, modelCalls: 0, toolCalls: 0, promptTokens: 0, completionTokens: 0, users: [] };
		assert.deepEqual(await usage.sum('slack:T1', dayOf(new Date())), nothing);
		assert.deepEqual(await usage.sum('slack:T1', '2999-01-01'), nothing);
	});

	it('counts a run once, as it was recorded last', async () => {
		const run = newRun();
		for (const calls of [1, 3]) await usage.record(run, totals(calls));
		assert.partialDeepStrictEqual(await usage.sum('slack:T1', dayOf(new Date())), {
			runs: 1,
			modelCalls: 3,
			toolCalls: 2,
			promptTokens: 300,
			completionTokens: 30,
		});
	});

	it('is that of the days asked for', async () => {
		for (const days of [0, 1, 40]) await usage.record(newRun({ days }), totals(1));
		const runsSince = async (days: number) => (await usage.sum('slack:T1', ago(days).slice(0, 10))).runs;
		assert.deepEqual([await runsSince(0), await runsSince(1), await runsSince(39), await runsSince(40)], [1, 2, 2, 3]);
	});

	it('is that of the workspace alone', async () => {
		for (const workspaceId of ['slack:T1', 'slack:T12', 'slack:T1/x']) await usage.record(newRun({ workspaceId }), totals(1));
		assert.equal((await usage.sum('slack:T1', dayOf(new Date()))).runs, 1);
		assert.equal((await usage.sum('slack:T', dayOf(new Date()))).runs, 0);
	});

	it('tells who used most', async () => {
		await usage.record(newRun({ user: 'U1', name: 'Dana' }), totals(1));
		await usage.record(newRun({ user: 'U2' }), totals(3));
		await usage.record(newRun({ user: 'U1', name: 'Dana' }), totals(1));
		const { users, runs } = await usage.sum('slack:T1', dayOf(new Date()));
		assert.equal(runs, 3);
		assert.deepEqual(users, [
			{ id: 'U2', runs: 1, modelCalls: 3, toolCalls: 2, promptTokens: 300, completionTokens: 30 },
			{ id: 'U1', name: 'Dana', runs: 2, modelCalls: 2, toolCalls: 4, promptTokens: 200, completionTokens: 20 },
		]);
	});
});
