import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';

/** Many times what a slice of 10 ms holds. */
const MANY = 5000;

test('thousands of statements, each asked for by the one before, leave turns to the event loop', async (t) => {
	const database = await SqliteDatabase.open(':memory:');
	t.after(() => database.close());
	await database.query('CREATE TABLE numbers (value INTEGER)');
	let written = 0;
	let seen = 0;
	const timer = setTimeout(() => {
		seen = written;
	}, 0);
	t.after(() => clearTimeout(timer));
	for (; written < MANY; written++) await database.query('INSERT INTO numbers VALUES (?)', written);
	assert.ok(seen > 0 && seen < MANY, `the timer came after ${seen} statements`);
	// In the order they were asked for, whatever came in between.
	const rows = await database.query('SELECT value FROM numbers ORDER BY rowid');
	assert.deepEqual(
		rows.map(({ value }) => value),
		Array.from({ length: MANY }, (_, at) => at),
	);
});
