import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import type { BudgetLimits } from '../../src/runs/budget-limits.ts';
import { createBudgets } from '../../src/runs/budgets.ts';
import type { Budget } from '../../src/runs/over-budget.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createUsage } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { startRedisServer } from '../storage/redis-server.ts';
import { question, WORKSPACE } from './budget-world.ts';
import { TOTALS } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
/** 20:59:30 UTC. */
const EVENING = Date.UTC(2026, 10, 26, 20, 59, 30);
const HOUR_MS = 3_600_000;
const nextId = createRunIds();

const stores = {
	async SQLite() {
		const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-budgets-'));
		return { url: `sqlite://${folder}/bot.sqlite`, dispose: () => rm(folder, { recursive: true }) };
	},
	Redis: () => startRedisServer(),
};

const refused = (words: RegExp) => (error: unknown) =>
	error instanceof UserError && error.code === 'over-budget' && words.test(error.userMessage);
const used = (budgets: readonly Budget[]) => budgets.map(({ of, unit, used: count, limit }) => `${of} ${unit} ${count}/${limit}`);

for (const [name, open] of Object.entries(stores)) {
	describe(`budgets on ${name}`, () => {
		let store: Awaited<ReturnType<typeof open>>;
		let storage: Storage;
		let clock: number;
		let workspaces = 0;
		before(async () => {
			store = await open();
			storage = await openStorage(store.url, { logger });
		});
		after(async () => {
			await storage.close();
			await store.dispose();
		});

		/** Of a workspace of its own, in the evening. */
		function openBudgets(limits: BudgetLimits, on = storage) {
			clock = EVENING;
			const workspaceId = `slack:W${++workspaces}`;
			const budgets = createBudgets({ storage: on, limits, clock: () => clock });
			const ask = (about: Parameters<typeof question>[0] = {}) => budgets.admit(question({ workspaceId, ...about }));
			const left = async (user = 'U1') => used(await budgets.today(workspaceId, user));
			return { budgets, workspaceId, ask, left };
		}

		async function spend(workspaceId: string, user: string, tokens: number): Promise<void> {
			const run = { ...createRun(nextId(), question({ workspaceId, user })), createdAt: new Date(clock).toISOString() };
			await createUsage(storage).record(run, { ...TOTALS, modelCalls: 1, promptTokens: tokens - 1, completionTokens: 1 });
		}

		it('refuse what is one too many, saying what is used up, until when, and who can change it', async () => {
			const { ask } = openBudgets({ userQuestions: 2 });
			await ask();
			await ask();
			const words =
				/^You have asked 2 of 2 questions today\. Ask again in 4 hours \(00:00 UTC\)\. Whoever operates the bot can raise the limit \(USER_DAILY_QUESTIONS\)\.$/;
			await assert.rejects(ask(), refused(words));
			await assert.rejects(ask(), refused(/asked 2 of 2/), 'a refusal is not counted');
			clock += 3 * HOUR_MS - 20_000;
			await assert.rejects(ask(), refused(/Ask again in 50 seconds \(00:00 UTC\)/));
		});

		it('are new at midnight', async () => {
			const { ask, left } = openBudgets({ userQuestions: 1 });
			await ask();
			clock = Date.UTC(2026, 10, 26, 23, 59, 59, 999);
			await assert.rejects(ask(), refused(/Ask again in 1 second \(/));
			clock += 1;
			assert.deepEqual(await left(), ['user questions 0/1']);
			await ask();
			await assert.rejects(ask(), refused(/Ask again in 24 hours/));
		});

		it('are those of one person in one workspace', async () => {
			const { ask } = openBudgets({ userQuestions: 1 });
			await ask();
			await ask({ user: 'U2' });
			await ask({ user: 'U1/x' });
			await ask({ workspaceId: `slack:W${workspaces}/2026-11-26` });
			await assert.rejects(ask(), refused(/You have asked/));
		});

		it('of a workspace are everybody in it together, and who is refused by them has not used up their own', async () => {
			const { ask, left } = openBudgets({ userQuestions: 5, workspaceQuestions: 2, userQuestionsPerMinute: 3 });
			await ask();
			await ask({ user: 'U2' });
			for (let time = 0; time < 5; time++) {
				await assert.rejects(ask(), refused(/^2 of 2 questions of this workspace have been asked today\..*\(WORKSPACE_DAILY_QUESTIONS\)/));
			}
			assert.deepEqual(await left(), ['user questions 1/5', 'workspace questions 2/2']);
		});

		it('of tokens refuse once as many were used, and not what needs none', async () => {
			const { ask, left, workspaceId } = openBudgets({ userTokens: 1000, workspaceTokens: 2500 });
			await ask();
			await spend(workspaceId, 'U1', 999);
			await ask();
			await spend(workspaceId, 'U1', 500);
			await assert.rejects(ask(), refused(/^Your questions have used 1,499 of 1,000 tokens today\..*\(USER_DAILY_TOKENS\)/));
			await ask({ name: 'countFilms' });
			await spend(workspaceId, 'U2', 1001);
			await assert.rejects(ask({ user: 'U3' }), refused(/^The questions of this workspace have used 2,500 of 2,500 tokens today/));
			assert.deepEqual(await left(), ['user tokens 1499/1000', 'workspace tokens 2500/2500']);
		});

		it('of questions count what calls a stored function', async () => {
			const { ask } = openBudgets({ userQuestions: 1 });
			await ask({ name: 'countFilms' });
			await assert.rejects(ask({ name: 'countFilms' }), refused(/You have asked 1 of 1/));
		});

		it('count an event once, and never refuse it when it comes again', async () => {
			const { ask, left } = openBudgets({ userQuestions: 2, userQuestionsPerMinute: 2 });
			await Promise.all([ask({ id: 'e1' }), ask({ id: 'e1' }), ask({ id: 'e1' })]);
			await ask({ id: 'e2' });
			await assert.rejects(ask({ id: 'e3' }), refused(/./));
			await ask({ id: 'e1' });
			clock += 24 * HOUR_MS;
			await ask({ id: 'e1' });
			assert.deepEqual(await left(), ['user questions 0/2'], 'the day after, too');
			await ask({ id: 'e3' });
			assert.deepEqual(await left(), ['user questions 1/2'], 'what was refused is counted when it is admitted');
		});

		it('of several deliveries of one event at once refuse all, or none', async () => {
			const { ask } = openBudgets({ userQuestions: 1 });
			await ask();
			const all = await Promise.allSettled(Array.from({ length: 5 }, () => ask({ id: 'e' })));
			assert.deepEqual(new Set(all.map(({ status }) => status)), new Set(['rejected']));
		});

		it('tell what would be refused without counting it', async () => {
			const { ask, budgets, workspaceId, left } = openBudgets({ userQuestions: 2, workspaceQuestions: 3, userQuestionsPerMinute: 2 });
			const check = (about: Parameters<typeof question>[0] = {}) => budgets.check(question({ workspaceId, ...about }));
			for (let time = 0; time < 3; time++) await check();
			assert.deepEqual(await left(), ['user questions 0/2', 'workspace questions 0/3']);
			await ask({ id: 'e' });
			await ask();
			await assert.rejects(check(), refused(/asked 2 questions within a minute/));
			clock += 60_000;
			await assert.rejects(check(), refused(/asked 2 of 2/));
			await check({ id: 'e' });
			await ask({ user: 'U2' });
			await assert.rejects(check({ user: 'U2' }), refused(/3 of 3 questions of this workspace/));
		});

		it('take back what was not accepted after all, once', async () => {
			const { ask, left } = openBudgets({ userQuestions: 1, workspaceQuestions: 9, userQuestionsPerMinute: 1 });
			const first = await ask({ id: 'e' });
			const again = await ask({ id: 'e' });
			await again.giveBack();
			assert.deepEqual(await left(), ['user questions 1/1', 'workspace questions 1/9'], 'the first delivery may have been accepted');
			await first.giveBack();
			assert.deepEqual(await left(), ['user questions 0/1', 'workspace questions 0/9']);
			await ask({ id: 'e' });
			assert.deepEqual(await left(), ['user questions 1/1', 'workspace questions 1/9']);
		});

		it('count nothing when the storage fails in the midst of it', async () => {
			const { ask, left, workspaceId } = openBudgets({ userQuestions: 1, workspaceQuestions: 9, userQuestionsPerMinute: 9 });
			const failing = createBudgets({ storage: failsAt(storage, 3), limits: { userQuestionsPerMinute: 9 }, clock: () => clock });
			await assert.rejects(failing.admit(question({ workspaceId, id: 'e' })), { code: 'storage' });
			assert.deepEqual(await left(), ['user questions 0/1', 'workspace questions 0/9']);
			await ask({ id: 'e' });
		});

		it('let a person ask only so often within any minute', async () => {
			const { ask } = openBudgets({ userQuestionsPerMinute: 2 });
			await ask();
			clock += 40_000;
			await ask();
			await assert.rejects(
				ask(),
				refused(/^You have asked 2 questions within a minute\. Ask again in 20 seconds\. .*\(USER_QUESTIONS_PER_MINUTE\)\.$/),
			);
			await ask({ user: 'U2' });
			clock += 19_999;
			await assert.rejects(ask(), refused(/Ask again in 1 second\./));
			clock += 1;
			await ask();
			await assert.rejects(ask(), refused(/Ask again in 40 seconds\./));
		});

		it('keep nobody waiting for a clock that was wrong', async () => {
			const { ask } = openBudgets({ userQuestionsPerMinute: 1 });
			clock += 300 * 24 * HOUR_MS;
			await ask();
			clock = EVENING;
			await ask();
		});

		it('of a person do not hold at the console; those of the workspace do', async () => {
			const { ask, left, budgets } = openBudgets({ userQuestions: 1, userTokens: 1, userQuestionsPerMinute: 1, workspaceQuestions: 3 });
			const workspaceId = `console:${workspaces}`;
			for (let time = 0; time < 3; time++) await ask({ workspaceId });
			await assert.rejects(ask({ workspaceId }), refused(/3 of 3 questions of this workspace/));
			assert.deepEqual(used(await budgets.today(workspaceId, 'U1')), ['workspace questions 3/3']);
			assert.equal(budgets.perMinute(workspaceId), undefined);
			assert.deepEqual(await left(), ['user questions 0/1', 'user tokens 0/1', 'workspace questions 0/3']);
		});

		it('tell who has used most of theirs', async () => {
			const { ask, budgets, workspaceId } = openBudgets({ userQuestions: 5, userTokens: 100 });
			for (const [user, times] of [
				['U1', 3],
				['U/2', 4],
				['U3', 5],
			] as const)
				for (let time = 0; time < times; time++) await ask({ user });
			await spend(workspaceId, 'U1', 80);
			await spend(workspaceId, 'U3', 79);
			const near = (await budgets.nearlySpent(workspaceId)).map(({ user, budgets: own }) => [user, ...used(own)]);
			assert.deepEqual(near, [
				['U/2', 'user questions 4/5'],
				['U1', 'user tokens 80/100'],
				['U3', 'user questions 5/5'],
			]);
			assert.deepEqual(await budgets.nearlySpent('slack:nobody'), []);
		});

		it('admit never more than there are, from eight processes at once', async () => {
			const script = path.join(import.meta.dirname, 'admitting-process.ts');
			const limits = JSON.stringify({ userQuestions: 30, workspaceQuestions: 30, userQuestionsPerMinute: 1000 });
			const children = Array.from({ length: 8 }, () =>
				spawn(process.execPath, [script, store.url, '10', limits], { stdio: ['pipe', 'pipe', 'inherit'] }),
			);
			const ready = children.map((child) => once(child.stdout, 'readable'));
			await Promise.all(ready);
			const said = children.map((child) => text(child.stdout));
			for (const child of children) child.stdin.end();
			const admitted = (await Promise.all(said)).map((words) => Number(words.split('\n')[1]));
			assert.equal(
				admitted.reduce((sum, count) => sum + count, 0),
				30,
				admitted.join(', '),
			);
			assert.deepEqual(used(await createBudgets({ storage, limits: JSON.parse(limits) }).today(WORKSPACE, 'U1')), [
				'user questions 30/30',
				'workspace questions 30/30',
			]);
		});
	});
}

/** A storage whose change number `nth` of a record fails, counted from 1. */
function failsAt(storage: Storage, nth: number): Storage {
	let changes = 0;
	const failing = <T>(records: Records<T>): Records<T> => ({
		...records,
		change: (key, make) => (++changes === nth ? Promise.reject(new UserError('storage', 'no')) : records.change(key, make)),
	});
	return {
		records: (namespace) => failing(storage.records(namespace)),
		claim: (key, owner, ttlMs) => storage.claim(key, owner, ttlMs),
		holder: (key) => storage.holder(key),
		release: (key, owner) => storage.release(key, owner),
		close: () => storage.close(),
	};
}
