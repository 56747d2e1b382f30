import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { pino } from 'pino';
import { createTypeChecker } from '../../../src/code/check.ts';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import type { CallableTools } from '../../../src/repository/callable-tools.ts';
import type { FunctionExample, FunctionRecord, RecordedCall } from '../../../src/repository/function-record.ts';
import { moved } from '../../../src/repository/lifecycle.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { exampleOf, fitEach, verifyAgain, verifyFunction } from '../../../src/repository/verification/verify.ts';
import { DEFAULT_LIMITS } from '../../../src/sandbox/limits.ts';
import { createSandbox } from '../../../src/sandbox/pool.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { recordOf } from '../stored-functions.ts';

const sandbox = createSandbox({ size: 1 });
const checker = createTypeChecker();
const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
const functions = createFunctionStore(storage);
const services = { sandbox, checker, functions, limits: { ...DEFAULT_LIMITS, wallMs: 5000 } };
after(async () => {
	await Promise.all([sandbox.close(), checker.close()]);
	await storage.close();
});

const NAMES = { films: ['get', 'list'] };
const SEED = { now: Date.UTC(2026, 0, 1), random: 42 };
/** With the schemas of today, where `get` gives a film of this type; a list longer than 50 is refused. */
const toolsOf = (film = '{ year: number }', names: readonly string[] = NAMES.films): CallableTools => ({
	names: { films: names },
	tools: new Map(names.map((name) => [`films.${name}`, { schemaHash: `${name} now` }])),
	declarations: async () => [
		`declare namespace films {
	${names.includes('get') ? `function get(args: { id: number }): Promise<${film}>;` : ''}
	function list(args: { limit: number }): Promise<{ id: number }[]>;
}`,
	],
	refusal: (_, { limit }) => (Number(limit) > 50 ? 'The argument `limit` is too large.' : undefined),
});
const called = (tool: string, args: JsonObject, value: JsonValue): RecordedCall => ({ tool, args, response: { ok: true, value } });

const YEAR = 'async function yearOf(id: number): Promise<number> {\n\tconst film = await films.get({ id });\n\treturn film.year;\n}';
const AGE = 'async function ageOf(id: number): Promise<number> {\n\treturn new Date().getFullYear() - (await yearOf(id));\n}';
const COUNT =
	'async function countOf(limit: number): Promise<number> {\n\tconst found = await films.list({ limit });\n\treturn found.length;\n}';

describe('a function is verified before it is stored', () => {
	const verify = (source: string, result: JsonValue, calls: readonly RecordedCall[]) =>
		verifyFunction(
			{ name: 'yearOf', sources: [source], trace: { args: [1], result }, question: 'When?', recorded: { calls, tools: NAMES, seed: SEED } },
			services,
		);
	const film = called('films.get', { id: 1 }, { year: 2003 });

	test('by giving the same result again, with the calls that it makes', async () => {
		const verified = await verify(YEAR, 2003, [called('films.list', { limit: 1 }, []), film]);
		assert.ok(verified.ok);
		assert.deepEqual(verified.example.example, { args: [1], result: 2003, calls: [film], question: 'When?', seed: SEED });
		assert.equal(verified.example.digest.text, 'yearOf(1) → 2003');
	});

	test('and is refused for another result, for other calls, for failing, and for more than a record holds', async () => {
		const reason = async (...given: Parameters<typeof verify>) => {
			const verified = await verify(...given);
			return verified.ok ? undefined : verified.reason;
		};
		assert.match((await reason(YEAR, 2004, [film])) ?? '', /returns another result/);
		assert.match((await reason(YEAR, 2003, [])) ?? '', /other calls than were recorded: films\.get/);
		assert.match((await reason(YEAR.replace('film.year', 'film.when.year'), 2003, [film])) ?? '', /ends as threw TypeError/);
		assert.match((await reason('function yearOf(', 2003, [film])) ?? '', /does not parse/);
		const large = called('films.get', { id: 1 }, { year: 2003, pad: 'x'.repeat(500_000) });
		assert.match((await reason(YEAR, 2003, [large])) ?? '', /too large to keep/);
	});
});

