import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueLiteral } from '../../src/code/value-literal.ts';
import type { JsonValue } from '../../src/json.ts';

function evaluated(literal: string): unknown {
	return new Function(`return (${literal});`)();
}

test('a literal is written as a person would write it', () => {
	const value = { name: "Conan O'Brien", years: [1, -2.5], 'odd key': null, seen: true, none: {}, list: [] };
	assert.equal(valueLiteral(value), "{ name: 'Conan O\\'Brien', years: [1, -2.5], 'odd key': null, seen: true, none: {}, list: [] }");
});

test('a property that looks like the prototype is a property', () => {
	const value: JsonValue = JSON.parse('{"__proto__": 1, "a": {"__proto__": {}}}');
	assert.deepEqual(JSON.stringify(evaluated(valueLiteral(value))), JSON.stringify(value));
});

test('a literal is its value, on one line, whatever is in it', () => {
	const texts = fc.string({ unit: 'binary' });
	const values = fc.oneof(
		fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }),
		texts,
		fc.dictionary(texts, fc.double({ noNaN: true, noDefaultInfinity: true })),
	);
	fc.assert(
		fc.property(values, (value) => {
			const json: JsonValue = JSON.parse(JSON.stringify(value));
			const literal = valueLiteral(json);
			assert.deepEqual(evaluated(literal), json);
			assert.doesNotMatch(literal, /[\n\r\u2028\u2029]/);
		}),
		{ seed: 6 },
	);
});
