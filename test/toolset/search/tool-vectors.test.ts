import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { createEmbedder } from '../../../src/model/embeddings.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { createToolVectors, type RankByMeaning, type ToolVectorsOptions } from '../../../src/toolset/search/tool-vectors.ts';
import type { Tool } from '../../../src/toolset/tool.ts';
import { sendJson, startServer } from '../../model/model-server.ts';

const { signal } = new AbortController();

/** What texts are about, in two languages: a dimension each. */
const MEANINGS = [/refund|money back|erstatt/i, /invoice|bill|rechnung/i, /person|people|mensch/i];
const meaningOf = (text: string) => MEANINGS.map((meaning) => (meaning.test(text) ? 1 : 0.01));

function tool(name: string, summary: string): Tool {
	return { toolset: 'shop', name, summary, effect: 'read', input: { type: 'object' }, schemaHash: name, origin: `GET /${name}` };
}
const tools = [tool('refundPayment', 'Refund.'), tool('listInvoices', 'Invoices.'), tool('findPeople', 'People.')];

interface World {
	/** Vectors of a process on the same storage and server. */
	open(options?: Partial<ToolVectorsOptions>): Promise<{ vectors: ReturnType<typeof createToolVectors>; close(): Promise<void> }>;
	/** The texts of each request so far. */
	readonly asked: readonly (readonly string[])[];
	readonly warnings: readonly string[];
}

/** `vectorOf` gives the vector of a text, or nothing for a server that hangs; throwing is a server that fails. */
async function openWorld(context: TestContext, vectorOf: (text: string) => readonly number[] | undefined = meaningOf): Promise<World> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-vectors-'));
	const asked: string[][] = [];
	const warnings: string[] = [];
	const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
	const server = await startServer(context, (response, _index, { body }) => {
		const texts = body.input as string[];
		asked.push(texts);
		try {
			const embeddings = texts.map(vectorOf);
			if (embeddings.every((embedding) => embedding !== undefined)) {
				sendJson(response, 200, { data: embeddings.map((embedding, index) => ({ index, embedding })) });
			}
		} catch {
			sendJson(response, 500, {});
		}
	});
	const opened: (() => Promise<void>)[] = [];
	context.after(async () => {
		for (const close of opened) await close();
		await rm(folder, { recursive: true });
	});
	return {
		asked,
		warnings,
		async open(options) {
			const storage = await openStorage(`sqlite://${folder}/bot.sqlite`, { logger });
			const embedder = createEmbedder({ baseUrl: server.baseUrl, model: 'm', timeoutMs: 5000, logger, retry: { attempts: 1 } });
			const vectors = createToolVectors({ embedder, storage, logger, ...options });
			let isClosed = false;
			const close = async () => {
				if (isClosed) return;
				isClosed = true;
				await vectors.close();
				await storage.close();
			};
			opened.push(close);
			return { vectors, close };
		},
	};
}

/** Asks again while `isDone` says no; a machine that is busy may take a while, but not for ever. */
async function askUntil(rank: RankByMeaning, text: string, isDone: (found: readonly Tool[]) => boolean): Promise<string[]> {
	for (let round = 0; round < 2000; round += 1) {
		const found = await rank(text, signal);
		if (isDone(found)) return found.map(({ name }) => name);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	return assert.fail('it never came to that');
}

/** The ranking when the background is through. */
const ranked = (rank: RankByMeaning, text: string) => askUntil(rank, text, ({ length }) => length === tools.length);

/** A process that is patient, and hardly rests. */
const PATIENT = { limitMs: 30_000, restMs: 1 };

describe('a server that cannot', () => {
	const failing = (): undefined => {
		throw new Error('out of order');
	};
	const answers: Record<string, () => readonly number[] | undefined> = {
		hangs: () => undefined,
		fails: failing,
		'sends nothing': () => [],
	};
	for (const [name, vectorOf] of Object.entries(answers)) {
		test(`${name} leaves the words alone, is warned of once, and is not asked again soon`, async (context) => {
			const world = await openWorld(context, (text) => (text.startsWith('shop') ? meaningOf(text) : vectorOf()));
			const { vectors } = await world.open({ limitMs: 200 });
			const rank = vectors.rank('w', tools);
			assert.deepEqual(await askUntil(rank, 'question', () => world.warnings.length > 0), []);
			const before = world.asked.length;
			assert.deepEqual(await rank('question', signal), []);
			assert.equal(world.asked.length, before);
			assert.equal(world.warnings.length, 1);
			assert.match(world.warnings[0] ?? '', /words alone/);
		});
	}

	test('has not seen the tools, is not waited for', async (context) => {
		const world = await openWorld(context, () => undefined);
		const { vectors } = await world.open(PATIENT);
		assert.deepEqual(await vectors.rank('w', tools)('refund', signal), []);
	});

	test('has another model under the same name, leaves the words alone', async (context) => {
		const world = await openWorld(context, (text) => (text.startsWith('shop') ? meaningOf(text) : [1, 2]));
		const { vectors } = await world.open(PATIENT);
		assert.deepEqual(await askUntil(vectors.rank('w', tools), 'refund', () => world.warnings.length > 0), []);
		assert.match(world.warnings[0] ?? '', /dimensions/);
	});

	test('is tried again after its rest, and goes on where it was', async (context) => {
		let isDown = true;
		const world = await openWorld(context, (text) => (isDown ? failing() : meaningOf(text)));
		const { vectors } = await world.open(PATIENT);
		const rank = vectors.rank('w', tools);
		await askUntil(rank, 'refund', () => world.asked.length >= 3);
		assert.equal(world.warnings.length, 1);
		isDown = false;
		assert.equal((await ranked(rank, 'refund'))[0], 'refundPayment');
	});
});

describe('a server that can', () => {
	test('finds what is told in another language', async (context) => {
		const { vectors } = await (await openWorld(context)).open(PATIENT);
		const rank = vectors.rank('w', tools);
		assert.equal((await ranked(rank, 'Bitte erstatte den Betrag'))[0], 'refundPayment');
		assert.equal((await ranked(rank, 'alle Rechnungen'))[0], 'listInvoices');
	});

	test('is asked once for each tool, whatever restarts, and anew for one that changed', async (context) => {
		const world = await openWorld(context);
		const first = await world.open(PATIENT);
		await ranked(first.vectors.rank('w', tools), 'bill');
		await first.close();
		const before = world.asked.length;
		const second = await world.open(PATIENT);
		await ranked(second.vectors.rank('w', tools), 'bill');
		assert.deepEqual(world.asked.slice(before), [['bill']]);
		const changed = [tools[0], tools[1], tool('findPeople', 'Persons and more.')].filter((each) => each !== undefined);
		await ranked(second.vectors.rank('w', changed), 'people');
		const texts = world.asked.slice(before).flat();
		assert.deepEqual(
			texts.filter((text) => text.startsWith('shop')),
			['shop find people: Persons and more.'],
		);
	});

	test('is asked for each workspace by itself', async (context) => {
		const world = await openWorld(context);
		const { vectors } = await world.open(PATIENT);
		await ranked(vectors.rank('slack:T1', tools), 'bill');
		await ranked(vectors.rank('slack:T1/x', tools), 'bill');
		assert.equal(world.asked.flat().filter((text) => text.startsWith('shop refund')).length, 2);
	});
});
