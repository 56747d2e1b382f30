import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { createTranscript } from '../../src/runs/transcript.ts';
import { openStorage } from '../../src/storage/open.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { result } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const nextId = createRunIds();
const newRun = (workspaceId = 'console:local', text = 'how many?'): Run =>
	createRun(nextId(), { workspaceId, conversation: 'c', text, askedBy: { id: 'dana' }, allowWrites: false });

let storage: Storage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger });
});
afterEach(() => storage.close());

describe('the run store', () => {
	it('lists the newest runs of a workspace, and of no other', async () => {
		const store = createRunStore(storage);
		const runs = ['slack:T1', 'slack:T1/x', 'slack:T1', 'slack:T12', 'slack:T1'].map((workspace) => newRun(workspace));
		for (const run of runs) await store.accept(run);
		assert.deepEqual(await store.list('slack:T1', 2), [runs[4], runs[2]]);
		assert.deepEqual(await store.list('slack:T1', 100), [runs[4], runs[2], runs[0]]);
		assert.deepEqual(await store.list('slack:T1', 0), []);
		assert.deepEqual(await store.list('slack:T', 5), []);
		assert.equal(await store.get('slack:T12', runs[0]?.id ?? ''), undefined);
		assert.deepEqual(await store.get('slack:T1', runs[0]?.id ?? ''), runs[0]);
	});

	it('finds what is unfinished, as it was last saved, oldest first', async () => {
		const store = createRunStore(storage);
		const [a, b, c] = [newRun(), newRun('slack:T1'), newRun()];
		for (const run of [c, a, b]) await store.accept(run);
		await store.save({ ...b, status: 'running' });
		await store.close(a.id);
		assert.deepEqual(await store.unfinished(), [{ ...b, status: 'running' }, c]);
		assert.equal(await store.isUnfinished(a.id), false);
		assert.equal(await store.isUnfinished(b.id), true);
	});

	it('makes one run of an event, however often it comes', async () => {
		const store = createRunStore(storage);
		const other = createRunStore(storage);
		const runs = Array.from({ length: 10 }, () => newRun());
		const accepted = await Promise.all(runs.map((run, n) => (n % 2 ? store : other).accept(run, 'event-1')));
		assert.equal(new Set(accepted.map(({ id }) => id)).size, 1);
		assert.equal((await store.unfinished()).length, 1);
		const first = accepted[0]?.id ?? '';
		await store.close(first);
		assert.equal((await store.accept(newRun(), 'event-1')).id, first);
		assert.equal(await store.isUnfinished(first), false, 'a finished run was begun again');
		assert.notEqual((await store.accept(newRun(), 'event-2')).id, first);
		assert.notEqual((await store.accept(newRun('slack:T1'), 'event-1')).id, first);
	});

	it('goes on with an event whose process died before the run was written', async () => {
		const store = createRunStore(storage);
		const lost = newRun();
		await storage.records('run-events').put(`${encodeURIComponent(lost.workspaceId)}/event`, { runId: lost.id });
		assert.equal((await store.accept(newRun(), 'event')).id, lost.id);
		assert.equal(await store.isUnfinished(lost.id), true);
	});

	it('keeps nothing of a run that it could not accept', async () => {
		const database = await SqliteDatabase.open(':memory:');
		const full = await createSqliteStorage(database, { logger });
		const store = createRunStore(full);
		await store.accept(newRun());
		// Room for one more copy of the question, not for two.
		await database.query('PRAGMA max_page_count = 50');
		await assert.rejects(store.accept(newRun('console:local', 'x'.repeat(120_000))), /disk .* is full/);
		assert.equal((await store.unfinished()).length, 1);
		assert.equal((await store.list('console:local', 5)).length, 1);
		assert.equal((await store.list('console:local', 5, 'dana')).length, 1);
		await full.close();
	});

	it('keeps endings', async () => {
		const store = createRunStore(storage);
		assert.equal(await store.ending('x'), undefined);
		await store.saveEnding('x', { event: result('8 movies'), index: 3, shown: false });
		assert.deepEqual(await store.ending('x'), { event: result('8 movies'), index: 3, shown: false });
	});
});

describe('the transcript', () => {
	it('gives the last six turns of a conversation, oldest first', async () => {
		const transcript = createTranscript(storage);
		assert.deepEqual(await transcript.turns('c'), []);
		for (let n = 0; n < 9; n++) {
			await transcript.append('c', nextId(), { question: `q${n}`, answer: `a${n}` });
			await transcript.append('c/1', nextId(), { question: 'other', answer: 'other' });
		}
		assert.deepEqual(
			(await transcript.turns('c')).map(({ question }) => question),
			['q3', 'q4', 'q5', 'q6', 'q7', 'q8'],
		);
	});

	it('has a run once', async () => {
		const transcript = createTranscript(storage);
		const id = nextId();
		await transcript.append('c', id, { question: 'q', answer: 'a' });
		await transcript.append('c', id, { question: 'q', answer: 'a' });
		assert.equal((await transcript.turns('c')).length, 1);
	});

	it('cuts long answers between characters', async () => {
		const transcript = createTranscript(storage);
		const shortened = async (answer: string) => {
			await transcript.append('long', nextId(), { question: 'q', answer });
			return (await transcript.turns('long')).at(-1)?.answer;
		};
		assert.equal(await shortened('x'.repeat(300)), 'x'.repeat(300));
		assert.equal(await shortened('x'.repeat(301)), `${'x'.repeat(299)}…`);
		assert.equal(await shortened('😀'.repeat(300)), '😀'.repeat(300));
		assert.equal(await shortened('😀'.repeat(5000)), `${'😀'.repeat(299)}…`);
	});
});
