import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeFrame } from '../../src/code/frame.ts';

const source = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');

describe('codeFrame', () => {
	test('shows the lines around, marked, with a caret under the column', () => {
		assert.equal(
			codeFrame(source, { line: 9, column: 3 }),
			['   7 | line 7', '   8 | line 8', '>  9 | line 9', '     |   ^', '  10 | line 10', '  11 | line 11'].join('\n'),
		);
	});

	test('ends with the text', () => {
		assert.equal(codeFrame(source, { line: 1, column: 1 }, { context: 1 }), '> 1 | line 1\n    | ^\n  2 | line 2');
		assert.equal(codeFrame(source, { line: 12, column: 8 }, { context: 0 }), '> 12 | line 12\n     |        ^');
	});

	test('positions outside the text are moved into it', () => {
		assert.equal(codeFrame('a', { line: 99, column: 99 }), '> 1 | a\n    |  ^');
		assert.equal(codeFrame('', { line: 0, column: -1 }), '> 1 |\n    | ^');
	});

	test('the caret stands under its column behind tabs', () => {
		assert.equal(codeFrame('\t\tfoo()', { line: 1, column: 3 }), '> 1 | \t\tfoo()\n    | \t\t^');
	});

	test('a very long line is cut around the column', () => {
		const frame = codeFrame(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`, { line: 1, column: 5001 });
		assert.ok(frame.length < 400);
		const [text = '', caret = ''] = frame.split('\n');
		assert.equal(text[caret.indexOf('^')], 'H');
	});
});
