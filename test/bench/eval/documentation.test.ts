import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openSuite } from '../../../bench/eval/open-suite.ts';
import { readOptions } from '../../../bench/eval/options.ts';
import { STRATEGY_NAMES } from '../../../bench/eval/strategies/index.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../docs/evaluation.md'), 'utf8');
const commands = [...text.matchAll(/^ {4}npm run eval -- (.*)$/gm)].flatMap(([, args = '']) => (args.includes('…') ? [] : [args]));

describe('docs/evaluation.md', () => {
	test('has commands', () => assert.ok(commands.length >= 5, `${commands.length} commands`));

	for (const command of commands) {
		test(command, () => {
			const { strategies } = readOptions(command.split(' ').map((word) => word.replaceAll("'", '')));
			assert.deepEqual(
				strategies.filter((name) => !STRATEGY_NAMES.includes(name)),
				[],
			);
		});
	}

	test('names every strategy', () => {
		const named = new Set(text.match(/[a-z]+(?:-[a-z]+)*/g));
		assert.deepEqual(
			STRATEGY_NAMES.filter((name) => !named.has(name)),
			[],
		);
	});

	test('the suite it describes opens, and is scored as it says', async (context) => {
		const folder = mkdtempSync(path.join(tmpdir(), 'toolcoder-suite-'));
		context.after(() => rmSync(folder, { recursive: true }));
		const [suiteFile = ''] = /^ {4}\{\n(?: {6}.*\n)+ {4}\}$/m.exec(text) ?? [];
		const [expected = ''] = /^ {4}\{"id": 0.*$/m.exec(text) ?? [];
		const { query } = JSON.parse(expected) as { query: string };
		writeFileSync(path.join(folder, 'suite.json'), suiteFile);
		writeFileSync(path.join(folder, 'questions.json'), JSON.stringify([{ query }]));
		writeFileSync(path.join(folder, 'expected.jsonl'), `${expected.trim()}\n`);
		const { tasks, score } = await openSuite(folder);
		const [task] = tasks;
		assert.ok(task);
		const attempted = {
			...{
				task: task.id,
				repeat: 0,
				calls: [],
				modelCalls: 1,
				promptTokens: 1,
				completionTokens: 1,
				tokensEstimated: false,
				ms: 1,
				functions: 0,
			},
			turns: [{ sentence: 'She placed three.', repairs: 0, reused: [] }],
		};
		const log = ['/customers', null, '/orders'].map((template) => ({ method: 'GET', template, status: template === null ? 404 : 200 }));
		const scores = await score(task, attempted, { base: '', session: 'run-0', log, state: {} });
		assert.deepEqual(scores, { 'correct path': 1, 'gold tools': 1, 'extra calls': 0, answer: 1 });
	});
});
