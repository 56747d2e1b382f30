import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createRenderer, footer } from '../../../adapters/console/render.ts';
import type { JsonValue } from '../../../src/json.ts';

const plain = createRenderer({ colour: false, width: 60 });
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

test('the footer tells what it took', () => {
	assert.equal(footer(totals), '1 tool call · 3 model calls · 1,234 tokens · 4.1 s');
	assert.equal(
		footer({ ...totals, tokensEstimated: true, reused: ['a', 'b'] }),
		'1 tool call · 3 model calls · about 1,234 tokens · 4.1 s · reused a, b',
	);
});

test('calls of one tool share a line', () => {
	const call = (ms: number) => ({ type: 'tool-call', tool: 'movies.getMovie', ok: true, ms }) as const;
	assert.equal(plain.toolCalls([call(7), call(21)]), '  ✓ movies.getMovie × 2 7–21 ms\n');
	assert.equal(plain.toolCalls([{ ...call(3), ok: false, message: 'no such film' }]), '  ✗ movies.getMovie 3 ms  no such film\n');
});

test('colour changes nothing of the text', () => {
	const coloured = createRenderer({ colour: true, width: 60 });
	const event = { type: 'scaffold', code: '/** Counts. */\nasync function f(): Promise<number> {}', functionName: 'f' } as const;
	assert.notEqual(coloured.progress(event), plain.progress(event));
	assert.equal(stripVTControlCharacters(coloured.progress(event)), plain.progress(event));
});

describe('text from elsewhere', () => {
	test('cannot steer the terminal', () => {
		const hostile = 'safe\u001b[2J\u001b]0;title\u0007\u009b31m\rover\u0008';
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
			assert.doesNotMatch(drawn, /[^\P{Cc}\n]/u, JSON.stringify(drawn));
	});
});
