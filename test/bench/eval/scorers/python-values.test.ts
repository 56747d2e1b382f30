import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTruthy, literal, pythonEqual } from '../../../../bench/eval/scorers/python-values.ts';

test('what is no value stays the text it is', () => {
	for (const text of ['', '[', "['a'", "['a' 'b']", '[1,,2]', "{'a'}", '(1, 2)', "{1: 'a'}", '[1] x', 'John', "['\n']"])
		assert.equal(literal(text), text);
});

test('a text in JSON or in the notation of Python is read', () => {
	assert.deepEqual(literal('{"a": [1, null]}'), { a: [1, null] });
	assert.deepEqual(literal("[ 'John' , \"it's\", True, False, None, -1.5e1, ]"), ['John', "it's", true, false, null, -15]);
	assert.deepEqual(literal(String.raw`['it\'s', 'a\nb', '\x41é']`), ["it's", 'a\nb', 'Aé']);
	assert.deepEqual(literal("{'a': {'b': []}}"), { a: { b: [] } });
	assert.deepEqual(literal(['[1]']), ['[1]']);
});

test('values are equal as in Python', () => {
	assert.ok(pythonEqual({ a: [1, true] }, { a: [true, 1] }));
	assert.ok(pythonEqual(null, null));
	assert.equal(pythonEqual(true, '1'), false);
	assert.equal(pythonEqual([], {}), false);
	assert.equal(pythonEqual({ a: null }, { b: null }), false);
	assert.equal(pythonEqual([1, 2], [1]), false);
});

test('values are true as in Python', () => {
	for (const value of [null, 0, '', false, [], {}]) assert.equal(isTruthy(value), false);
	for (const value of [1, '0', 'false', [0], { a: null }]) assert.equal(isTruthy(value), true);
});
