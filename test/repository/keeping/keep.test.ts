import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { pino } from 'pino';
import { createTypeChecker } from '../../../src/code/check.ts';
import { parseProgram } from '../../../src/code/parse.ts';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import type { CallableTools } from '../../../src/repository/callable-tools.ts';
import type { FunctionExample, FunctionRecord, RecordedCall } from '../../../src/repository/function-record.ts';
import { keepFunctions } from '../../../src/repository/keeping/keep.ts';
import { moved } from '../../../src/repository/lifecycle.ts';
import { withStoredFunctions } from '../../../src/repository/signatures.ts';
import { createFunctionStore, type FunctionStore } from '../../../src/repository/store/function-store.ts';
import { DEFAULT_LIMITS } from '../../../src/sandbox/limits.ts';
import { createSandbox } from '../../../src/sandbox/pool.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { ToolResponse } from '../../../src/toolset/tool.ts';

const reasons: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => reasons.push(String(JSON.parse(line).reason)) });
const sandbox = createSandbox({ size: 1 });
const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
const functions = createFunctionStore(storage);
const checker = createTypeChecker();
after(async () => {
	await Promise.all([sandbox.close(), checker.close()]);
	await storage.close();
});

const NAMES = ['search', 'credits', 'rate'];
const TOOLS: CallableTools = {
	names: { tmdb: NAMES },
	tools: new Map(NAMES.map((name) => [`tmdb.${name}`, { schemaHash: `hash of tmdb.${name}` }])),
	declarations: async () => [
		`declare const tmdb: {
	search(args: { query: string }): Promise<{ results: { id: number; name: string }[] }>;
	credits(args: { id: number }): Promise<{ crew: { job: string; title: string }[] }>;
	rate(args: { id: number }): Promise<void>;
};`,
	],
};
const SERVICES = { sandbox, functions, checker, limits: { ...DEFAULT_LIMITS, wallMs: 10_000 }, logger };
/** What a record was verified with. */
const exampleOf = async (record: FunctionRecord | undefined): Promise<FunctionExample | undefined> =>
	record && (await functions.examples(record))[0];
const PEOPLE: Record<string, number> = { 'Sofia Coppola': 1, 'Greta Gerwig': 2, 'Jane Campion': 3 };

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
let runs = 0;
const newWorkspace = () => `discord:${++workspaces}`;

interface Answering {
	workspaceId?: string;
	question?: string;
	stored?: readonly FunctionRecord[];
	tools?: CallableTools;
	run?: string;
	/** What the functions are kept in. */
	functions?: FunctionStore;
	/** Between the run and the keeping. */
	forge?: (calls: RecordedCall[]) => RecordedCall[];
}

