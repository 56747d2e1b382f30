import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { migrate } from '../../src/data/migrate.ts';
import { NAMESPACES } from '../../src/data/namespaces.ts';
import { type Removed, retain, startRetention } from '../../src/data/retention.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { OLDER_VERSIONS, restore } from './older-versions.ts';

const DAY_MS = 24 * 60 * 60_000;
const WORKSPACE = 'slack:T1';
const KEPT_DAYS = 90;

let storage: Storage;
let lines: Record<string, unknown>[];
/** When the last of the stored runs was begun. */
let lastAsked: number;
const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
const never = new AbortController().signal;
beforeEach(async () => {
	lines = [];
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const newest = OLDER_VERSIONS.at(-1) ?? assert.fail();
	await restore(newest, storage);
	await migrate(storage, { logger });
	lines = [];
	lastAsked = Math.max(...(await runs()).map(({ createdAt }) => Date.parse(createdAt)));
});
afterEach(() => storage.close());

const runs = () => createRunStore(storage).list(WORKSPACE, 100);

async function keysOf(name: string): Promise<string[]> {
	return Array.fromAsync(storage.records(name).keys());
}

/** How much there is, by namespace. */
async function counts(): Promise<Record<string, number>> {
	const found: Record<string, number> = {};
	for (const { name } of NAMESPACES) {
		const { length } = await keysOf(name);
		if (length > 0) found[name] = length;
	}
	return found;
}

function sweep(daysLater: number, { days = KEPT_DAYS, thorough = true, signal = never } = {}): Promise<Removed> {
	return retain(storage, { days, logger, thorough, signal, graceMs: 0, clock: () => lastAsked + daysLater * DAY_MS });
}

describe('what retention leaves alone', () => {
	test('is everything, as long as it is not old enough', async () => {
		const before = await counts();
		assert.deepEqual(await sweep(0), {});
		assert.deepEqual(await counts(), before);
		assert.deepEqual(lines, []);
	});

	test('is everything of runs where they are kept for ever', async () => {
		const before = await counts();
		const removed = await sweep(300, { days: 0 });
		assert.deepEqual(Object.keys(removed), ['function-changes']);
		assert.equal((await counts()).journal, before.journal);
	});

	test('is an unfinished run with all that belongs to it, however old', async () => {
		const [unfinished] = await createRunStore(storage).unfinished();
		assert.ok(unfinished);
		await sweep(3650);
		assert.deepEqual(
			(await runs()).map(({ id }) => id),
			[unfinished.id],
		);
		assert.ok((await keysOf('journal')).length > 0);
		for (const name of ['journal', 'approvals', 'approval-decisions', 'questions', 'run-files', 'run-file-contents']) {
			const keys = await keysOf(name);
			assert.ok(keys.length > 0 && keys.every((key) => key.startsWith(unfinished.id)), name);
		}
		assert.deepEqual((await keysOf('runs-waiting')).length, 1);
		assert.deepEqual((await keysOf('runs-asked')).length, 1);
	});

	test('is a run that was begun long ago and has ended since', async () => {
		const [newest] = (await runs()).filter(({ endedAt }) => endedAt !== undefined);
		assert.ok(newest);
		const late: Run = { ...newest, endedAt: new Date(lastAsked + 50 * DAY_MS).toISOString() };
		await createRunStore(storage).save(late);
		await sweep(KEPT_DAYS + 1);
		assert.deepEqual(
			(await runs()).filter(({ status }) => status !== 'running'),
			[late],
		);
		assert.ok((await keysOf('run-endings')).includes(late.id));
		assert.ok((await keysOf('run-events')).length > 0);
	});

	test('are functions, toolsets and credentials', async () => {
		const before = await counts();
		await sweep(KEPT_DAYS + 1);
		const after = await counts();
		for (const name of [
			'function-versions',
			'function-examples',
			'toolsets',
			'toolset-documents',
			'toolset-credentials',
			'usage',
			'first-run',
		])
			assert.equal(after[name], before[name], name);
		await sweep(401);
		assert.equal((await counts()).usage, undefined, 'usage goes after 400 days');
	});
});

describe('what was kept long enough', () => {
	test('goes with everything that belongs to it, and is told in one line', async () => {
		const before = await counts();
		const removed = await sweep(KEPT_DAYS + 1, { thorough: false });
		const gone = ['runs', 'run-endings', 'runs-asked', 'turns', 'feedback', 'function-answers', 'postings', 'journal'];
		for (const name of gone) assert.ok((removed[name] ?? 0) > 0, name);
		assert.equal((await runs()).length, 1);
		const after = await counts();
		for (const [name, count] of Object.entries(before)) assert.equal((after[name] ?? 0) + (removed[name] ?? 0), count, name);
		assert.deepEqual(
			lines.map(({ removed: told }) => told),
			[removed],
		);
		assert.deepEqual(await sweep(KEPT_DAYS + 1, { thorough: false }), {});
	});

	test('is gone on with where it was cut off, and nothing is left of it', async () => {
		const cut = new AbortController();
		let deletions = 0;
		const whole = storage;
		storage = {
			...whole,
			records(namespace) {
				const records = whole.records<never>(namespace);
				return {
					...records,
					delete(key) {
						deletions += 1;
						if (deletions === 5) cut.abort();
						return records.delete(key);
					},
				};
			},
		};
		const first = await sweep(KEPT_DAYS + 1, { thorough: false, signal: cut.signal });
		assert.equal(
			Object.values(first).reduce((sum, count) => sum + count, 0),
			5,
		);
		storage = whole;
		await sweep(KEPT_DAYS + 1);
		assert.equal((await runs()).length, 1);
		const [unfinished] = await runs();
		assert.ok(unfinished);
		for (const { name, kept } of NAMESPACES) {
			if (kept.until !== 'run') continue;
			for await (const [key, value] of storage.records<object>(name).entries())
				assert.equal(kept.runOf(key, value), unfinished.id, `${name} ${key}`);
		}
	});
});

