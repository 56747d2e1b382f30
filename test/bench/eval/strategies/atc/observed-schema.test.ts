import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observedSchema } from '../../../../../bench/eval/strategies/atc/observed-schema.ts';
import type { JsonValue } from '../../../../../src/json.ts';

const integer = { type: 'number' };
const text = { type: 'string' };

const cases: Readonly<Record<string, readonly [values: readonly JsonValue[], schema: object]>> = {
	'a text': [['a'], text],
	null: [[null], { type: 'null' }],
	'values of two types': [[null, 1], { type: ['null', 'number'] }],
	'an empty object': [[{}], { type: 'object', properties: {}, required: [] }],
	'an empty list': [[[]], { type: 'array' }],
	'a list of two types': [[[1, 'a']], { type: 'array', items: { type: ['number', 'string'] } }],
	'a name that objects have': [
		[JSON.parse('{"__proto__":1}')],
		{ type: 'object', properties: JSON.parse('{"__proto__":{"type":"number"}}'), required: ['__proto__'] },
	],
	'what only some have': [
		[{ a: 1 }, { a: null, b: 'x' }],
		{ type: 'object', properties: { a: { type: ['number', 'null'] }, b: text }, required: ['a'] },
	],
	'entries of all lists together': [
		[{ list: [] }, { list: [{ id: 1 }] }],
		{
			type: 'object',
			properties: { list: { type: 'array', items: { type: 'object', properties: { id: integer }, required: ['id'] } } },
			required: ['list'],
		},
	],
};

for (const [what, [values, schema]] of Object.entries(cases)) {
	test(`${what}`, () => assert.deepEqual(observedSchema(values), schema));
}

test('looks at a part of what is long, wide or deep', () => {
	const long = observedSchema([[...Array(20).fill(1), 'a']]);
	assert.deepEqual(long, { type: 'array', items: integer });
	const wide = observedSchema([Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, n]))]);
	assert.equal(Object.keys(wide.properties as object).length, 60);
	let deep: JsonValue = 1;
	for (let level = 0; level < 5000; level += 1) deep = [deep];
	assert.ok(JSON.stringify(observedSchema([deep])).length < 200);
});
