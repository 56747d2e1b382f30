import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenTasks, readOptions } from '../../../bench/eval/options.ts';
import { notesSuite } from './notes-server.ts';

const REQUIRED = ['--suite', 's', '--base', 'http://127.0.0.1:8102', '--strategy', 'react', '--model', 'm', '--out', 'o'];
const { tasks } = notesSuite([['a'], ['b'], ['c'], ['d']]);

test('all that is wrong is named at once', () => {
	assert.throws(
		() => readOptions(['--suite', 's', '--base', 'http://api.example', '--limit', 'many', '--record', 'a', '--replay', 'a']),
		({ message }: Error) => {
			for (const problem of ['--strategy is missing', '--model is missing', '--out is missing', 'api.example, which is not this machine'])
				assert.ok(message.includes(problem), `${problem} in ${message}`);
			assert.match(message, /--limit takes a whole number from 1 up, and not many/);
			assert.match(message, /exclude one another/);
			return true;
		},
	);
});

for (const [wrong, says] of [
	[['--limit', '0'], /--limit takes a whole number from 1 up, and not 0/],
	[['--repeat', '1.5'], /--repeat takes a whole number/],
	[['--concurrency=-1'], /--concurrency takes a whole number/],
	[['--salt', 'x'], /--salt takes a whole number from 0 up/],
	[['--only', ','], /--only takes ids or numbers/],
	[['--record', ''], /--record takes the name of a file/],
	[['--strategy', ' , '], /--strategy takes|--strategy is missing/],
	[['--turbo'], /Unknown option '--turbo'.*The options are --suite, --base/],
	[['--limit'], /--limit.*The options are/],
	[['react'], /Unexpected argument 'react'.*The options are/],
] as const) {
	test(wrong.join(' '), () => assert.throws(() => readOptions([...REQUIRED, ...wrong]), says));
}

test('what is left out has its default', () => {
	assert.deepEqual(readOptions(REQUIRED), {
		suite: 's',
		base: 'http://127.0.0.1:8102',
		strategies: ['react'],
		model: 'm',
		out: 'o',
		repeat: 1,
		concurrency: 1,
	});
});

test('lists are cut at their commas, each name once', () => {
	const { strategies, only, limit } = readOptions([
		...REQUIRED,
		'--strategy',
		'toolcoder, react,toolcoder',
		'--only',
		'3, 17',
		'--limit',
		'2',
	]);
	assert.deepEqual([strategies, only, limit], [['toolcoder', 'react'], ['3', '17'], 2]);
});

test('a task that is not there is named, with those there are', () => {
	for (const name of ['4', 'n-4', '-1']) {
		assert.throws(() => chosenTasks(tasks, { only: ['0', name] }), new RegExp(`--only ${name}: .* Its 4 tasks are n-0 to n-3, or 0 to 3`));
	}
	const numbered = tasks.map((task, index) => ({ ...task, id: String(index) }));
	assert.throws(() => chosenTasks(numbered, { only: ['4'] }), /Its 4 tasks are 0 to 3\.$/);
});

test('tasks are chosen by id or number, in the order of the suite', () => {
	const ids = (choice: Parameters<typeof chosenTasks>[1]) => chosenTasks(tasks, choice).map(({ id }) => id);
	assert.deepEqual(ids({}), ['n-0', 'n-1', 'n-2', 'n-3']);
	assert.deepEqual(ids({ only: ['3', 'n-1', '1'] }), ['n-1', 'n-3']);
	assert.deepEqual(ids({ only: ['3', '1', '2'], limit: 2 }), ['n-1', 'n-2']);
	assert.deepEqual(ids({ limit: 9 }).length, 4);
});
