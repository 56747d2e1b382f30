import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import type { CommandServices, Reply, ReplyBlock } from '../../commands/command.ts';
import { settingsOf } from '../../commands/settings.ts';
import { usage as usageCommand } from '../../commands/usage.ts';
import { readConfig } from '../../src/config.ts';
import { createBudgets } from '../../src/runs/budgets.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createUsage, dayOf, type Usage } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { question, WORKSPACE } from '../runs/budget-world.ts';
import { TOTALS } from '../runs/scripted-answer.ts';

/** The middle of this day, which no test outlasts. */
const NOON = Date.parse(`${dayOf(new Date())}T12:00:00Z`);
const NO_RATE = { USER_QUESTIONS_PER_MINUTE: '0' };
const nextId = createRunIds();
let storage: Storage;
let usage: Usage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	usage = createUsage(storage);
});
afterEach(() => storage.close());

async function used(user: string, createdAt: string, model?: string): Promise<void> {
	const run = createRun(nextId(), question({ user }));
	const totals = { ...TOTALS, ...(model && { model }), modelCalls: 3, toolCalls: 2, promptTokens: 1_000_000, completionTokens: 20_000 };
	await usage.record({ ...run, createdAt }, totals);
}

const budgetsFor = (environment: Record<string, string>) =>
	createBudgets({ storage, limits: readConfig(environment).budgets, clock: () => NOON });

function show(environment: Record<string, string> = {}, { isAdmin = true, user = 'U1' } = {}): Promise<Reply> {
	const request = { workspaceId: WORKSPACE, conversation: 'c', user: { id: user, isAdmin: async () => isAdmin }, options: {} };
	const config = { ...NO_RATE, ...environment };
	const services = { usage, budgets: budgetsFor(config), settings: settingsOf(readConfig(config)), nameOf: async () => 'Noor' };
	return usageCommand.run(request, services as Partial<CommandServices> as CommandServices);
}

function table(blocks: Reply, first: string): Extract<ReplyBlock, { kind: 'table' }> {
	const found = blocks.find((block) => block.kind === 'table' && block.columns[0] === first);
	assert.ok(found?.kind === 'table', `no table ${first} in ${JSON.stringify(blocks)}`);
	return found;
}
const texts = (blocks: Reply) => blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));

describe('/usage', () => {
	test('shows today and this month, without people and budgets where there are none', async () => {
		const day = dayOf(new Date());
		assert.deepEqual(await show(), [
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
		const shown = await show();
		assert.deepEqual(
			table(shown, 'when (UTC)').rows.map(([, ...row]) => row),
			Array.from({ length: 2 }, () => ['3', '9', '6', '3,000,000', '60,000']),
		);
		assert.deepEqual(
			table(shown, 'this month').rows.map(([user, questions]) => [user, questions]),
			[
				['U2', '2'],
				['U1', '1'],
			],
		);
	});

	test('shows others than admins what is theirs alone', async () => {
		for (const user of ['U1', 'U2', 'U2']) await used(user, new Date().toISOString());
		const shown = await show({ MODEL_PRICES: 'gpt-4o-mini=0.15/0.60' }, { isAdmin: false });
		assert.equal(shown.length, 1);
		assert.deepEqual(
			table(shown, 'yours (UTC)').rows.map(([, ...row]) => row),
			Array.from({ length: 2 }, () => ['1', '3', '2', '1,000,000', '20,000', '$0.1620']),
		);
	});

	test('prices what each model used, and says of which there is no price', async () => {
		const now = new Date().toISOString();
		const MODEL_PRICES = 'gpt-4o-mini=0.15/0.60,free=0/0,dear=10/100';
		const cost = async () => table(await show({ MODEL_PRICES }), 'when (UTC)').rows[0]?.at(-1);
		assert.equal(await cost(), '$0.0000');
		await used('U1', now, 'new');
		assert.equal(await cost(), '?');
		assert.deepEqual(texts(await show({ MODEL_PRICES })), [
			'No price is set for `new`. Whoever operates the bot can add it to MODEL_PRICES.',
		]);
		await used('U1', now, 'free');
		assert.equal(await cost(), '$0.0000 + ?');
		await used('U1', now, 'dear');
		await used('U1', now);
		assert.equal(await cost(), '$12.1620 + ?', 'what was recorded without a model counts as of the one that is configured');
		assert.deepEqual(texts(await show({ MODEL_PRICES: 'new=0/0', MODEL: 'configured' })), [
			'No price is set for `free`, `dear`, `configured`. Whoever operates the bot can add it to MODEL_PRICES.',
		]);
		assert.deepEqual(texts(await show()), [], 'no costs are shown where no price is set');
	});

	test('shows what is left of the budgets, and until when', async () => {
		const environment = { USER_DAILY_QUESTIONS: '2', WORKSPACE_DAILY_TOKENS: '1500000', USER_QUESTIONS_PER_MINUTE: '5' };
		const budgets = budgetsFor(environment);
		await budgets.admit(question({ user: 'U1' }));
		for (const user of ['U1', 'U2']) await used(user, new Date(NOON).toISOString());
		for (const isAdmin of [false, true]) {
			const shown = await show(environment, { isAdmin });
			assert.deepEqual(table(shown, 'budget of today').rows, [
				['your questions', '1', '2', '1'],
				['tokens of this workspace', '2,040,000', '1,500,000', '0'],
			]);
			assert.deepEqual(texts(shown), ['They begin anew in 12 hours, at 00:00 UTC. You may ask 5 questions a minute.']);
		}
		assert.deepEqual(texts(await show({ USER_QUESTIONS_PER_MINUTE: '1' })), ['You may ask 1 question a minute.']);
	});

	test('tells admins alone who has nearly used up theirs, by name', async () => {
		const environment = { USER_DAILY_QUESTIONS: '5', USER_DAILY_TOKENS: '1000000' };
		for (const user of ['U2', 'U2', 'U2', 'U2', 'U3']) await budgetsFor(environment).admit(question({ user }));
		await used('U1', new Date(NOON).toISOString());
		assert.deepEqual(table(await show(environment), 'nearly used up').rows, [
			['Noor', '1,020,000 of 1,000,000 tokens'],
			['Noor', '4 of 5 questions'],
		]);
		assert.doesNotMatch(JSON.stringify(await show(environment, { isAdmin: false })), /nearly|Noor/);
	});
});
