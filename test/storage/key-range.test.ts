import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyRange } from '../../src/storage/key-range.ts';

describe('keyRange', () => {
	it('ends before the next text of the same length, or a shorter one where there is none', () => {
		const ends: readonly (readonly [prefix: string, below: string | undefined])[] = [
			['', undefined],
			['\u{10ffff}', undefined],
			['\u{10ffff}\u{10ffff}', undefined],
			['a', 'b'],
			['log/', 'log0'],
			['\u0000', '\u0001'],
			['\u007f', '\u0080'],
			['a\ud7ff', 'a\ue000'],
			['a\uffff', 'a\u{10000}'],
			['a😀', 'a😁'],
			['a\u{10ffff}', 'b'],
			['ab\u{10ffff}\u{10ffff}', 'ac'],
		];
		for (const [prefix, below] of ends)
			assert.deepEqual(keyRange(prefix), { from: prefix, exclusive: false, below }, JSON.stringify(prefix));
	});

	it('begins after a key, but not before the prefix', () => {
		for (const after of ['', 'a', 'log', 'log.zzz']) {
			assert.deepEqual(keyRange('log/', after), { from: 'log/', exclusive: false, below: 'log0' }, after);
		}
		for (const after of ['log/', 'log/1', 'log0', 'z']) {
			assert.deepEqual(keyRange('log/', after), { from: after, exclusive: true, below: 'log0' }, after);
		}
	});

	it('goes by UTF-8, where U+10000 follows U+FFFF', () => {
		assert.equal(keyRange('\uffff', '😀').exclusive, true);
		assert.equal(keyRange('😀', '\uffff').exclusive, false);
	});
});
