import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nobodyToAsk, questionLines, readReply, type TypedReply } from '../../../adapters/console/question.ts';
import type { PersonQuestion } from '../../../src/toolset/tool.ts';
import { HOSTILE_TEXTS } from '../shared/hostile.ts';

const choose = (...options: string[]): PersonQuestion => ({ kind: 'choose', text: 'Which?', options });

describe('what was typed', () => {
	const ALBUMS = choose('Let It Be', 'Help!', 'help!', '\u200bHidden');
	const YEARS = choose('1', '3', '2');
	const rows: readonly (readonly [question: PersonQuestion, line: string, reply: TypedReply])[] = [
		[ALBUMS, '', { cancelled: true }],
		[ALBUMS, ' \t', { cancelled: true }],
		[ALBUMS, 'Yesterday', { hint: 'Type one of the options, or 1 to 4.' }],
		[ALBUMS, '0', { hint: 'Type one of the options, or 1 to 4.' }],
		[ALBUMS, '5', { hint: 'Type one of the options, or 1 to 4.' }],
		[ALBUMS, '-1', { hint: 'Type one of the options, or 1 to 4.' }],
		[ALBUMS, '1e0', { hint: 'Type one of the options, or 1 to 4.' }],
		[ALBUMS, ' 1 ', { value: 'Let It Be' }],
		[ALBUMS, '4.', { value: '\u200bHidden' }],
		[ALBUMS, 'let it be', { value: 'Let It Be' }],
		[ALBUMS, 'help!', { value: 'help!' }],
		// It could be either of two.
		[ALBUMS, 'HELP!', { hint: 'Type one of the options, or 1 to 4.' }],
		[YEARS, '3', { value: '3' }],
		[YEARS, '4', { hint: 'Type one of the options, or a to c.' }],
		[YEARS, 'B', { value: '3' }],
		[{ kind: 'confirm', text: 'Sure?' }, '', { cancelled: true }],
		[{ kind: 'confirm', text: 'Sure?' }, 'perhaps', { hint: 'Type y or n.' }],
		[{ kind: 'confirm', text: 'Sure?' }, 'not', { hint: 'Type y or n.' }],
		[{ kind: 'confirm', text: 'Sure?' }, ' YES ', { value: true }],
		[{ kind: 'confirm', text: 'Sure?' }, 'n', { value: false }],
		[{ kind: 'input', text: 'What?' }, '  ', { cancelled: true }],
		[{ kind: 'input', text: 'What?' }, ' y ', { value: 'y' }],
	];
	for (const [question, line, reply] of rows) {
		test(`${JSON.stringify(line)} to ${question.kind} ${JSON.stringify(question.kind === 'choose' ? question.options : '')}`, () => {
			assert.deepEqual(readReply(question, line), reply);
		});
	}
});

test('options are numbered, and lettered where they are numbers', () => {
	assert.equal(questionLines(choose('Let It Be', 'Help!')), 'The program asks: Which?\n  1. Let It Be\n  2. Help!');
	assert.equal(questionLines(choose('7', '2')), 'The program asks: Which?\n  a. 7\n  b. 2');
	assert.equal(questionLines({ kind: 'confirm', text: ' Two\nlines? ' }), 'The program asks: Two\n  lines?');
});

for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
	test(`${name} steers no terminal`, () => {
		const shown = [questionLines({ kind: 'choose', text, options: [text, `${text}2`] }), nobodyToAsk({ kind: 'input', text }).userMessage];
		for (const each of shown) assert.doesNotMatch(each, /[^\P{C}\n]/u);
		assert.doesNotMatch(shown[1] ?? '', /\n/);
	});
}
