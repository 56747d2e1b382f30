import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { pino } from 'pino';
import { parseProgram } from '../../src/code/parse.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { FunctionRecord, RecordedCall } from '../../src/repository/function-record.ts';
import { createFunctionStore } from '../../src/repository/function-store.ts';
import { keepFunctions } from '../../src/repository/keep.ts';
import { withStoredFunctions } from '../../src/repository/signatures.ts';
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { ToolResponse } from '../../src/toolset/tool.ts';

const reasons: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => reasons.push(String(JSON.parse(line).reason)) });
const sandbox = createSandbox({ size: 1 });
const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
const functions = createFunctionStore(storage);
after(async () => {
	await sandbox.close();
	await storage.close();
});

const TOOLS = { tmdb: ['search', 'credits', 'rate'] };
const LIMITS = { ...DEFAULT_LIMITS, wallMs: 10_000 };
const PEOPLE: Record<string, number> = { 'Sofia Coppola': 1, 'Greta Gerwig': 2 };

function respond(tool: string, args: JsonObject): ToolResponse {
	const value = (answer: JsonValue): ToolResponse => ({ ok: true, value: answer });
	if (tool === 'tmdb.search')
		return value({
			results: Object.entries(PEOPLE)
				.filter(([name]) => name === args.query)
				.map(([name, id]) => ({ id, name })),
		});
	if (tool === 'tmdb.credits')
		return value({
			crew: Array.from({ length: Number(args.id) * 4 }, (_, n) => ({ job: n % 2 ? 'Director' : 'Writer', title: `Movie ${n}` })),
		});
	return { ok: false, kind: 'http', status: 403, message: 'Forbidden' };
}

let workspaces = 0;
const newWorkspace = () => `discord:${++workspaces}`;

interface Answering {
	workspaceId?: string;
	question?: string;
	stored?: readonly FunctionRecord[];
	tools?: Record<string, readonly string[]>;
	schemaHashOf?: (id: string) => string | undefined;
	/** Between the run and the keeping. */
	forge?: (calls: RecordedCall[]) => RecordedCall[];
}

/** Runs a program against the tools above, as a question would, and keeps its functions. */
async function keep(
	source: string,
	{ workspaceId = newWorkspace(), question = 'How many?', stored = [], forge = (calls) => calls, ...rest }: Answering = {},
) {
	const parsed = parseProgram(source);
	const runnable = parseProgram(withStoredFunctions(source, stored));
	assert.ok(parsed.ok && runnable.ok, JSON.stringify([parsed, runnable]));
	const calls: RecordedCall[] = [];
	const seed = { now: Date.UTC(2026, 0, 1), random: 42 };
	const outcome = await sandbox.run({
		code: runnable.program.javascript,
		tools: TOOLS,
		seed,
		limits: LIMITS,
		callTool: async ({ tool, args }) => {
			const response = respond(tool, args);
			calls.push({ tool, args, response });
			return response;
		},
		signal: new AbortController().signal,
	});
	assert.equal(outcome.kind, 'returned', JSON.stringify(outcome));
	reasons.length = 0;
	const made = calls.length;
	const kept = await keepFunctions(
		{
			workspaceId,
			question,
			program: parsed.program,
			stored,
			calls: forge(calls),
			seed,
			tools: TOOLS,
			schemaHashOf: (id) => `hash of ${id}`,
			now: '2026-01-01T00:00:00.000Z',
			...rest,
		},
		{ sandbox, functions, limits: LIMITS, logger },
	);
	assert.equal(calls.length, made, 'no tool is called while functions are kept');
	return { workspaceId, kept, names: kept.map((record) => record.name) };
}

const FIND = `/** Finds the id of a person. */
async function findPersonId(name: string): Promise<number> {
  const people = await tmdb.search({ query: name });
  if (people.results.length === 0) throw new Error('Nobody is called ' + name);
  return people.results[0].id;
}`;
const COUNT = `interface Entry { job: string; title: string }
async function countDirected(name: string): Promise<number> {
  const { crew } = await tmdb.credits({ id: await findPersonId(name) });
  return crew.filter(isDirected).length;
}
function isDirected(entry: Entry): boolean { return entry.job === 'Director'; }`;
const MAIN = "const count = await countDirected('Sofia Coppola');\nreturn answer('Movies', count);";

