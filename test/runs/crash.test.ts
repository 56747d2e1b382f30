import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import type { Progress } from '../../src/pipeline/progress.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';

interface Shown {
	readonly text: string;
	readonly event: Progress;
	readonly index: number;
}

/** What a killed process may have done to others: a server that counts. It never answers to `holdAt`, as if that took long. */
class World {
	readonly counts = new Map<string, number>();
	readonly held = Promise.withResolvers<void>();
	readonly #server: Server;
	#holdAt: string | undefined;

	constructor(holdAt: string | undefined) {
		this.#holdAt = holdAt;
		this.#server = createServer((request, response) => {
			const name = request.url?.split('/')[1] ?? '';
			this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
			if (name !== this.#holdAt) return response.end(name);
			this.#holdAt = undefined;
			this.held.resolve();
		});
	}

	async open(): Promise<string> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		const address = this.#server.address();
		assert.ok(address !== null && typeof address === 'object');
		return `http://127.0.0.1:${address.port}`;
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}

/** A real process, and everything it shows. */
function start(...parameters: string[]) {
	const child: ChildProcess = spawn(process.execPath, [path.join(import.meta.dirname, 'answering-process.ts'), ...parameters], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const shown: Shown[] = [];
	const { promise: closed, resolve } = Promise.withResolvers<void>();
	child.once('close', () => resolve());
	const listeners: ((line: Shown) => void)[] = [];
	assert.ok(child.stdout);
	createInterface({ input: child.stdout }).on('line', (line) => {
		const entry = JSON.parse(line) as Shown;
		shown.push(entry);
		for (const listener of listeners) listener(entry);
	});
	return {
		shown,
		whenShown: (type: string) => new Promise<void>((shownIt) => listeners.push(({ event }) => event.type === type && shownIt())),
		kill: async () => {
			child.kill('SIGKILL');
			await closed;
			assert.equal(child.signalCode, 'SIGKILL');
		},
		finished: async () => {
			await closed;
			assert.equal(child.exitCode, 0);
		},
	};
}

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
