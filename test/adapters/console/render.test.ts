import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createRenderer } from '../../../adapters/console/render.ts';
import type { JsonValue } from '../../../src/json.ts';
import type { Progress } from '../../../src/pipeline/progress.ts';

const plain = await createRenderer({ colour: false, width: 60 });
const totals = {
	toolCalls: 1,
	modelCalls: 3,
	promptTokens: 1200,
	completionTokens: 34,
	tokensEstimated: false,
	ms: 4120,
	repairs: 0,
	reused: [],
};
const result = (value: JsonValue, sentence = '') => plain.progress({ type: 'result', sentence, value, program: '', totals });

describe('results', () => {
	test('of a dry run say how it is run for real', () => {
		const next = /ask again without a dry run/;
		assert.doesNotMatch(result(1), next);
		for (const withheld of [0, 2]) {
			const drawn = plain.progress({ type: 'result', sentence: 'Dry run.', value: [], program: '', withheld, totals });
			assert.match(drawn, next);
		}
	});

	test('a value that the sentence holds is not repeated', () => {
		assert.equal(result(8, 'She directed 8 films.').match(/8/g)?.length, 1);
		assert.match(result(8), /\n {2}8\n/);
		assert.doesNotMatch(result(null, 'Nobody.'), /null/);
	});

	test('records are a table with every field that any of them has', () => {
		const drawn = result([
			{ title: 'Alien', year: 1979 },
			{ title: '千と千尋の神隠し', minutes: 125 },
		]);
		assert.match(drawn, /│ title +│ year │ minutes │/);
		const lines = drawn.split('\n').filter((line) => line.includes('│'));
		assert.equal(lines.length, 4);
	});

	test('wide tables are fitted to the terminal and nothing is cut off', () => {
		const long = 'z'.repeat(90);
		const drawn = result([{ url: long, text: 'several words that need wrapping somewhere' }]);
		for (const line of drawn.split('\n')) assert.ok([...line].length <= 60, line);
		assert.equal(drawn.match(/z/g)?.length, 90);
	});

	test('long lists are counted, not poured out', () => {
		assert.match(result(Array.from({ length: 45 }, (_, id) => ({ id }))), /and 15 more/);
		assert.match(result(Array.from({ length: 45 }, (_, id) => id)), /and 15 more/);
		assert.match(result([]), /\(empty\)/);
	});

	test('an object is a table of its fields', () => {
		assert.match(result({ name: 'Sofia Coppola', born: { year: 1971 } }), /│ born +│ \{"year":1971\} +│/);
	});
});

test('calls of one tool share a line', () => {
	const call = (ms: number) => ({ type: 'tool-call', tool: 'movies.getMovie', ok: true, ms }) as const;
	assert.equal(plain.toolCalls([call(7), call(21)]), '  ✓ movies.getMovie × 2 7–21 ms\n');
	assert.equal(plain.toolCalls([{ ...call(3), ok: false, message: 'no such film' }]), '  ✗ movies.getMovie 3 ms  no such film\n');
});

test('colour changes nothing of the text', async () => {
	const coloured = await createRenderer({ colour: true, width: 60 });
	const event = { type: 'scaffold', code: '/** Counts. */\nasync function f(): Promise<number> {}', functionName: 'f' } as const;
	assert.notEqual(coloured.progress(event), plain.progress(event));
	assert.equal(stripVTControlCharacters(coloured.progress(event)), plain.progress(event));
});

describe('text from elsewhere', () => {
	test('cannot steer the terminal', () => {
		const hostile = '\u202esafe\u2066\u200f\u001b[2J\u001b]0;title\u0007\u009b31m\rover\u0008';
		for (const drawn of [
			result(hostile),
			result(1, hostile),
			result([{ [hostile]: hostile }]),
			result([hostile]),
			plain.progress({ type: 'plan', code: hostile, tools: [] }),
			plain.progress({ type: 'tool-call', tool: 'a.b', ok: false, ms: 1, message: hostile }),
			plain.failure(hostile),
			plain.reply([{ kind: 'text', text: hostile }]),
		])
			assert.doesNotMatch(drawn, /[^\P{Cc}\n]|\p{Bidi_Control}/u, JSON.stringify(drawn));
	});
});

