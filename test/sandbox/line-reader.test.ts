import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineReader } from '../../src/sandbox/line-reader.ts';

function readAll(reader: LineReader, chunks: readonly (string | Buffer)[]): (string | undefined)[] {
	const lines: (string | undefined)[] = [];
	for (const chunk of chunks) {
		const reading = reader.read(Buffer.from(chunk));
		let next = reading.next();
		for (; !next.done; next = reading.next()) lines.push(next.value);
		if (next.value !== undefined) lines.push(next.value);
	}
	return lines;
}

describe('LineReader', () => {
	it('says tooLong for a line that ends beyond the limit and for one that has not ended yet', () => {
		assert.deepEqual(readAll(new LineReader(3), ['abcd\n']), ['tooLong']);
		assert.deepEqual(readAll(new LineReader(3), ['ab', 'cd']), ['tooLong']);
		assert.deepEqual(readAll(new LineReader(3), ['ok\nabcd']), ['ok', 'tooLong']);
	});

	it('counts each line by itself', () => {
		assert.deepEqual(readAll(new LineReader(3), ['abc\nabc\n', 'ab', 'c\n']), ['abc', 'abc', 'abc']);
	});

	it('joins lines and characters that come in pieces', () => {
		const bytes = Buffer.from('grün\n\nblau\nrest');
		const pieces = [...bytes].map((byte) => Buffer.from([byte]));
		assert.deepEqual(readAll(new LineReader(100), pieces), ['grün', '', 'blau']);
	});
});
