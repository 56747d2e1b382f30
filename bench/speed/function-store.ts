import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pino from 'pino';
import { messageOf } from '../../src/errors.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { withSuccess } from '../../src/repository/lifecycle.ts';
import { keyOf } from '../../src/repository/record-keys.ts';
import { createFunctionStore, type Example, type FunctionStore, type NewFunction } from '../../src/repository/store/function-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { startRedisServer } from '../../test/storage/redis-server.ts';
import { longestBlock } from './event-loop.ts';
import { manyFunctions, manyQuestions } from './many-functions.ts';
import { type Finding, median, percentile, timed } from './report.ts';

const WORKSPACE = 'bench:functions';
const FUNCTIONS = 10_000;
/** Stored besides while it is measured. */
const MORE = 120;
const FOUND = 5;
const EXAMPLE_CHARACTERS = 50_000;
const AT_ONCE = 100;

type Row = Finding['rows'][number];

/** A workspace with 10,000 functions, in an SQLite file and on a Redis server: searching, storing, counting uses, listing and starting. */
export async function measureFunctionStore(): Promise<Finding[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-bench-'));
	try {
		return [await measureStorage('an SQLite file', `sqlite://${folder}/bench.sqlite`), await measureRedis()];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function measureRedis(): Promise<Finding> {
	const server = await startRedisServer().catch((error: unknown) => messageOf(error));
	if (typeof server === 'string') return { name: 'Functions on a Redis server', rows: [], note: `left out: ${server}` };
	try {
		return await measureStorage('a Redis server', server.url);
	} finally {
		await server.dispose();
	}
}

async function measureStorage(place: string, url: string): Promise<Finding> {
	const storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
	try {
		const functions = manyFunctions(WORKSPACE, FUNCTIONS + MORE);
		await fill(storage, functions.slice(0, FUNCTIONS));
		const start = await measureStart(storage);
		const store = createFunctionStore(storage);
		const search = await measureSearch(store);
		return {
			name: `${FUNCTIONS.toLocaleString('en')} functions in ${place}`,
			rows: [...search, ...(await measureWrites(store, functions.slice(FUNCTIONS))), ...start],
			aim: 'a search under 5 ms, storing under 20 ms at the median',
		};
	} finally {
		await storage.close();
	}
}

/** As they are long after they were stored: nobody has to be told of them any more. */
async function fill(storage: Storage, functions: readonly NewFunction[]): Promise<void> {
	const records = storage.records<FunctionRecord>('function-versions');
	for (let from = 0; from < functions.length; from += AT_ONCE) {
		const some = functions.slice(from, from + AT_ONCE).map((fn) => ({ ...fn, version: 1, examples: [] }));
		await Promise.all(some.map((record) => records.put(keyOf(WORKSPACE, record), record)));
	}
}

async function measureStart(storage: Storage): Promise<Row[]> {
	const [question = ''] = manyQuestions(1);
	const before = usedMemory();
	const store = createFunctionStore(storage);
	const { ms, made } = await longestBlock(() => timed(1, () => store.search(WORKSPACE, question, FOUND), 0));
	const bytes = usedMemory() - before;
	// Kept until here, so that it is in memory.
	await store.search(WORKSPACE, question, FOUND);
	return [
		{ label: 'the first search after a start', median: median(made), unit: 'ms' },
		{ label: 'longest block of the event loop meanwhile', median: ms, unit: 'ms' },
		{ label: 'memory of all of them', median: bytes / 1e6, unit: 'MB' },
	];
}

async function measureSearch(store: FunctionStore): Promise<Row[]> {
	const questions = manyQuestions(630);
	const answered: string[] = [];
	const unanswered: string[] = [];
	for (const question of questions) {
		((await store.search(WORKSPACE, question, FOUND)).length > 0 ? answered : unanswered).push(question);
	}
	const measure = (asked: readonly string[]) => {
		let next = 0;
		return timed(200, () => store.search(WORKSPACE, asked[next++ % asked.length] ?? '', FOUND));
	};
	return [
		...rowsOf('a search that finds something', await measure(answered)),
		...rowsOf('a search that finds nothing', await measure(unanswered)),
	];
}

async function measureWrites(store: FunctionStore, more: readonly NewFunction[]): Promise<Row[]> {
	const all = await store.list(WORKSPACE);
	const left = [...more];
	const listed: number[] = [];
	let runs = 0;
	const add = async () => {
		const fn = left.pop();
		if (fn) await store.add(fn, [largeExample()]);
	};
	const use = async () => {
		const record = all[(++runs * 37) % all.length];
		const success = { use: { run: `run ${runs}`, at: new Date().toISOString() }, question: `Which is the question of run ${runs}?` };
		if (record) await store.change(WORKSPACE, record, (now) => withSuccess(now, success));
	};
	const list = async () => {
		await use();
		listed.push(...(await timed(1, () => store.list(WORKSPACE), 0)));
	};
	const added = await timed(MORE - 20, add, 20);
	const used = await timed(200, use, 20);
	await timed(30, list);
	return [
		...rowsOf('storing one with an example of 50 KB', added),
		...rowsOf('counting a use with its question', used),
		...rowsOf('listing all after a change', listed),
	];
}

function rowsOf(label: string, taken: readonly number[]): Row[] {
	return [
		{ label: `${label}, median`, median: median(taken), unit: 'ms' },
		{ label: `${label}, 95th percentile`, median: percentile(taken, 0.95), unit: 'ms' },
	];
}

function largeExample(): Example {
	const response = { ok: true, value: { results: 'x'.repeat(EXAMPLE_CHARACTERS) } } as const;
	const calls = [{ tool: 'movies.search', args: {}, response }];
	return {
		digest: { id: 'example', text: 'countMovies("Sofia Coppola") → 8' },
		example: { args: ['Sofia Coppola'], result: 8, calls, question: 'How many?', seed: { now: 0, random: 0 } },
	};
}

/** Bytes on the heap after everything that nobody needs is gone. */
function usedMemory(): number {
	setFlagsFromString('--expose-gc');
	runInNewContext('gc')();
	return process.memoryUsage().heapUsed;
}
