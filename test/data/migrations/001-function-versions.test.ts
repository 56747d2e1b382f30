import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import { step } from '../../../src/data/migrations/001-function-versions.ts';
import { functionHash } from '../../../src/repository/hash.ts';
import { recordId } from '../../../src/repository/record-keys.ts';
import { readRecord } from '../../../src/repository/signatures.ts';
import { createFunctionStore, type FunctionStore } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Records, Storage } from '../../../src/storage/storage.ts';

const WORKSPACE = 'slack:T1';
const CREATED = '2025-11-03T10:20:30.400Z';

let lines: Record<string, unknown>[];
let storage: Storage;
let older: Records<object>;
let functions: FunctionStore;
const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
const migrate = () => step(storage, { logger, check: () => {} });
beforeEach(async () => {
	lines = [];
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	older = storage.records('functions');
	functions = createFunctionStore(storage);
});
afterEach(() => storage.close());

const SOURCES: Record<string, string> = {
	findPersonId:
		'/** Finds the id of a person by name. @param name full name */\nasync function findPersonId(name: string): Promise<number> {\n  const found = await movies.searchPerson({ query: name });\n  return found.results[0].id;\n}',
	countFilms:
		'async function countFilms(name: string): Promise<number> {\n  const { crew } = await movies.getPersonCredits({ person_id: await findPersonId(name) });\n  return crew.length;\n}',
	compareFilms:
		'async function compareFilms(a: string, b: string): Promise<number> {\n  return (await countFilms(a)) - (await countFilms(b));\n}',
};

/** As `JSON` has it on the disk of whoever used the bot before. */
function olderRecord(name: string, rest: object = {}): object {
	const response = { ok: true, value: { results: [{ id: 1769, name: 'Sofia Coppola' }] } };
	return {
		workspaceId: WORKSPACE,
		name,
		version: 3,
		signature: `async function ${name}(name: string): Promise<number>`,
		documentation: 'Finds the id of a person by name.',
		source: SOURCES[name] ?? '',
		tools: [{ tool: 'movies.searchPerson', schemaHash: 'a1b2c3d4e5f60718' }],
		uses: [],
		example: {
			args: ['Sofia Coppola'],
			result: 1769,
			calls: [{ tool: 'movies.searchPerson', args: { query: 'Sofia Coppola' }, response }],
			question: 'How many movies did Sofia Coppola direct?',
		},
		questions: ['How many movies did Sofia Coppola direct?', 'Which films did Greta Gerwig direct?'],
		statistics: { succeeded: 4, failed: 1, lastUsedAt: '2025-12-24T18:00:00.000Z' },
		hash: '00000000deadbeef',
		createdAt: CREATED,
		...rest,
	};
}

async function put(name: string, rest: object = {}, workspaceId = WORKSPACE): Promise<void> {
	await older.put(`${workspaceId}/${name}`, olderRecord(name, { workspaceId, ...rest }));
}

const keysLeft = async () => (await Array.fromAsync(older.entries())).map(([key]) => key);
const listed = async (from: FunctionStore = functions) => (await from.list(WORKSPACE)).map(recordId);

describe('functions of an older version that cannot be read', () => {
	const unreadable: Record<string, object> = {
		noObject: [],
		noSource: { source: undefined },
		brokenSource: { source: 'async function brokenSource( {' },
		anotherName: { source: SOURCES.findPersonId },
		noExample: { example: undefined },
		noDate: { createdAt: 'yesterday' },
		usesGone: { source: SOURCES.countFilms?.replace('countFilms', 'usesGone'), uses: ['findPersonId', 'gone'] },
		usesItself: { source: SOURCES.findPersonId?.replace('findPersonId', 'usesItself'), uses: ['usesItself'] },
		usesBroken: { source: SOURCES.findPersonId?.replace('findPersonId', 'usesBroken'), uses: ['brokenSource'] },
	};

	test('are left as they are, beside the others, and named in one line of the log', async () => {
		for (const [name, rest] of Object.entries(unreadable)) {
			if (Array.isArray(rest)) await older.put(`${WORKSPACE}/${name}`, rest);
			else await put(name, rest);
		}
		await put('findPersonId');
		await migrate();
		assert.deepEqual(await listed(), ['findPersonId@1']);
		assert.equal(lines.length, 1);
		const { workspace, functions: left } = lines[0] ?? {};
		assert.ok(Array.isArray(left));
		const named = left.map((name) => String(name).replace(`${WORKSPACE}/`, ''));
		assert.deepEqual([workspace, named.toSorted()], [WORKSPACE, Object.keys(unreadable).toSorted()]);
		assert.equal((await keysLeft()).length, Object.keys(unreadable).length);
	});

	test('are those of other workspaces, whose keys begin alike', async () => {
		await put('findPersonId', {}, `${WORKSPACE}/x`);
		await migrate();
		assert.deepEqual([await listed(), lines], [[], []]);
		assert.deepEqual((await functions.list(`${WORKSPACE}/x`)).map(recordId), ['findPersonId@1']);
	});
});

