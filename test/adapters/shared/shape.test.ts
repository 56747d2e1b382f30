import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf } from '../../../adapters/shared/shape.ts';
import type { JsonValue } from '../../../src/json.ts';

const kindOf = (value: JsonValue) => shapeOf(value, '').kind;
const isSaid = (value: JsonValue, sentence: string) => {
	const shape = shapeOf(value, sentence);
	return shape.kind === 'scalar' && shape.said;
};

test('records are lists of objects, and nothing else', () => {
	assert.equal(kindOf([{ a: 1 }, {}]), 'records');
	for (const value of [[{}, {}], [{ a: 1 }, 2], [[{ a: 1 }]], ['a'], [null]]) assert.equal(kindOf(value), 'list');
	assert.equal(kindOf({ a: [{ b: 1 }] }), 'fields');
	assert.equal(kindOf(Array.from({ length: 1001 }, (_, at) => ({ [`only${at}`]: at }))), 'list', 'a million empty cells');
	for (const value of [[], {}]) assert.equal(kindOf(value), 'empty');
	for (const value of [null, 0, '', false]) assert.equal(kindOf(value), 'scalar');
});

test('a value is said by a sentence that holds it whole', () => {
	assert.ok(isSaid(8, 'She directed 8 films.'));
	assert.ok(isSaid(-2.5, 'It fell by -2.5 degrees.'));
	assert.ok(isSaid('Somewhere', 'The last one is Somewhere.'));
	assert.ok(isSaid(null, 'Nobody.'));
	assert.ok(!isSaid(8, 'There are 18 of them.'));
	assert.ok(!isSaid(8, 'There are 8.5 of them.'));
	assert.ok(!isSaid(8, ''));
	assert.ok(!isSaid(null, ''));
});
