import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLines } from '../../../adapters/shared/split-lines.ts';

const length = (text: string) => text.length;
/** As where quotes and line feeds count twice. */
const json = (text: string) => JSON.stringify(text).length - 2;

test('parts end where lines end, and none costs more than the limit', () => {
	assert.deepEqual(splitLines('one\ntwo\nthree', 8, length), ['one\ntwo', 'three']);
	assert.deepEqual(splitLines('"""\n"""\n"""', 16, json), ['"""\n"""', '"""']);
	assert.deepEqual(splitLines('', 8, length), ['']);
	assert.deepEqual(splitLines('\n\n', 8, length), ['\n\n']);
});

test('a longer line is split within, through no character, and nothing is lost', () => {
	for (const costOf of [length, json]) {
		for (const text of ['x'.repeat(99), '😀'.repeat(50), `a\n${'"'.repeat(99)}\nb`]) {
			const parts = splitLines(text, 15, costOf);
			assert.ok(parts.every((part) => costOf(part) <= 15 && part.isWellFormed()));
			assert.equal(parts.join('').replaceAll('\n', ''), text.replaceAll('\n', ''));
		}
	}
});