describe('keepFunctions stores', () => {
	test('each function after those it uses, with what it takes to run it again', async () => {
		const { workspaceId, kept, names } = await keep(`${FIND}\n${COUNT}\n${MAIN}`, { question: 'How many movies?' });
		assert.deepEqual(names, ['findPersonId', 'isDirected', 'countDirected']);
		const [find, directed, count] = kept;
		assert.deepEqual(await functions.list(workspaceId), [count, find, directed]);
		assert.deepEqual(find, {
			workspaceId,
			name: 'findPersonId',
			version: 1,
			signature: 'async function findPersonId(name: string): Promise<number>',
			documentation: 'Finds the id of a person.',
			source: FIND,
			tools: [{ tool: 'tmdb.search', schemaHash: 'hash of tmdb.search' }],
			uses: [],
			example: {
				args: ['Sofia Coppola'],
				result: 1,
				calls: [
					{
						tool: 'tmdb.search',
						args: { query: 'Sofia Coppola' },
						response: { ok: true, value: { results: [{ id: 1, name: 'Sofia Coppola' }] } },
					},
				],
				question: 'How many movies?',
			},
			questions: ['How many movies?'],
			statistics: { succeeded: 1, failed: 0, lastUsedAt: '2026-01-01T00:00:00.000Z' },
			hash: find?.hash,
			createdAt: '2026-01-01T00:00:00.000Z',
		});
		assert.deepEqual(count?.uses.toSorted(), ['findPersonId', 'isDirected']);
		assert.deepEqual(
			count?.example.calls.map(({ tool }) => tool),
			['tmdb.search', 'tmdb.credits'],
		);
		assert.equal(count?.example.result, 2);
		assert.match(directed?.source ?? '', /^interface Entry \{[^}]*\}\n\nfunction isDirected/);
	});

	test('records that serve another program', async () => {
		const first = await keep(`${FIND}\n${COUNT}\n${MAIN}`);
		const stored = await functions.list(first.workspaceId);
		const second = await keep("return answer('', await countDirected('Greta Gerwig'))", { stored, workspaceId: first.workspaceId });
		assert.deepEqual(second.names, []);
		const third = await keep(
			"async function compare(a: string, b: string): Promise<number[]> { return Promise.all([a, b].map(countDirected)) }\nreturn compare('Sofia Coppola', 'Greta Gerwig')",
			{ stored, workspaceId: first.workspaceId },
		);
		assert.deepEqual(
			third.kept.map(({ name, uses, example }) => [name, uses, example.result, example.calls.length]),
			[['compare', ['countDirected'], [2, 4], 4]],
		);
	});

	test('a call with a result rather than one without', async () => {
		const { kept } =
			await keep(`async function titles(id: number): Promise<string[]> { return (await tmdb.credits({ id })).crew.map((entry) => entry.title) }
			return answer('', [await titles(0), await titles(1)])`);
		assert.deepEqual(kept[0]?.example.args, [1]);
	});

	test('functions called at the same time, with equal calls, and with failing ones', async () => {
		const { names } =
			await keep(`async function rate(id: number): Promise<string> { try { await tmdb.rate({ id }); return 'rated' } catch (error) { return error.message } }
			async function all(ids: number[]): Promise<string[]> { return Promise.all(ids.map(rate)) }
			return all([1, 1, 2])`);
		assert.deepEqual(names, ['rate', 'all']);
	});

	test('functions that depend on the clock and on chance of the run', async () => {
		const { kept } = await keep(
			'async function when(id: number): Promise<number[]> { await tmdb.credits({ id }); return [new Date().getFullYear(), id] }\nreturn when(1)',
		);
		assert.deepEqual(kept[0]?.example.result, [2026, 1]);
	});

	test('optional parameters and defaults', async () => {
		const { kept } = await keep(
			'async function f(id: number, limit?: number, from: number = 1): Promise<number> { return (await tmdb.credits({ id })).crew.slice(from, limit).length }\nreturn f(1, undefined)',
		);
		assert.deepEqual(
			kept.map(({ example }) => [example.args, example.result]),
			[[[1], 3]],
		);
	});
});

describe('keepFunctions leaves out, and says why,', () => {
	const left: readonly (readonly [name: string, source: string, reason: RegExp | undefined, answering?: Answering])[] = [
		['programs without functions', 'return (await tmdb.credits({ id: 1 })).crew.length', undefined],
		['functions that were never called', `${FIND}\nreturn 1`, /not called/],
		[
			'functions that return nothing',
			'async function f(id: number): Promise<void> { await tmdb.credits({ id }) }\nawait f(1);\nreturn 1',
			/plain data/,
		],
		[
			'functions given functions',
			'async function f(map: (n: number) => number): Promise<number> { return map((await tmdb.credits({ id: 1 })).crew.length) }\nreturn f((n) => n)',
			/plain data/,
		],
		[
			'functions that return no data',
			'async function f(id: number): Promise<Map<string, number>> { await tmdb.credits({ id }); return new Map() }\nreturn (await f(1)).size',
			/plain data/,
		],
		[
			'functions that failed',
			"async function f(name: string): Promise<number> { throw new Error((await tmdb.search({ query: name })).results.length) }\ntry { await f('x') } catch {}\nreturn 1",
			/plain data/,
		],
		[
			'functions that depend on what the main call set up',
			'function g(n: number): number { return (g.base ?? 0) + n }\nasync function f(id: number): Promise<number> { await tmdb.credits({ id }); return g(id) }\ng.base = 5;\nreturn f(1)',
			/another result/,
		],
		[
			'functions that use one that is left out',
			"async function f(g: string): Promise<number> { return h(() => g) }\nasync function h(g: () => string): Promise<number> { return (await tmdb.search({ query: g() })).results.length }\nreturn f('x')",
			/uses a function that is not stored/,
		],
		['functions of tools that are gone', `${FIND}\nreturn findPersonId('Sofia Coppola')`, undefined, { schemaHashOf: () => undefined }],
		[
			'everything when the recorded calls are not those of the program',
			`${FIND}\nreturn findPersonId('Sofia Coppola')`,
			/other calls than were recorded: tmdb.search/,
			{ forge: () => [] },
		],
		[
			'functions that catch what was not recorded',
			'async function f(id: number): Promise<number> { try { return (await tmdb.credits({ id })).crew.length } catch { return 4 } }\nreturn f(1)',
			/other calls/,
			{ forge: (calls) => calls.map((call) => ({ ...call, args: { id: 9 } })) },
		],
	];
	for (const [name, source, reason, answering] of left) {
		test(name, async () => {
			const { workspaceId } = await keep(source, answering);
			assert.deepEqual(await functions.list(workspaceId), []);
			if (reason)
				assert.ok(
					reasons.some((said) => reason.test(said)),
					reasons.join('; '),
				);
			else assert.deepEqual(reasons, []);
		});
	}

	test('functions whose result changed between run and record', async () => {
		const { names } = await keep(
			`async function f(id: number): Promise<number> { return (await tmdb.credits({ id })).crew.length }\nreturn f(1)`,
			{
				forge: (calls) => calls.map((call) => ({ ...call, response: { ok: true, value: { crew: 5 } } })),
			},
		);
		assert.deepEqual(names, []);
	});

	test('functions of a program that names something like the recorder', async () => {
		const { names } = await keep(`const $trace = 1;\n${FIND}\nreturn answer('', (await findPersonId('Sofia Coppola')) + $trace)`);
		assert.deepEqual(names, ['findPersonId']);
	});
});

