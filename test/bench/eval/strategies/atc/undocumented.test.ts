import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUndocumented } from '../../../../../bench/eval/strategies/atc/undocumented.ts';

const item = { type: 'object', properties: { id: { type: 'integer' } } };
const definitions = {
	item,
	loop: { $ref: '#/$defs/loop' },
	tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } } },
};

const cases: Readonly<Record<string, readonly [schema: unknown, open: boolean]>> = {
	nothing: [undefined, true],
	'any value': [{}, true],
	'an object without properties': [{ type: 'object' }, true],
	'a list without entries': [{ type: 'array' }, true],
	'a list of anything': [{ type: 'array', items: {} }, true],
	'a list of objects without properties': [{ type: 'array', items: { type: 'object' } }, true],
	'such a list in a field': [{ type: 'object', properties: { results: { type: 'array', items: { type: 'object' } } } }, true],
	'such a list in an alternative': [{ anyOf: [item, { type: 'object', properties: { all: { type: 'array' } } }] }, true],
	'alternatives that say nothing': [{ anyOf: [{}, { type: 'object' }] }, true],
	'a reference to itself': [{ $ref: '#/$defs/loop' }, true],
	'a text': [{ type: 'string' }, false],
	'null alone': [{ type: 'null' }, false],
	'a listed value': [{ enum: ['a', 1] }, false],
	'an object': [item, false],
	'a reference': [{ $ref: '#/$defs/item' }, false],
	'a recursive type': [{ $ref: '#/$defs/tree' }, false],
	'a table by key': [{ type: 'object', additionalProperties: { type: 'string' } }, false],
	'a list of references': [{ type: 'array', items: { $ref: '#/$defs/item' } }, false],
	'properties beside an open base': [{ allOf: [{ type: 'object' }], properties: { id: { type: 'string' } } }, false],
	'a field of no type': [{ type: 'object', properties: { id: {}, more: { type: 'object' } } }, false],
};

for (const [what, [schema, open]] of Object.entries(cases)) {
	test(`${what} ${open ? 'is undocumented' : 'is documented'}`, () => assert.equal(isUndocumented(schema, definitions), open));
}
