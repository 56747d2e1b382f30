import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import type { Progress } from '../../src/pipeline/progress.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import { startAnswering as start } from './start-answering.ts';
import { World } from './world.ts';

interface Scene {
	readonly when: string;
	/** Killed while this request is under way… */
	readonly request?: string;
	/** …or while this event is being shown. */
	readonly showing?: Progress['type'];
	/** Side effects of both processes together, where they are not one each. */
	readonly counts?: Record<string, number>;
	readonly sentence?: string;
	/** What the second process shows. */
	readonly shownAfter: readonly Progress['type'][];
}

const ALL = ['scaffold', 'plan', 'tool-call', 'tool-call', 'result', 'kept'] as const;

const SCENES: readonly Scene[] = [
	{ when: 'inside the first step', request: 'step-scaffold', counts: { 'step-scaffold': 2 }, shownAfter: ALL },
	{ when: 'between two steps', showing: 'scaffold', shownAfter: ALL },
	{ when: 'inside a later step', request: 'step-plan', counts: { 'step-plan': 2 }, shownAfter: ALL },
	{ when: 'during a read', request: 'call-read', counts: { 'call-read': 2 }, shownAfter: ALL },
	{ when: 'between two calls', showing: 'tool-call', shownAfter: ALL },
	{ when: 'during a write', request: 'call-write', sentence: 'q: refused', shownAfter: ALL },
	{ when: 'while the result is being shown', showing: 'result', shownAfter: ALL },
	{ when: 'after the result was shown', request: 'step-keep', counts: { 'step-keep': 2 }, shownAfter: ['kept'] },
];

describe('a process killed with SIGKILL', { concurrency: 2 }, () => {
	for (const { when, request, showing, counts, sentence = 'q: done', shownAfter } of SCENES) {
		it(`${when}: the next one goes on and repeats nothing that was finished`, async () => {
			const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
			const url = `sqlite://${folder}/bot.sqlite`;
			const world = new World(request);
			const address = await world.open();

			const first = start(url, address, 'q', ...(showing ? [showing] : []));
			await (showing ? first.whenShown(showing) : world.held.promise);
			await first.kill();
			const second = start(url, address, 'resume');
			await second.finished();
			world.close();

			assert.deepEqual(Object.fromEntries(world.counts), {
				'step-scaffold': 1,
				'step-plan': 1,
				'call-read': 1,
				'call-write': 1,
				'step-keep': 1,
				...counts,
			});
			assert.deepEqual(
				second.shown.map(({ event }) => event.type),
				shownAfter,
			);
			const results = [...first.shown, ...second.shown].filter(({ event }) => event.type === 'result');
			for (const { event, index } of results) {
				assert.ok(event.type === 'result');
				assert.equal(event.sentence, sentence);
				assert.equal(index, 4);
			}
			assert.deepEqual(
				second.shown.map(({ index }) => index),
				[0, 1, 2, 3, 4, 5].slice(-shownAfter.length),
			);
			const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
			const store = createRunStore(storage);
			assert.deepEqual(await store.unfinished(), []);
			assert.equal((await store.list('console:local', 1))[0]?.status, 'answered');
			await storage.close();
			await rm(folder, { recursive: true });
		});
	}

	it('leaves its runs to two processes that start at once, and each is run by one of them', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
		const url = `sqlite://${folder}/bot.sqlite`;
		const world = new World(undefined);
		const address = await world.open();
		const texts = Array.from({ length: 8 }, (_, n) => `q${n}`);
		const first = start(url, address, texts.join(','), 'plan');
		await first.whenShown('plan');
		await first.kill();
		const successors = [start(url, address, 'resume'), start(url, address, 'resume')];
		await Promise.all(successors.map((process) => process.finished()));
		world.close();
		const results = successors.flatMap(({ shown }) => shown.filter(({ event }) => event.type === 'result'));
		assert.deepEqual(results.map(({ text }) => text).toSorted(), texts);
		for (const effect of ['call-read', 'call-write', 'step-keep']) assert.equal(world.counts.get(effect), 8, effect);
		await rm(folder, { recursive: true });
	});
});
