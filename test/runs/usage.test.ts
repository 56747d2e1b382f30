import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { createDayCounts } from '../../src/runs/day-counts.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createUsage, dayOf, type Usage } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
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
const used = (promptTokens: number) => ({ promptTokens, completionTokens: promptTokens / 10 });
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
		const nothing = { runs: 0, modelCalls: 0, toolCalls: 0, promptTokens: 0, completionTokens: 0, models: [], users: [] };
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
			{ id: 'U2', runs: 1, modelCalls: 3, toolCalls: 2, ...used(300), models: [used(300)] },
			{ id: 'U1', name: 'Dana', runs: 2, modelCalls: 2, toolCalls: 4, ...used(200), models: [used(200)] },
		]);
	});

	it('tells what was used with which model; of runs before models were recorded, that too', async () => {
		for (const model of ['a', 'b', 'a', undefined]) await usage.record(newRun(), { ...totals(1), ...(model !== undefined && { model }) });
		await usage.record(newRun(), { ...TOTALS, modelCalls: 0 });
		const { models } = await usage.sum('slack:T1', dayOf(new Date()));
		assert.deepEqual(models, [{ model: 'a', ...used(200) }, { model: 'b', ...used(100) }, used(100)]);
	});

	it('of one person is theirs alone', async () => {
		for (const user of ['U1', 'U2', 'U1']) await usage.record(newRun({ user }), totals(1));
		await usage.record(newRun({ days: 2 }), totals(1));
		const own = await usage.sumOf('slack:T1', 'U1', dayOf(new Date()));
		assert.deepEqual(own, { runs: 2, modelCalls: 2, toolCalls: 4, ...used(200), models: [used(200)] });
		assert.equal((await usage.sumOf('slack:T1', 'U3', ago(40).slice(0, 10))).runs, 0);
	});
});

describe('the tokens of a day', () => {
	const today = dayOf(new Date());
	const counted = async () => {
		const [own, all] = await createDayCounts(storage).of('slack:T1', today, 'U1');
		return [all.tokens, own.tokens];
	};

	it('are counted for the person and the workspace, on the day that the run was asked', async () => {
		await usage.record(newRun(), totals(1));
		await usage.record(newRun({ user: 'U2' }), totals(2));
		await usage.record(newRun({ days: 1 }), totals(4));
		assert.deepEqual(await counted(), [330, 110]);
	});

	it('are counted once wherever a process dies in it', async () => {
		const run = newRun();
		let deaths = 0;
		for (; ; deaths++) {
			let writes = 0;
			const dying = createUsage(mortal(storage, () => writes++ < deaths));
			const died = await dying.record(run, totals(1)).then(
				() => false,
				() => true,
			);
			if (!died) break;
			assert.ok(deaths < 9, 'it dies for good');
			const [all = 0, own = 0] = await counted();
			assert.ok(all <= 110 && own <= 110, `${all} and ${own} after ${deaths} writes`);
		}
		assert.ok(deaths >= 4, `only ${deaths} deaths`);
		await usage.record(run, totals(1));
		assert.deepEqual(await counted(), [110, 110]);
		assert.deepEqual(
			await storage.records<object>('day-counts').get(`slack%3AT1/${today}`),
			{ questions: 0, tokens: 110 },
			'nothing is left to settle',
		);
	});

	it('of many runs that end at once are all counted', async () => {
		const runs = Array.from({ length: 40 }, () => newRun());
		for (let time = 0; time < 2; time++) await Promise.all(runs.map((run) => createUsage(storage).record(run, totals(1))));
		assert.deepEqual(await counted(), [4400, 4400]);
	});
});

/** What cannot be written any more once `alive` says so. */
function mortal(storage: Storage, alive: () => boolean): Storage {
	const died = () => Promise.reject(new Error('killed'));
	return {
		...storage,
		records: <T extends object>(namespace: string): Records<T> => {
			const records = storage.records<T>(namespace);
			return {
				...records,
				put: (key, value) => (alive() ? records.put(key, value) : died()),
				change: (key, make) => (alive() ? records.change(key, make) : died()),
			};
		},
	} as Storage;
}
