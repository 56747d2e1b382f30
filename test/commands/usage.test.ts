import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import type { CommandServices, Reply, Settings } from '../../commands/command.ts';
import { usage as usageCommand } from '../../commands/usage.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createUsage, dayOf, type Usage } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { TOTALS } from '../runs/scripted-answer.ts';

const nextId = createRunIds();
let storage: Storage;
let usage: Usage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	usage = createUsage(storage);
});
afterEach(() => storage.close());

async function used(user: string, createdAt: string): Promise<void> {
	const run = createRun(nextId(), { workspaceId: 'slack:T1', conversation: 'c', text: 'q', askedBy: { id: user }, allowWrites: false });
	const totals = { ...TOTALS, modelCalls: 3, toolCalls: 2, promptTokens: 1_000_000, completionTokens: 20_000 };
	await usage.record({ ...run, createdAt }, totals);
}

function show(price: Settings['price']): Promise<Reply> {
	const request = { workspaceId: 'slack:T1', conversation: 'c', user: { id: 'U1', isAdmin: async () => true }, options: {} };
	return usageCommand.run(request, { usage, settings: { price, shown: [] } } as unknown as CommandServices);
}

describe('/usage', () => {
	test('shows today and this month, without people where there are none', async () => {
		const day = dayOf(new Date());
		assert.deepEqual(await show({}), [
			{
				kind: 'table',
				columns: ['when (UTC)', 'questions', 'model calls', 'tool calls', 'tokens in', 'tokens out'],
				rows: [
					[`today, ${day}`, '0', '0', '0', '0', '0'],
					[`this month, ${day.slice(0, 7)}`, '0', '0', '0', '0', '0'],
				],
			},
		]);
	});

	test('counts today, and this month for each person', async () => {
		const now = new Date();
		await used('U1', now.toISOString());
		await used('U2', now.toISOString());
		await used('U2', now.toISOString());
		// Of the last month, whatever the day is.
		await used('U3', new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1) - 1).toISOString());
		const [periods, people] = await show({});
		assert.ok(periods?.kind === 'table' && people?.kind === 'table');
		assert.deepEqual(
			periods.rows.map(([, ...row]) => row),
			Array.from({ length: 2 }, () => ['3', '9', '6', '3,000,000', '60,000']),
		);
		assert.deepEqual(
			people.rows.map(([user, questions]) => [user, questions]),
			[
				['U2', '2'],
				['U1', '1'],
			],
		);
	});

	test('says what it cost when prices are set', async () => {
		await used('U1', new Date().toISOString());
		const [periods] = await show({ input: 0.15, output: 0.6 });
		assert.ok(periods?.kind === 'table');
		assert.equal(periods.columns.at(-1), 'cost');
		assert.equal(periods.rows[0]?.at(-1), '$0.1620');
	});
});