describe('a function that is stored already', () => {
	test('is not stored again: its record learns the question', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`, { question: 'first' });
		await functions.recordFeedback(workspaceId, 'findPersonId', 1);
		const again = FIND.replaceAll('people', 'found').replace('/** Finds the id of a person. */', '');
		const { names } = await keep(`${again}\nreturn findPersonId('Greta Gerwig')`, { workspaceId, question: 'second' });
		assert.deepEqual(names, []);
		const [record, ...others] = await functions.list(workspaceId);
		assert.deepEqual(others, []);
		assert.deepEqual([record?.version, record?.questions, record?.statistics.succeeded, record?.source], [1, ['first', 'second'], 2, FIND]);
		assert.equal(record?.statistics.disliked, 1);
	});

	test('is found under another name, and called by it', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const { kept } = await keep(`${`${FIND}\n${COUNT}`.replaceAll('findPersonId', 'personIdOf')}\n${MAIN}`, { workspaceId });
		const count = kept.find(({ name }) => name === 'countDirected');
		assert.deepEqual(
			kept.map(({ name }) => name),
			['isDirected', 'countDirected'],
		);
		assert.deepEqual(count?.uses.toSorted(), ['findPersonId', 'isDirected']);
		assert.match(count?.source ?? '', /await findPersonId\(name\)/);
	});

	test('is replaced by the next version when its body is another', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const { kept } = await keep(`${FIND.replace('Nobody is', 'No one is')}\nreturn findPersonId('Sofia Coppola')`, { workspaceId });
		assert.deepEqual(
			kept.map(({ name, version }) => [name, version]),
			[['findPersonId', 2]],
		);
		assert.deepEqual(await functions.list(workspaceId), kept);
	});

	test('is not replaced while others use it, nor is anything stored that would', async () => {
		const { workspaceId } = await keep(`${FIND}\n${COUNT}\n${MAIN}`);
		const before = await functions.list(workspaceId);
		const other = `${FIND.replace('Nobody is', 'No one is')}\n${COUNT.replaceAll('countDirected', 'countThem').replace('.length', '.length + 0')}\n${MAIN.replace('countDirected', 'countThem')}`;
		const { names } = await keep(other, { workspaceId });
		assert.deepEqual(names, []);
		assert.ok(reasons.includes('the stored function countDirected uses another function of that name'), reasons.join('; '));
		assert.deepEqual(
			(await functions.list(workspaceId)).map(({ name, version }) => [name, version]),
			before.map(({ name, version }) => [name, version]),
		);
	});

	test('belongs to its workspace', async () => {
		const first = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const second = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		assert.deepEqual([first.names, second.names], [['findPersonId'], ['findPersonId']]);
	});
});

test('a store that cannot be written is an error that is heard of', async () => {
	const closed = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const parsed = parseProgram(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
	assert.ok(parsed.ok);
	await closed.close();
	const args = { query: 'Sofia Coppola' };
	const input = {
		workspaceId: 'x',
		question: '',
		program: parsed.program,
		stored: [],
		tools: TOOLS,
		seed: { now: 0, random: 1 },
		schemaHashOf: () => 'a',
		now: '',
	};
	const calls = [{ tool: 'tmdb.search', args, response: respond('tmdb.search', args) }];
	await assert.rejects(keepFunctions({ ...input, calls }, { sandbox, functions: createFunctionStore(closed), limits: LIMITS }), {
		code: 'storage',
	});
});
