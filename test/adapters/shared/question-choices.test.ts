import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choicesOf, labelsOf } from '../../../adapters/shared/question-choices.ts';

const fits = (label: string) => label.length <= 10;

test('a text is no choice; a yes and a no are two', () => {
	assert.deepEqual(choicesOf({ kind: 'input', text: 'What?' }), []);
	assert.deepEqual(
		choicesOf({ kind: 'confirm', text: 'Sure?' }).map(({ value }) => value),
		[true, false],
	);
});

test('the program gets its option as it is, and people see what is unseen in it', () => {
	const options = ['plain', ' spaced ', 'zero\u200bwidth', 'two\nlines', '\u202eexe'];
	assert.deepEqual(choicesOf({ kind: 'choose', text: 'Which?', options }), [
		{ label: 'plain', value: 'plain' },
		{ label: 'spaced', value: ' spaced ' },
		{ label: 'zero\\u{200b}width', value: 'zero\u200bwidth' },
		{ label: 'two\\u{a}lines', value: 'two\nlines' },
		{ label: '\\u{202e}exe', value: '\u202eexe' },
	]);
});

test('labels stand for themselves where all have room, and are numbered and listed where one has not', () => {
	const choose = (options: readonly string[]) => labelsOf(choicesOf({ kind: 'choose', text: 'Which?', options }), fits);
	assert.deepEqual(choose(['one', 'two']), { short: ['one', 'two'], full: [] });
	const long = ['the same beginning, one', 'the same beginning, two', 'x'];
	const numbered = long.map((option, at) => `${at + 1}. ${option}`);
	assert.deepEqual(choose(long), { short: numbered, full: numbered });
});