/** Runs a program against the tools above, as a question would, and keeps its functions. */
async function keep(
	source: string,
	{
		workspaceId = newWorkspace(),
		question = 'How many?',
		run = `run ${++runs}`,
		stored = [],
		forge = (calls) => calls,
		functions: store = functions,
		...rest
	}: Answering = {},
) {
	const parsed = parseProgram(source);
	const runnable = parseProgram(withStoredFunctions(source, stored));
	assert.ok(parsed.ok && runnable.ok, JSON.stringify([parsed, runnable]));
	const calls: RecordedCall[] = [];
	const seed = { now: Date.UTC(2026, 0, 1), random: 42 };
	const outcome = await sandbox.run({
		code: runnable.program.javascript,
		tools: TOOLS.names,
		seed,
		limits: SERVICES.limits,
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
			run,
			now: '2026-01-01T00:00:00.000Z',
			...rest,
		},
		{ ...SERVICES, functions: store },
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
		const { workspaceId, kept, names } = await keep(`${FIND}\n${COUNT}\n${MAIN}`, { question: 'How many movies?', run: 'the run' });
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
			hash: find?.hash,
			tools: [{ tool: 'tmdb.search', schemaHash: 'hash of tmdb.search' }],
			uses: [],
			questions: ['How many movies?'],
			statistics: { succeeded: 1, failed: 0, lastUsedAt: '2026-01-01T00:00:00.000Z' },
			recent: [{ run: 'the run', at: '2026-01-01T00:00:00.000Z', succeeded: true }],
			state: 'candidate',
			history: [{ at: '2026-01-01T00:00:00.000Z', to: 'candidate', cause: 'use', reason: 'worked in an answer, and was verified alone' }],
			examples: [{ ...find?.examples[0], text: 'findPersonId("Sofia Coppola") → 1' }],
			origin: { kind: 'answer', run: 'the run' },
			createdAt: '2026-01-01T00:00:00.000Z',
		});
		assert.deepEqual(await exampleOf(find), {
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
			seed: { now: Date.UTC(2026, 0, 1), random: 42 },
		});
		assert.deepEqual(count?.uses.map(({ name, version }) => `${name} ${version}`).toSorted(), ['findPersonId 1', 'isDirected 1']);
		assert.deepEqual(
			(await exampleOf(count))?.calls.map(({ tool }) => tool),
			['tmdb.search', 'tmdb.credits'],
		);
		assert.equal((await exampleOf(count))?.result, 2);
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
			third.kept.map(({ name, uses }) => [name, uses]),
			[['compare', [{ name: 'countDirected', version: 1 }]]],
		);
		const example = await exampleOf(third.kept[0]);
		assert.deepEqual([example?.result, example?.calls.length], [[2, 4], 4]);
	});

	test('a call with a result rather than one without', async () => {
		const { kept } =
			await keep(`async function titles(id: number): Promise<string[]> { return (await tmdb.credits({ id })).crew.map((entry) => entry.title) }
			return answer('', [await titles(0), await titles(1)])`);
		assert.deepEqual((await exampleOf(kept[0]))?.args, [1]);
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
		assert.deepEqual((await exampleOf(kept[0]))?.result, [2026, 1]);
	});

	test('what the question gave to a parameter as that parameter', async () => {
		const { kept } = await keep(
			`${FIND.replace('query: name', "query: 'Sofia Coppola'").replace("'Nobody is called ' + name", "'Nobody'")}\nreturn findPersonId('Sofia Coppola')`,
		);
		assert.match(kept[0]?.source ?? '', /query: name/);
	});

	test('functions that return nothing, by the calls that they make', async () => {
		const { kept, workspaceId } = await keep(
			'async function f(id: number): Promise<void> { await tmdb.credits({ id }) }\nawait f(1);\nreturn 1',
		);
		const example = await exampleOf(kept[0]);
		assert.deepEqual([example?.result, example?.calls.length], [null, 1]);
		const other = 'async function f(id: number): Promise<void> { await tmdb.credits({ id: 2 * id }) }\nawait f(1);\nreturn 1';
		await keep(other, { workspaceId });
		assert.deepEqual(
			(await functions.versions(workspaceId, 'f')).map(({ state }) => state),
			['candidate', 'candidate'],
		);
	});

	test('optional parameters and defaults', async () => {
		const { kept } = await keep(
			'async function f(id: number, limit?: number, from: number = 1): Promise<number> { return (await tmdb.credits({ id })).crew.slice(from, limit).length }\nreturn f(1, undefined)',
		);
		const example = await exampleOf(kept[0]);
		assert.deepEqual([example?.args, example?.result], [[1], 3]);
	});
});