describe('whatever APIs and models return', () => {
	const linesOf = (text: string) => text.split('\n').length;

	test('a table has at most 12 columns and 30 rows of short cells, and says what it leaves out', () => {
		const record = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`column${at}`, 'x'.repeat(15_000)]));
		const drawn = result(Array.from({ length: 40 }, () => record));
		assert.match(drawn, /and 10 more\n {2}and 48 more columns/);
		assert.ok(drawn.includes('…'));
		assert.ok(drawn.length < 200_000, `${drawn.length} characters`);
		const cells = plain.reply([{ kind: 'table', columns: Object.keys(record), rows: [Object.values(record)] }]);
		assert.match(cells, /and 48 more columns/);
	});

	test('400,000 lines are some dozens, wherever they stand', () => {
		const text = 'a line\n'.repeat(400_000);
		for (const drawn of [
			result(text),
			result(1, text),
			result([text]),
			result([{ text }]),
			result({ text }),
			plain.failure(text),
			plain.progress({ type: 'repair', cause: 'review', text, attempt: 1, limit: 3 }),
			plain.progress({ type: 'tool-call', tool: 'a.b', ok: false, ms: 1, message: text }),
		])
			assert.ok(linesOf(drawn) < 60, `${linesOf(drawn)} lines`);
	});

	test('an object of many fields and a list of many entries are counted', () => {
		assert.match(result(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`f${at}`, at]))), /and 4,970 more/);
		assert.match(result(Array.from({ length: 300_000 }, (_, at) => at)), /and 299,970 more/);
		assert.equal(result(['x'.repeat(900)]).match(/x/g)?.length, 200);
	});

	test('a sentence has at most 2,000 characters, none of them half', () => {
		const drawn = result(null, '😀'.repeat(3000));
		assert.ok(drawn.isWellFormed());
		assert.equal(drawn.match(/😀/gu)?.length, 1000);
	});

	test('programs and replies of commands have at most 400 lines', async () => {
		const code = Array.from({ length: 1000 }, (_, at) => `f(${at});`).join('\n');
		for (const drawn of [
			plain.progress({ type: 'program', code, version: 1 }),
			plain.reply([{ kind: 'text', text: code }]),
			plain.reply([{ kind: 'code', language: 'ts', code }]),
		]) {
			assert.match(drawn, /f\(399\);\n {2}… 600 more lines/);
			assert.doesNotMatch(drawn, /f\(400\)/);
		}
		assert.match(plain.progress({ type: 'plan', code: 'x'.repeat(5_000_000), tools: [] }), /x\n {2}… 4,960,000 more characters/);
		const coloured = await createRenderer({ colour: true, width: 60 });
		assert.doesNotMatch(stripVTControlCharacters(coloured.progress({ type: 'plan', code: 'x'.repeat(5_000_000), tools: [] })), /x{40001}/);
	});

	test('a hundred thousand calls share a line', () => {
		const call = { type: 'tool-call', tool: 'a.b', ok: true, ms: 1 } as const;
		assert.equal(plain.toolCalls(Array.from({ length: 200_000 }, () => call)), '  ✓ a.b × 200000 1 ms\n');
	});

	test('values nested deeply are cells like any other', () => {
		let value: JsonValue = 1;
		for (let depth = 0; depth < 200_000; depth++) value = [value];
		assert.equal(result([value]).match(/\[/g)?.length, 200);
	});

	test('what cannot be drawn is given as shortened JSON', () => {
		const broken = { type: 'result', sentence: 'Eight.', value: 'y'.repeat(9000), program: '' } as unknown as Progress;
		const drawn = plain.progress(broken);
		assert.match(drawn, /"sentence":"Eight\."/);
		assert.ok(drawn.length < 2100);
	});
});
