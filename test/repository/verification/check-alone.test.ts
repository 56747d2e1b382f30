import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createTypeChecker } from '../../../src/code/check.ts';
import type { CallableTools } from '../../../src/repository/callable-tools.ts';
import { checkAlone, checkEachAlone } from '../../../src/repository/verification/check-alone.ts';
import { recordOf } from '../stored-functions.ts';

const checker = createTypeChecker();
after(() => checker.close());

/** Where `films.get` gives such a film. */
const giving = (film: string): CallableTools => ({
	names: { films: ['get'] },
	tools: new Map(),
	declarations: async () => [`declare namespace films { function get(args: { id: number; lang?: string }): Promise<${film}>; }`],
});
const reading = (property: string, type = 'number') =>
	`async function read(id: number): Promise<${type}> {\n\tconst film = await films.get({ id });\n\treturn film.${property};\n}`;
const check = (source: string, film: string, known?: readonly string[]) =>
	checkAlone({ source, uses: [], tools: giving(film), known }, checker);

describe('a function is checked alone', () => {
	test('what cannot be right speaks against it, and nothing else until it is known what was noted at first', async () => {
		assert.match(
			(await check('async function read(): Promise<number> { return films.gett({ id: 1 }); }', '{}')).problem ?? '',
			/^line 1: films has no tool gett/,
		);
		assert.match((await check('function read(: {', '{}', [])).problem ?? '', /^line 1: /);
		const undescribed = await check(reading('votes'), '{ year: number }');
		assert.deepEqual([undescribed.problem, undescribed.notes.length], [undefined, 1]);
		const { problem, notes } = await check(reading('votes'), '{ year: number; title: string }', undescribed.notes);
		assert.deepEqual([problem, notes], [undefined, undescribed.notes], 'whatever else is described by now');
		assert.match((await check(reading('votes'), '{ year: number }', [])).problem ?? '', /^line 3: Property 'votes' does not exist/);
	});

	test('a property that is not described is no more of a problem when another one has a name like it', async () => {
		const { notes } = await check(reading('votes'), '{ year: number }');
		assert.equal((await check(reading('votes'), '{ year: number; vote: number }', notes)).problem, undefined);
		assert.match((await check(reading('votes'), '{ year: number; vote: number }')).problem ?? '', /Did you mean 'vote'/);
	});

	test('what the checker objects to is a problem, whatever a file says was noted', async () => {
		const wrong = 'async function read(): Promise<object> { return films.get({ id: "1" }); }';
		const notes = ['TS2322', 'TS2322!', 'TS2345', 'TS2345!', 'TS2769!'].flatMap((code) =>
			Array.from({ length: 80 }, (_, at) => `${code} 1:${at}`),
		);
		assert.match((await check(wrong, '{}', notes)).problem ?? '', /^line 1: /);
	});

	test('what there is no time for is said to be unchecked', async () => {
		const hurried = createTypeChecker({ timeLimitMs: 1 });
		try {
			const hasty = await checkAlone({ source: reading('year'), uses: [], tools: giving('{ year: number }'), known: [] }, hurried);
			assert.deepEqual(hasty, { isUnchecked: true, notes: [] });
		} finally {
			await hurried.close();
		}
	});

	test('that a value may be missing is another note than that it is of the wrong type', async () => {
		const missing = await check(reading('year'), '{ year?: number }');
		assert.deepEqual([missing.problem, missing.notes.length], [undefined, 1]);
		assert.equal((await check(reading('year'), '{ year?: number | null }', missing.notes)).problem, undefined);
		assert.match(
			(await check(reading('year'), '{ year?: string }', missing.notes)).problem ?? '',
			/^line 3: Type 'string \| undefined' is not assignable/,
		);
	});

	test('many are checked as each alone, in their order, with the versions that they use', async () => {
		const helper = (type: string) => recordOf(`function helped(): ${type} { return null as never; }`);
		const [text, number] = [helper('string'), helper('number')];
		const parts = Array.from({ length: 70 }, (_, n) => ({
			source: `async function read(id: number): Promise<number> {\n\tconst film = await films.get({ id });\n\treturn film.year + helped()${n % 7 === 0 ? ' + film.gone' : ''};\n}`,
			uses: [n % 3 === 0 ? text : number],
			known: [],
		}));
		const tools = giving('{ year: number }');
		const verdicts = await checkEachAlone(parts, tools, checker);
		assert.deepEqual(
			verdicts.map(({ problem }) => problem?.replace(/^line 3: (.{10}).*$/s, '$1')),
			parts.map((_, n) => (n % 3 === 0 ? "Type 'stri" : n % 7 === 0 ? "Property '" : undefined)),
		);
		const [first] = parts;
		assert.ok(first);
		assert.deepEqual(verdicts[0], await checkAlone({ ...first, tools }, checker));
		assert.deepEqual(await checkEachAlone([], tools, checker), []);
	});
});
