import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOfYear, normalTime, normalTimeOrError } from '../../../../bench/eval/scorers/python-time.ts';

test('what is no such time is told in the words of strptime, by which two wrong texts may be alike', () => {
	const error = (value: string) => normalTimeOrError(value, 'day');
	assert.match(error('tomorrow'), /^error: time data tomorrow does not match/);
	assert.notEqual(error('tomorrow'), error('today'));
	assert.equal(error('2024-05-06x'), error('2023-01-01x'));
	assert.equal(error('2023-02-29'), error('2024-06-31'));
	assert.match(error('2023-02-29'), /out of range for month/);
	assert.match(error('0000-01-01'), /year 0/);
	assert.match(error('2024-13-01'), /unconverted data remains|does not match/);
	assert.match(normalTimeOrError('2024-05-06 07:08:61', 'time'), /second must be in/);
	assert.equal(normalTimeOrError(null, 'day'), normalTimeOrError(null, 'time'));
	assert.notEqual(normalTimeOrError(null, 'day'), normalTimeOrError(5, 'day'));
	assert.throws(() => normalTime('2024-05-06', 'time'), /does not match/);
});

test('a time has one notation', () => {
	assert.equal(normalTime(' 2024-5-6 ', 'day'), '2024-05-06');
	assert.equal(normalTime('2024-02-29', 'day'), '2024-02-29');
	assert.equal(normalTime('2024-5-6  7:8:9', 'time'), '2024-05-06 07:08:09');
	assert.equal(normalTime('24-05-06', 'day'), normalTime('0024-05-06', 'day'));
});

test('a day of the year is read with or without its year', () => {
	assert.equal(dayOfYear('2023-03-31'), '03-31');
	assert.equal(dayOfYear(' 3-31'), '03-31');
	assert.equal(dayOfYear(' May '), 'May');
});
