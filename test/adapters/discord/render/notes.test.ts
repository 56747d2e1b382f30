import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileMessage, greetingMessage, noteMessage, questionMessage } from '../../../../adapters/discord/render/notes.ts';
import { HOSTILE_TEXTS } from '../../shared/hostile.ts';
import { ATTACKS } from './attacks.ts';
import { checkMessage, textsOf } from './check-message.ts';
import { readMarkdown } from './read-markdown.ts';

describe('whatever people ask', () => {
	for (const text of [...Object.values(HOSTILE_TEXTS), ...ATTACKS]) {
		test(JSON.stringify(text.slice(0, 30)), () => {
			const message = questionMessage('200000000000000001', text);
			checkMessage(message);
			const kinds = readMarkdown(textsOf(message)[0] ?? '').map(({ kind }) => kind);
			assert.deepEqual(new Set(kinds), new Set(['user', 'plain', 'quote']));
			checkMessage(questionMessage(text, text));
			checkMessage(greetingMessage(Array.from({ length: 50 }, () => text)));
		});
	}
});

test('a question is quoted, and who asked is named', () => {
	assert.deepEqual(textsOf(questionMessage('200000000000000001', 'Which films?\n# Which *stars*?')), [
		'<@200000000000000001> asks:\n> Which films?\n> \\# Which \\*stars\\*?',
	]);
});

test('a greeting names the questions that can be answered, where no model is configured', () => {
	const [greeting = ''] = textsOf(greetingMessage(['How many *films*?']));
	assert.match(greeting, /No model is configured, so these can be answered:\n- How many \\\*films\\\*\?\n`\/help`/);
	assert.doesNotMatch(textsOf(greetingMessage([]))[0] ?? '', /No model/);
});

test('a note is one text', () => {
	assert.deepEqual(textsOf(noteMessage('Thank **you**.')), ['Thank **you**.']);
	checkMessage(fileMessage());
});