describe('what belongs to nothing any more', () => {
	test('goes: of runs that are not there, of toolsets and functions that are not, and what nobody confirmed', async () => {
		const lost = createRunIds(() => lastAsked)();
		const put = (name: string, key: string, value: object) => storage.records<object>(name).put(key, value);
		const old = new Date(lastAsked).toISOString();
		await put('journal', `${lost}/step/plan`, { output: 1 });
		await put('approvals', `${lost}-1`, {});
		await put('run-events', 'slack%3AT1/Ev9', { runId: lost });
		await put('runs-at-work', `slack%3AT1/${lost}`, { conversation: 'c', crashes: 1 });
		await put('function-imports', WORKSPACE, { code: '1', text: '{}', at: old });
		await put('toolset-refreshes', `${WORKSPACE}/crm`, { id: '1', read: {} });
		await put('postings', 'note.1', { id: `${lastAsked / 1000 - 31 * 86_400}`.replace(/\..*/, '.000100') });
		await put('postings', 'note.2', { at: old });
		await put('discord-interactions', '1', { token: 't', until: lastAsked });
		await put('discord-inbox', 'message/1/2', { body: { user: '7' }, at: lastAsked, takenAt: lastAsked });
		await put('question-rates', 'slack%3AT1/U1', { asked: [lastAsked] });
		await put('toolset-documents', `${WORKSPACE}/gone/0b8f`, { text: '{}' });
		await put('toolset-credentials', `${WORKSPACE}/gone/0b8f`, { sealed: 'v1.' });
		await put('tool-vectors', 'slack%3AT2/0b8f', { vector: '' });
		await put('function-examples', 'slack%3AT1/gone/0b8f/1', {});
		const before = await counts();
		assert.deepEqual(await sweep(0.5), {
			'toolset-refreshes': 1,
			postings: 1,
			'toolset-documents': 1,
			'toolset-credentials': 1,
			'tool-vectors': 1,
			'function-examples': 1,
		});
		await sweep(KEPT_DAYS + 1);
		for (const [name, key] of [
			['journal', `${lost}/step/plan`],
			['approvals', `${lost}-1`],
			['run-events', 'slack%3AT1/Ev9'],
			['runs-at-work', `slack%3AT1/${lost}`],
		] as const)
			assert.ok(!(await keysOf(name)).includes(key), name);
		for (const name of ['function-imports', 'postings', 'discord-interactions', 'discord-inbox', 'question-rates', 'engagements'])
			assert.deepEqual(await keysOf(name), [], name);
		assert.equal((await counts())['toolset-documents'], (before['toolset-documents'] ?? 0) - 1);
	});

	test('is no example of a function that is being stored just now', async () => {
		const example = 'slack%3AT1/late/0b8f/1';
		await storage.records<object>('function-examples').put(example, {});
		const sweeping = retain(storage, { days: 0, logger, thorough: true, signal: never, graceMs: 200 });
		const [, versions] = [await delay(50), storage.records<FunctionRecord>('function-versions')];
		const [[, fn] = assert.fail()] = await Array.fromAsync(versions.entries());
		const late = { ...fn, name: 'late', hash: '0b8f', examples: [{ id: '1', text: '' }] };
		await versions.put('slack%3AT1/late/000001', late);
		await sweeping;
		assert.ok((await keysOf('function-examples')).includes(example));
	});
});

describe('retention', () => {
	test('of several processes is done by one, and again once it is due', async () => {
		const clock = () => lastAsked + (KEPT_DAYS + 1) * DAY_MS;
		const options = { days: KEPT_DAYS, logger, clock, firstMs: 1, everyMs: 60 * 60_000, graceMs: 0 };
		const processes = [startRetention(storage, options), startRetention(storage, options), startRetention(storage, options)];
		while ((await runs()).length > 1 || lines.length === 0) await delay(5);
		await Promise.all(processes.map((process) => process.stop()));
		assert.equal(lines.length, 1);
		assert.ok(await storage.holder('retention/day'));
	});

	test('that is stopped gives its turn to the next process', async () => {
		const one = startRetention(storage, { days: KEPT_DAYS, logger, clock: () => lastAsked, firstMs: 1, graceMs: 60_000 });
		await storage.records<object>('function-examples').put('slack%3AT1/gone/0b8f/1', {});
		while (!(await storage.holder('retention/day'))) await delay(1);
		await one.stop();
		assert.equal(await storage.holder('retention/day'), undefined);
		assert.deepEqual(
			lines.filter(({ level }) => Number(level) > 30),
			[],
		);
	});

	test('that fails is said in the log, and rejects nowhere', async () => {
		const broken: Storage = { ...storage, claim: () => Promise.reject(new Error('the storage is away')) };
		const one = startRetention(broken, { days: KEPT_DAYS, logger, firstMs: 1 });
		while (lines.length === 0) await delay(1);
		await one.stop();
		assert.match(String(lines[0]?.msg), /tried again in an hour/);
	});
});
