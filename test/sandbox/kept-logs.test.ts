import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeptLogs } from '../../src/sandbox/kept-logs.ts';

function keep(maxBytes: number, ...lines: string[]): readonly string[] {
	const logs = new KeptLogs(maxBytes);
	logs.add(lines);
	return logs.lines;
}

describe('KeptLogs', () => {
	it('cuts the line that exceeds the limit, marks it once and drops the rest', () => {
		assert.deepEqual(keep(8, 'abc', 'defgh', 'ijk'), ['abc', 'defg … (log cut here)']);
	});

	it('counts bytes and leaves no half character', () => {
		assert.deepEqual(keep(4, 'aééé'), ['aé … (log cut here)']);
	});

	it('counts the line end, so that empty lines end too', () => {
		assert.equal(keep(3, '', '', '', '', '').length, 4);
	});

	it('keeps what fits as it is', () => {
		assert.deepEqual(keep(8, 'abc', 'def'), ['abc', 'def']);
	});
});
