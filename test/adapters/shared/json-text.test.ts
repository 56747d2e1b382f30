import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../adapters/shared/json-text.ts';
import type { JsonValue } from '../../../src/json.ts';

test('JSON is laid out for reading', () => {
	const value = { a: [1, '[{"\\'], b: {} };
	assert.equal(jsonText(value), JSON.stringify(value, null, 2));
	assert.equal(jsonText('x'.repeat(7_900_000)).length, 7_900_002);
});

test('deep values are on one line, where indentation would fill megabytes', () => {
	let deep: JsonValue = Array.from({ length: 10_000 }, (_, at) => at);
	for (let level = 0; level < 500; level++) deep = [deep];
	assert.equal(jsonText(deep), JSON.stringify(deep));
	assert.ok(jsonText(deep).length < 60_000);
});

test('the estimate is never below what the layout takes', () => {
	// With 8,000,000 characters allowed, a value of half as many that needs the other half is still laid out.
	const flat = Array.from({ length: 400_000 }, () => 'abc');
	const text = jsonText({ flat });
	assert.ok(text.length <= 8_000_000 && text.includes('\n'));
});
