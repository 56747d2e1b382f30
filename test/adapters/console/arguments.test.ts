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
		['export slack:T1', 'export'],
		['erase slack:T1 --yes', 'erase'],
		['import T1.jsonl', 'import'],
		['ask how many?', 'ask'],
		['ask export everything', 'ask'],
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

	for (const [words, problem] of [
		['export', 'Name one workspace: npm start -- export slack:T1'],
		['erase --yes', 'Name one workspace: npm start -- erase slack:T1'],
		['erase slack:T1 slack:T2 --yes', 'Name one workspace: npm start -- erase slack:T1'],
		['import', 'Name one file: npm start -- import T1.jsonl'],
		['export slack:T1 --yes', '--yes goes with erase alone.'],
		['chats --yes', '--yes goes with erase alone.'],
	] as const) {
		test(`“${words}” are not done`, () => {
			const { mode, problem: told } = readArguments(words.split(' '));
			assert.deepEqual([mode, told], [undefined, problem]);
		});
	}

	test('say whose data is erased, and whether it is', () => {
		assert.partialDeepStrictEqual(readArguments(['erase', 'slack:T1']), { mode: 'erase', text: 'slack:T1', yes: false });
		assert.partialDeepStrictEqual(readArguments(['erase', '--yes', 'slack:T1']), { mode: 'erase', text: 'slack:T1', yes: true });
	});

	test('say what questions are asked with', () => {
		assert.partialDeepStrictEqual(readArguments(['ask', '--dry-run', 'q']), { mode: 'ask', text: 'q', dryRun: true, allowWrites: false });
		assert.partialDeepStrictEqual(readArguments(['ask', '--allow-writes', 'q']), { dryRun: false, allowWrites: true });
	});

	test('are all in the usage', () => {
		for (const words of [
			'npm start ',
			'-- console',
			'-- chats ',
			'-- chats console',
			'-- health',
			'-- rotate-key',
			'-- erase',
			'-- export',
			'-- import',
			'npm run ask',
		])
			assert.ok(USAGE.includes(words), words);
	});
});
