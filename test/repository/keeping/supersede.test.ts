import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { pino } from 'pino';
import { createTypeChecker } from '../../../src/code/check.ts';
import type { CallableTools } from '../../../src/repository/callable-tools.ts';
import type { FunctionExample, FunctionRecord } from '../../../src/repository/function-record.ts';
import { lastTransition } from '../../../src/repository/function-state.ts';
import { supersedeOlder } from '../../../src/repository/keeping/supersede.ts';
import { firstState, moved } from '../../../src/repository/lifecycle.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { exampleOf } from '../../../src/repository/verification/verify.ts';
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

const TOOLS: CallableTools = {
	names: { films: ['get'] },
	tools: new Map([['films.get', { schemaHash: 'now' }]]),
	declarations: async () => ['declare namespace films { function get(args: { id: number }): Promise<{ year: number }>; }'],
};
const AT = '2026-01-01T00:00:00.000Z';
/** In other words, so that they are versions of one function. */
const bodyOf = (expression: string) =>
	`async function yearOf(id: number): Promise<number> {\n\tconst film = await films.get({ id });\n\treturn ${expression};\n}`;
const [FIRST, SAME, OTHER] = ['film.year', 'film.year + 0', 'film.year + 1'].map(bodyOf) as [string, string, string];

const exampleFor = (id: number, resultOf = (year: number) => year): FunctionExample => ({
	args: [id],
	result: resultOf(2000 + id),
	calls: [{ tool: 'films.get', args: { id }, response: { ok: true, value: { year: 2000 + id } } }],
	question: '',
	seed: { now: 0, random: 0 },
});

let workspaces = 0;
const newWorkspace = () => `w${++workspaces}`;
const add = async (
	workspaceId: string,
	source: string,
	ids: readonly number[],
	rest: Partial<FunctionRecord> = {},
	resultOf?: (year: number) => number,
) => {
	const tools = [{ tool: 'films.get', schemaHash: 'now' }];
	const { version: _version, examples: _none, ...fn } = recordOf(source, { workspaceId, tools, ...rest });
	const examples = ids.map((id) => exampleOf('yearOf', exampleFor(id, resultOf)));
	return (await functions.add(fn, examples)).record;
};
const trusted = firstState('trusted', { at: AT, cause: 'promoted', reason: 'of the test' });
const statesOf = async (workspaceId: string) => (await functions.versions(workspaceId, 'yearOf')).map(({ state }) => state);

describe('a newer version', () => {
	test('that is trusted takes the place of those that agree with it, on three different arguments', async () => {
		const workspaceId = newWorkspace();
		const older = await add(workspaceId, FIRST, [1]);
		const newer = await add(workspaceId, SAME, [2, 3], trusted);
		await supersedeOlder(newer, TOOLS, services);
		assert.deepEqual(await statesOf(workspaceId), ['trusted', 'retired']);
		const { cause, reason } = lastTransition((await functions.get(workspaceId, 'yearOf', older.version)) ?? assert.fail());
		assert.deepEqual([cause, reason], ['superseded', 'version 2 does the same']);
	});

	test('may agree with another function by chance: on fewer arguments, with one result, or on the examples of one of them', async () => {
		const chance = async (source: string, older: readonly number[], newer: readonly number[], resultOf?: (year: number) => number) => {
			const workspaceId = newWorkspace();
			await add(workspaceId, FIRST, older);
			await supersedeOlder(await add(workspaceId, source, newer, trusted, resultOf), TOOLS, services);
			return statesOf(workspaceId);
		};
		assert.deepEqual(await chance(SAME, [1], [2]), ['trusted', 'candidate']);
		assert.deepEqual(await chance(SAME, [1, 2], [1, 2]), ['trusted', 'candidate']);
		const late = bodyOf('Math.max(film.year, 2003)');
		assert.deepEqual(await chance(late, [3, 4], [5]), ['trusted', 'retired']);
		assert.deepEqual(await chance(late, [3, 4], [1], (year) => Math.max(year, 2003)), ['trusted', 'candidate']);
	});

	test('that is a candidate proves nothing', async () => {
		const workspaceId = newWorkspace();
		await add(workspaceId, FIRST, [1]);
		await supersedeOlder(await add(workspaceId, SAME, [2, 3]), TOOLS, services);
		assert.deepEqual(await statesOf(workspaceId), ['candidate', 'candidate']);
	});

	test('leaves alone what does something else, what nothing is known of, and what is not offered', async () => {
		const [another, unknown, quarantined] = [newWorkspace(), newWorkspace(), newWorkspace()];
		await add(another, FIRST, [1, 2]);
		await supersedeOlder(await add(another, OTHER, [3], trusted), TOOLS, services);
		assert.deepEqual(await statesOf(another), ['trusted', 'candidate']);
		await add(unknown, FIRST, []);
		await supersedeOlder(await add(unknown, SAME, [1, 2], trusted), TOOLS, services);
		assert.deepEqual(await statesOf(unknown), ['trusted', 'candidate']);
		const because = { at: AT, cause: 'drift', reason: 'of the test' } as const;
		await functions.change(quarantined, await add(quarantined, FIRST, [1, 2]), (now) => moved(now, 'quarantined', because));
		await supersedeOlder(await add(quarantined, SAME, [3], trusted), TOOLS, services);
		assert.deepEqual(await statesOf(quarantined), ['trusted', 'quarantined']);
	});

	test('that is not offered itself, calls a tool that is gone, or is the first, does nothing', async () => {
		const workspaceId = newWorkspace();
		const first = await add(workspaceId, FIRST, [1, 2], trusted);
		await supersedeOlder(first, TOOLS, services);
		const second = await add(workspaceId, SAME, [3], { ...trusted, tools: [{ tool: 'films.gone', schemaHash: 'then' }] });
		await supersedeOlder(second, TOOLS, services);
		const because = { at: AT, cause: 'failures', reason: 'of the test' } as const;
		const third = (await functions.change(workspaceId, second, (now) => moved(now, 'quarantined', because))) ?? assert.fail();
		await supersedeOlder(third, TOOLS, services);
		assert.deepEqual(await statesOf(workspaceId), ['quarantined', 'trusted']);
	});
});
