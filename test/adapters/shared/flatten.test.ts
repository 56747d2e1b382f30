import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flattenRecords } from '../../../adapters/shared/flatten.ts';

test('every field of any record is a column, in the order they come', () => {
	assert.deepEqual(flattenRecords([{ b: 1 }, { a: 2, b: 3 }]), {
		columns: ['b', 'a'],
		rows: [
			[1, null],
			[3, 2],
		],
	});
	assert.deepEqual(flattenRecords([]), { columns: [], rows: [] });
});

test('small objects of plain values are columns of their own', () => {
	assert.deepEqual(flattenRecords([{ id: 1, born: { year: 1971, city: null } }]).columns, ['id', 'born.year', 'born.city']);
});

test('large, nested and empty objects and lists stay in one cell', () => {
	const large = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`f${at}`, at]));
	const record = { large, nested: { a: { b: 1 } }, empty: {}, list: [{ a: 1 }] };
	assert.deepEqual(flattenRecords([record]), { columns: Object.keys(record), rows: [Object.values(record)] });
});

test('no value is lost to a field of the same name', () => {
	assert.deepEqual(flattenRecords([{ a: { b: 1 }, 'a.b': 2 }]), { columns: ['a', 'a.b'], rows: [[{ b: 1 }, 2]] });
	const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
	assert.deepEqual(flattenRecords([hostile]), { columns: ['__proto__.polluted', 'constructor'], rows: [[1, 2]] });
});