describe('keepFunctions leaves out, and says why,', () => {
	const left: readonly (readonly [name: string, source: string, reason: RegExp | undefined, answering?: Answering])[] = [
		['programs without functions', 'return (await tmdb.credits({ id: 1 })).crew.length', undefined],
		['functions that were never called', `${FIND}\nreturn 1`, /not called/],
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
		[
			'functions whose types do not hold alone',
			'async function f(id: number): Promise<string> { try { await tmdb.credits({ person: id }) } catch {} return "none" }\nreturn f(1)',
			/does not fit the types on its own: line 1: .*person/,
		],
		[
			'functions that call a tool whose name is made up as they run',
			"async function f(what: string): Promise<number> { return (await (tmdb as any)[what]({ id: 1 })).crew.length }\nreturn f('credits') + (await tmdb.credits({ id: 1 })).crew.length",
			undefined,
		],
		[
			'functions that call a tool so and another one by name',
			"async function f(what: string): Promise<number> { await tmdb.search({ query: 'x' }); return (await (tmdb as any)[what]({ id: 1 })).crew.length }\nreturn f('credits')",
			/calls tmdb\.credits by a name that is not seen in it/,
		],
		[
			'functions of tools that are gone',
			`${FIND}\nreturn findPersonId('Sofia Coppola')`,
			undefined,
			{ tools: { ...TOOLS, tools: new Map() } },
		],
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
		const again = FIND.replaceAll('people', 'found').replace('/** Finds the id of a person. */', '');
		const { names } = await keep(`${again}\nreturn findPersonId('Greta Gerwig')`, { workspaceId, question: 'second' });
		assert.deepEqual(names, []);
		const [record, ...others] = await functions.list(workspaceId);
		assert.deepEqual(others, []);
		assert.deepEqual([record?.version, record?.questions, record?.statistics.succeeded, record?.source], [1, ['first', 'second'], 2, FIND]);
		assert.deepEqual([record?.state, record?.examples.length], ['trusted', 2]);
		assert.equal(record?.history.at(-1)?.reason, 'succeeded with other arguments');
	});

	test('is found under another name, and called by it', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const { kept } = await keep(`${`${FIND}\n${COUNT}`.replaceAll('findPersonId', 'personIdOf')}\n${MAIN}`, { workspaceId });
		const count = kept.find(({ name }) => name === 'countDirected');
		assert.deepEqual(
			kept.map(({ name }) => name),
			['isDirected', 'countDirected'],
		);
		assert.deepEqual(count?.uses.map(({ name, version }) => `${name} ${version}`).toSorted(), ['findPersonId 1', 'isDirected 1']);
		assert.match(count?.source ?? '', /await findPersonId\(name\)/);
	});

	test('is found under another name when another answer has stored it while this one was verified', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		let asked = 0;
		const list = async (id: string) => (asked++ === 0 ? [] : functions.list(id));
		const source = FIND.replace('findPersonId', 'personId');
		const { kept } = await keep(`${source}\nreturn personId('Sofia Coppola')`, { workspaceId, functions: { ...functions, list } });
		assert.deepEqual(kept, []);
		assert.deepEqual(
			(await functions.list(workspaceId)).map(({ name, statistics }) => [name, statistics.succeeded]),
			[['findPersonId', 2]],
		);
	});

	test('has a further version when its body is another, and stays beside it until that has proved to do the same', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const other = FIND.replace('Nobody is', 'No one is');
		const states = async () => (await functions.versions(workspaceId, 'findPersonId')).map(({ version, state }) => `${version} ${state}`);
		const { kept } = await keep(`${other}\nreturn findPersonId('Sofia Coppola')`, { workspaceId });
		assert.deepEqual(
			kept.map(({ name, version }) => [name, version]),
			[['findPersonId', 2]],
		);
		assert.deepEqual(await states(), ['2 candidate', '1 candidate']);
		await keep(`${other}\nreturn findPersonId('Greta Gerwig')`, { workspaceId });
		assert.deepEqual(await states(), ['2 trusted', '1 candidate']);
		await keep(`${other}\nreturn findPersonId('Jane Campion')`, { workspaceId });
		assert.deepEqual(await states(), ['2 trusted', '1 retired']);
		const [, first] = await functions.versions(workspaceId, 'findPersonId');
		assert.deepEqual([first?.history.at(-1)?.cause, first?.history.at(-1)?.reason], ['superseded', 'version 2 does the same']);
	});

	test('stays where another function of its name does something else, however often that succeeds', async () => {
		const { workspaceId } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		const double = FIND.replace('people.results[0].id', '2 * people.results[0].id');
		await keep(`${double}\nreturn findPersonId('Sofia Coppola')`, { workspaceId });
		await keep(`${double}\nreturn findPersonId('Greta Gerwig')`, { workspaceId });
		const [second, first] = await functions.versions(workspaceId, 'findPersonId');
		assert.deepEqual([second?.state, first?.state], ['trusted', 'candidate']);
	});

	test('is what those that use it were verified with, when another version comes', async () => {
		const { workspaceId } = await keep(`${FIND}\n${COUNT}\n${MAIN}`);
		const other = `${FIND.replace('Nobody is', 'No one is')}\n${COUNT}\n${MAIN.replace('Sofia Coppola', 'Greta Gerwig')}`;
		const { kept } = await keep(other, { workspaceId });
		assert.deepEqual(
			kept.map(({ name, version }) => `${name} ${version}`),
			['findPersonId 2', 'countDirected 2'],
		);
		const uses = (await functions.versions(workspaceId, 'countDirected')).map((record) => record.uses.map(({ version }) => version));
		assert.deepEqual(uses, [
			[2, 1],
			[1, 1],
		]);
	});

	test('is credited when a program calls it, and trusted when that was with other arguments', async () => {
		const { workspaceId } = await keep(`${FIND}\n${COUNT}\n${MAIN}`);
		const stored = await functions.list(workspaceId);
		await keep("return answer('', await countDirected('Sofia Coppola'))", { stored, workspaceId, question: 'the same' });
		const same = await functions.get(workspaceId, 'countDirected');
		assert.deepEqual([same?.state, same?.statistics.succeeded, same?.examples.length], ['candidate', 2, 1]);
		await keep("return answer('', await countDirected('Greta Gerwig'))", { stored, workspaceId, question: 'another', run: 'twice' });
		await keep("return answer('', await countDirected('Greta Gerwig'))", { stored, workspaceId, question: 'another', run: 'twice' });
		const [count, find, directed] = await functions.list(workspaceId);
		assert.deepEqual([count?.state, find?.state, directed?.state], ['trusted', 'trusted', 'trusted']);
		assert.deepEqual([count?.statistics.succeeded, count?.questions], [3, ['How many?', 'the same', 'another']]);
		assert.deepEqual(count && (await functions.examples(count)).map(({ args, result }) => [args, result]), [
			[['Sofia Coppola'], 2],
			[['Greta Gerwig'], 4],
		]);
	});

	test('that a change of the API has broken is a candidate again when an answer writes it again', async () => {
		const { workspaceId, kept } = await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`);
		for (const [cause, state] of [
			['drift', 'candidate'],
			['feedback', 'quarantined'],
			['forgotten', 'quarantined'],
		] as const) {
			const because = { at: '2026-01-02T00:00:00.000Z', cause, reason: cause };
			await functions.change(workspaceId, { name: 'findPersonId', version: 1 }, (record) => moved(record, 'quarantined', because));
			await keep(`${FIND}\nreturn findPersonId('Sofia Coppola')`, { workspaceId });
			assert.equal((await functions.get(workspaceId, 'findPersonId'))?.state, state, cause);
			await functions.change(workspaceId, { name: 'findPersonId', version: 1 }, (record) => moved(record, 'candidate', because));
		}
		assert.equal(kept.length, 1);
	});

	test('that does not fit the tools any more is taken as it was written for them', async () => {
		const program = (type: string) =>
			`async function titlesOf(id: number): Promise<string[]> { const { crew }: { crew: { title: ${type} }[] } = await tmdb.credits({ id }); return crew.map((entry) => entry.title) }\nreturn titlesOf(1)`;
		const { workspaceId } = await keep(program('string'));
		const because = { at: '2026-01-02T00:00:00.000Z', cause: 'drift', reason: 'changed' } as const;
		await functions.change(workspaceId, { name: 'titlesOf', version: 1 }, (record) => moved(record, 'quarantined', because));
		await keep(program('string | any'), { workspaceId });
		const [record, ...others] = await functions.versions(workspaceId, 'titlesOf');
		assert.deepEqual([record?.state, others.length], ['candidate', 0]);
		assert.match(record?.source ?? '', /title: string \| any/);
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
		run: '1',
		question: '',
		program: parsed.program,
		stored: [],
		tools: TOOLS,
		seed: { now: 0, random: 1 },
		now: '',
	};
	const calls = [{ tool: 'tmdb.search', args, response: respond('tmdb.search', args) }];
	await assert.rejects(keepFunctions({ ...input, calls }, { ...SERVICES, functions: createFunctionStore(closed) }), { code: 'storage' });
});