describe('functions of an older version', () => {
	test('become candidates with their example, questions and statistics, and are gone from where they were', async () => {
		await put('findPersonId', { statistics: { succeeded: 4, failed: 1, lastUsedAt: '2025-12-24T18:00:00.000Z', disliked: 2 } });
		await migrate();
		const record = await functions.get(WORKSPACE, 'findPersonId');
		assert.ok(record);
		const { examples, hash, ...rest } = record;
		assert.deepEqual(rest, {
			workspaceId: WORKSPACE,
			name: 'findPersonId',
			version: 1,
			signature: 'async function findPersonId(name: string): Promise<number>',
			documentation: 'Finds the id of a person by name.',
			source: SOURCES.findPersonId,
			tools: [{ tool: 'movies.searchPerson', schemaHash: 'a1b2c3d4e5f60718' }],
			uses: [],
			questions: ['How many movies did Sofia Coppola direct?', 'Which films did Greta Gerwig direct?'],
			statistics: { succeeded: 4, failed: 1, lastUsedAt: '2025-12-24T18:00:00.000Z', disliked: 2 },
			recent: [],
			state: 'candidate',
			history: [{ at: CREATED, to: 'candidate', cause: 'use', reason: 'worked in an answer, before functions had states' }],
			origin: { kind: 'answer', run: 'unknown' },
			createdAt: CREATED,
		});
		assert.equal(hash, functionHash(readRecord(record).fn));
		assert.deepEqual(
			examples.map(({ text }) => text),
			['findPersonId("Sofia Coppola") → 1769'],
		);
		const [example] = await functions.examples(record);
		assert.deepEqual(example, {
			args: ['Sofia Coppola'],
			result: 1769,
			calls: [
				{
					tool: 'movies.searchPerson',
					args: { query: 'Sofia Coppola' },
					response: { ok: true, value: { results: [{ id: 1769, name: 'Sofia Coppola' }] } },
				},
			],
			question: 'How many movies did Sofia Coppola direct?',
			seed: { now: Date.parse(CREATED), random: 0 },
		});
		assert.deepEqual([await keysLeft(), lines], [[], []]);
	});

	test('use one another in the versions that they became, and are known by them', async () => {
		await put('compareFilms', { uses: ['countFilms'] });
		await put('countFilms', { uses: ['findPersonId'] });
		await put('findPersonId');
		await migrate();
		assert.deepEqual(await listed(), ['compareFilms@1', 'countFilms@1', 'findPersonId@1']);
		const [compare, count, find] = await functions.list(WORKSPACE);
		assert.ok(compare && count && find);
		assert.deepEqual([compare.uses, count.uses], [[{ name: 'countFilms', version: 1 }], [{ name: 'findPersonId', version: 1 }]]);
		assert.equal(count.hash, functionHash(readRecord(count).fn, new Map([['findPersonId', find.hash]])));
		assert.equal(compare.hash, functionHash(readRecord(compare).fn, new Map([['countFilms', count.hash]])));
	});

	test('become the same ones in several processes at once', async () => {
		const names = Array.from({ length: 20 }, (_, n) => `copy${n}`);
		for (const [n, name] of names.entries()) {
			await put(name, {
				source: `async function ${name}(name: string): Promise<number> { return ${n === 0 ? n : `(await ${names[n - 1]}(name)) + 1`}; }`,
				uses: n === 0 ? [] : [names[n - 1]],
			});
		}
		await Promise.all([migrate(), migrate(), migrate()]);
		assert.deepEqual((await listed()).toSorted(), names.map((name) => `${name}@1`).toSorted());
		assert.deepEqual(await keysLeft(), []);
		assert.equal((await Array.fromAsync(storage.records('function-examples').entries())).length, 20);
	});

	test('are complete when the process that began with them died, and as others have used them since', async () => {
		await put('countFilms', { uses: ['findPersonId'] });
		await put('findPersonId');
		await migrate();
		assert.equal((await listed()).length, 2);
		await functions.change(WORKSPACE, { name: 'countFilms', version: 1 }, (record) => ({ ...record, questions: ['since then?'] }));
		// As if it had deleted one of the two, and the other one not yet.
		await put('countFilms', { uses: ['findPersonId'] });
		await migrate();
		assert.deepEqual([await listed(), await keysLeft(), lines], [['countFilms@1', 'findPersonId@1'], [], []]);
		assert.deepEqual((await functions.get(WORKSPACE, 'countFilms'))?.questions, ['since then?']);
	});
});
