import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openSuite } from '../../../../bench/eval/open-suite.ts';
import type { JsonObject } from '../../../../src/json.ts';
import { attempted, suiteFolder } from './suite-folder.ts';

const QUESTIONS = [{ query: 'Who directed Up?', solution: [] }, { query: 'Save it.' }];
const EXPECTED = [
	{ id: 1, query: 'Save it.', gold: ['GET /search', 'PUT /saved'] },
	{
		id: 0,
		query: 'Who directed Up?',
		gold: ['GET /search/movie', 'GET /movie/{}/credits'],
		gold_len: 2,
		expect: { all: [['Pete Docter']] },
	},
];
const FILES = { 'data/questions.json': QUESTIONS, 'data/expected.jsonl': EXPECTED };

const row = (method: string, template: string | null, status = 200, appended: string[] = []): JsonObject => ({
	method,
	template,
	status,
	appended,
});
const record = (log: JsonObject[], state: JsonObject = {}) => ({ base: 'http://127.0.0.1:9', session: 'a-0', log, state });

test('questions without an expectation, and expectations that cannot be read, are named by file and line', async (context) => {
	const refused = async (files: Readonly<Record<string, unknown>>, message: RegExp) =>
		assert.rejects(openSuite(await suiteFolder(context, 'tmdb', { ...FILES, ...files })), {
			name: 'UserError',
			code: 'bad-input',
			message,
		});
	await refused({ 'data/questions.json': '[' }, /questions\.json cannot be used: it is no JSON/);
	await refused({ 'data/questions.json': [{ question: 'a' }] }, /questions\.json cannot be used:.*query/);
	await refused(
		{ 'data/expected.jsonl': `${JSON.stringify(EXPECTED[0])}\n\n{"id": ` },
		/expected\.jsonl, line 3, cannot be used: it is no JSON/,
	);
	await refused(
		{ 'data/expected.jsonl': [EXPECTED[0], { ...EXPECTED[1], gold: 'GET /' }] },
		/expected\.jsonl, line 2, cannot be used:.*gold/,
	);
	await refused({ 'data/expected.jsonl': [EXPECTED[0]] }, /does not say what is expected of question 0.*"Who directed Up\?"/);
	await refused({ 'data/expected.jsonl': [EXPECTED[0], { ...EXPECTED[1], query: 'Another?' }] }, /question 0/);
	await refused({ 'data/expected.jsonl': [...EXPECTED, EXPECTED[0]] }, /two lines with "id": 1/);
});

test('each question is a task of its own', async (context) => {
	const suite = await openSuite(await suiteFolder(context, 'tmdb', FILES));
	assert.deepEqual(suite.tasks, [
		{ id: '0', history: [], turns: ['Who directed Up?'] },
		{ id: '1', history: [], turns: ['Save it.'] },
	]);
	assert.deepEqual(
		suite.measures.map(({ name }) => name),
		['correct path', 'gold tools', 'extra calls', 'answer'],
	);
	assert.equal(new Date(suite.now).toISOString(), '2023-11-12T10:00:00.000Z');
});

test("a server with one of the gold operations is the suite's, one with none is not", async (context) => {
	const suite = await openSuite(await suiteFolder(context, 'tmdb', FILES));
	assert.equal(suite.isServedBy?.(['POST /search', 'GET /movie/{movie_id}', 'GET /']), false);
	assert.equal(suite.isServedBy?.(['GET /albums/{id}', 'GET /3/movie/{movie_id}/credits']), true);
});

test('path and answer are scored, each where it says something', async (context) => {
	const suite = await openSuite(await suiteFolder(context, 'tmdb', FILES));
	const score = async (id: number, log: JsonObject[], sentence = '') => {
		const task = suite.tasks[id];
		assert.ok(task);
		return suite.score(task, attempted(sentence), record(log));
	};
	assert.deepEqual(await score(0, []), { 'correct path': 0, 'gold tools': 0, answer: 0 });
	const failed = [row('GET', '/search/movie'), row('GET', '/movie/{movie_id}/credits', 404), row('GET', null, 404)];
	assert.deepEqual(await score(0, failed, 'pete docter'), { 'correct path': 0, 'gold tools': 0, answer: 1 });
	const reordered = [row('GET', '/movie/{movie_id}/credits'), row('GET', '/search/movie')];
	assert.deepEqual(await score(0, reordered), { 'correct path': 0, 'gold tools': 1, answer: 0 });
	const appended = [row('GET', '/3/search/movie'), row('GET', '/movie/{movie_id}', 200, ['/movie/{movie_id}/credits'])];
	assert.deepEqual(await score(0, appended), { 'correct path': 1, 'gold tools': 1, 'extra calls': 1, answer: 0 });
	assert.deepEqual(await score(1, [row('GET', '/search'), row('PUT', '/saved', 204)], 'done'), {
		'correct path': 1,
		'gold tools': 1,
		'extra calls': 0,
	});
	await assert.rejects(suite.score({ id: '7', history: [], turns: ['?'] }, attempted(''), record([])), /no task 7/);
});

/** Asks for two sessions of a run as the suite's own script does; question 1 wants something saved, question 0 an answer. */
const CHECK_STATE = `
import argparse, json, sys, urllib.request
ap = argparse.ArgumentParser()
for o in ('--base', '--prefix', '--salt', '--answers'): ap.add_argument(o)
a = ap.parse_args(); g = lambda n, p: json.load(urllib.request.urlopen(f'{a.base}/s/{a.prefix}{n}/_admin/{p}'))
if a.salt != '7': sys.exit('another world')
answers = {r['id']: r['answer'] for r in map(json.loads, open(a.answers))}
ok = ['Docter' in answers.get(0, ''), g(1, 'state')['saved'] == ['up'] and len(g(1, 'log')) == 1]
print(json.dumps({'failed': [n for n in (0, 1) if not ok[n]]}))
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

test("the final state is what the suite's own script says of this session", {
	skip: !hasPython && 'there is no python3',
}, async (context) => {
	const description = { name: 'own', kind: 'restbench', toolset: 'films', now: '2024-01-01T00:00:00Z' };
	const open = async (salt: number) =>
		openSuite(
			await suiteFolder(context, 'own', {
				...FILES,
				'check_state.py': CHECK_STATE,
				'suite.json': { ...description, scorer: { state: 'check_state.py', salt } },
			}),
		);
	const suite = await open(7);
	const [ask, save] = suite.tasks;
	assert.ok(ask && save);
	assert.equal(suite.measures.at(-1)?.name, 'final state');
	const reached = async (task: typeof ask, sentence: string, saved: string[]) =>
		(await suite.score(task, attempted(sentence), record([row('PUT', '/saved')], { saved })))['final state'];
	assert.equal(await reached(ask, 'Pete Docter', []), 1);
	assert.equal(await reached(ask, 'nobody', ['up']), 0);
	assert.equal(await reached(save, '', ['up']), 1);
	assert.equal(await reached(save, '', ['up', 'down']), 0);
	await assert.rejects((await open(0)).score(ask, attempted(''), record([])), /check_state\.py gave no verdict.*another world/s);
});

test('without Python the state is not scored', async (context) => {
	const { PATH } = process.env;
	process.env.PATH = '/nowhere';
	try {
		const suite = await openSuite(await suiteFolder(context, 'spotify', { ...FILES, 'check_state.py': CHECK_STATE }));
		const [, save] = suite.tasks;
		assert.ok(save);
		assert.deepEqual(await suite.score(save, attempted(''), record([])), { 'correct path': 0, 'gold tools': 0 });
	} finally {
		process.env.PATH = PATH;
	}
});