describe('a stored function is verified again', () => {
	let workspaces = 0;
	/** Stores it as it was found to fit other schemas than those of today. */
	const keep = async (
		source: string,
		ids: readonly string[],
		examples: readonly Partial<FunctionExample>[],
		rest: Partial<FunctionRecord> = {},
	) => {
		const tools = ids.map((tool) => ({ tool, schemaHash: 'before' }));
		const { version: _version, examples: _none, ...fn } = recordOf(source, { workspaceId: `w${++workspaces}`, tools, ...rest });
		const whole = examples.map((example) => ({ args: [1], result: 2003, calls: [], question: '', seed: SEED, ...example }));
		const { record } = await functions.add(
			fn,
			whole.map((example) => exampleOf(fn.name, example)),
		);
		return record;
	};
	const keepYear = (rest: Partial<FunctionExample> = {}, record: Partial<FunctionRecord> = {}) =>
		keep(YEAR, ['films.get'], [{ calls: [called('films.get', { id: 1 }, { year: 2003 })], ...rest }], record);
	const reasonOf = async (record: FunctionRecord, tools = toolsOf()) => {
		const verdict = await verifyAgain(record, tools, services);
		return verdict.ok ? undefined : verdict.reason;
	};

	test('and has the schemas of today when it holds', async () => {
		const verdict = await verifyAgain(await keepYear(), toolsOf(), services);
		assert.deepEqual(verdict, { ok: true, tools: [{ tool: 'films.get', schemaHash: 'get now' }] });
	});

	test('against its tools, its types and its examples', async () => {
		assert.equal(await reasonOf(await keepYear(), toolsOf('{}', ['list'])), 'calls films.get, which is gone');
		assert.match((await reasonOf(await keepYear(), toolsOf('{ title: string }'))) ?? '', /^line 3: Property 'year' does not exist/);
		assert.match((await reasonOf(await keepYear({ result: 1999 }))) ?? '', /^yearOf\(1\) → 1999: gives another result/);
		assert.match((await reasonOf(await keepYear({ calls: [] }))) ?? '', /^yearOf\(1\) → 2003: makes other calls/);
	});

	test('with what it uses', async () => {
		const year = await keepYear();
		const { workspaceId } = year;
		const calls = [called('films.get', { id: 1 }, { year: 2003 })];
		const age = await keep(AGE, [], [{ result: 23, calls }], { workspaceId, uses: [{ name: 'yearOf', version: 1 }] });
		assert.equal(await reasonOf(age), undefined);
		const because = { at: '2026-01-01T00:00:00.000Z', cause: 'failures', reason: 'failed 2 times in a row' } as const;
		await functions.change(workspaceId, year, (now) => moved(now, 'quarantined', because));
		assert.equal(await reasonOf(age), 'uses `yearOf`, which is quarantined: failed 2 times in a row');
		await functions.delete(workspaceId, year);
		assert.match((await reasonOf(age)) ?? '', /gone or may not be used: `yearOf`/);
	});

	test('by what it was seen to call its tools with, unless that was given to it once', async () => {
		const using = (limit: number) => ({ args: [limit], result: 0, calls: [called('films.list', { limit }, [])] });
		assert.match(
			(await reasonOf(await keep(COUNT, ['films.list'], [using(100)]))) ?? '',
			/^films\.list does not take what it was called with: .*too large/,
		);
		assert.equal(await reasonOf(await keep(COUNT, ['films.list'], [using(100), using(10)])), undefined);
		const failed = {
			...using(100),
			calls: [{ tool: 'films.list', args: { limit: 100 }, response: { ok: false, kind: 'refused', message: '' } as const }],
		};
		const caught = COUNT.replace('await films.list({ limit })', 'await films.list({ limit }).catch(() => [])');
		assert.equal(await reasonOf(await keep(caught, ['films.list'], [failed])), undefined, 'it was refused at that time, too');
	});

	test('many at once by their types and calls alone, without being run', async () => {
		const [fits, gone, differs] = [await keepYear(), await keep(COUNT, ['films.count'], []), await keepYear({ result: 1999 })];
		const verdicts = await fitEach(
			[fits, gone, differs].map((record) => ({ record, uses: [] })),
			toolsOf(),
			services,
		);
		assert.deepEqual(
			verdicts.map((verdict) => (verdict.ok ? true : verdict.reason)),
			[true, 'calls films.count, which is gone', true],
		);
	});
});
