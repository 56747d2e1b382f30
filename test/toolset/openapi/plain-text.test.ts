import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cut, firstSentence, plainText } from '../../../src/toolset/openapi/plain-text.ts';

describe('plainText', () => {
	const texts: [text: unknown, expected: string][] = [
		[undefined, ''],
		[7, ''],
		['Read [here](https://a.example/x) *now*', 'Read here now'],
		['`code` and **bold** and __strong__ and _soft_', 'code and bold and strong and soft'],
		['keep snake_case and 2*3 and +, -, *, /', 'keep snake_case and 2*3 and +, -, *, /'],
		['# Title\n\n- one\n- two\n\n| a | b |\n| - | - |', 'Title one two'],
		['a<br/>b <b>c</b> <!-- hidden --> &lt;d&gt; &amp; &unknown;', 'a b c <d> & &unknown;'],
		['line\none\u2028two\u0000three\u202efour', 'line one two three four'],
		['Default: 20\\. “Quoted” ‘so’', 'Default: 20. "Quoted" \'so\''],
		['[!NOTE] Mind this', 'Mind this'],
	];
	for (const [text, expected] of texts) {
		it(`reads ${JSON.stringify(text)}`, () => assert.equal(plainText(text, 200), expected));
	}

	it('cuts between words and never in the middle of a character', () => {
		assert.equal(plainText('one two three', 9), 'one two…');
		assert.equal(cut('😀😀😀😀', 4), '😀…');
		assert.ok(plainText('word '.repeat(100_000), 120).length <= 120);
	});

	it('takes hostile repetitions in its stride', () => {
		for (const unit of ['<!--', '[', '![', '[](', '**', '_', '<a ', '\n', '|\n', '&', '\\']) {
			assert.ok(plainText(unit.repeat(500_000), 300).length <= 300);
		}
	});
});

describe('firstSentence', () => {
	it('ends at a full stop that is no abbreviation', () => {
		assert.equal(firstSentence('Take e.g. this one. And more.'), 'Take e.g. this one.');
		assert.equal(firstSentence('Version 2.0 of it'), 'Version 2.0 of it');
	});
});
