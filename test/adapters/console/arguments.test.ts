import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArguments, USAGE } from '../../../adapters/console/arguments.ts';

describe('the words after the program', () => {
	for (const [words, mode] of [
		['', undefined],
		['console', 'console'],
		['chats', 'chats'],
		['chats console', 'chats and console'],
		['console chats', 'chats and console'],
		['console --json chats', 'chats and console'],
		['console console', 'console'],
		['health', 'health'],
		['rotate-key', 'rotate-key'],
		['ask how many?', 'ask'],
		['ask chats console', 'ask'],
	] as const) {
		test(`“${words}” are understood`, () => {
			const { mode: understood, problem } = readArguments(words.split(' ').filter(Boolean));
			assert.deepEqual([understood, problem], [mode, undefined]);
		});
	}

	for (const words of ['consol', 'chat', 'chats health', 'console how many?', 'health ask', 'slack']) {
		test(`“${words}” are told to mean nothing`, () => {
			const { mode, problem } = readArguments(words.split(' '));
			assert.equal(mode, undefined);
			assert.equal(problem, `There is no way of starting called ${words}.`);
		});
	}

	test('say what questions are asked with', () => {
		assert.partialDeepStrictEqual(readArguments(['ask', '--dry-run', 'q']), { mode: 'ask', text: 'q', dryRun: true, allowWrites: false });
		assert.partialDeepStrictEqual(readArguments(['ask', '--allow-writes', 'q']), { dryRun: false, allowWrites: true });
	});

	test('are all in the usage', () => {
		for (const words of ['npm start ', '-- console', '-- chats ', '-- chats console', '-- health', '-- rotate-key', 'npm run ask'])
			assert.ok(USAGE.includes(words), words);
	});
});
