import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCommandLine } from '../../src/settings/command-line.ts';

describe('parseCommandLine', () => {
	for (const text of ["npx 'open", 'npx "open', 'npx "\\"', 'npx \\']) {
		test(`refuses ${text}`, () => assert.equal(parseCommandLine(text), undefined));
	}

	const lines: readonly (readonly [text: string, words: readonly string[]])[] = [
		['', []],
		['  npx   -y\tserver\n/srv ', ['npx', '-y', 'server', '/srv']],
		['node \'two words\' "and two"', ['node', 'two words', 'and two']],
		['--path="/a b"/c', ['--path=/a b/c']],
		["''", ['']],
		['a\\ b \\"c\\"', ['a b', '"c"']],
		['"a \\"quoted\\" word" \'a \\ b\'', ['a "quoted" word', 'a \\ b']],
		['"C:\\temp\\new"', ['C:\\temp\\new']],
		// Nothing of it is for a shell to read.
		['a; rm -rf $HOME | b > *', ['a;', 'rm', '-rf', '$HOME', '|', 'b', '>', '*']],
	];
	for (const [text, words] of lines) test(JSON.stringify(text), () => assert.deepEqual(parseCommandLine(text), words));
});
