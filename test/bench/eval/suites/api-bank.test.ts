import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Suite } from '../../../../bench/eval/contract.ts';
import { openSuite } from '../../../../bench/eval/open-suite.ts';
import { asTask } from '../../../../bench/eval/suites/dialogue.ts';
import type { JsonObject, JsonValue } from '../../../../src/json.ts';
import { questionText } from '../../../../src/pipeline/question-text.ts';
import { remembered } from '../../../../src/runs/transcript.ts';
import { called, startAlarms } from './api-bank-server.ts';
import { attempted, suiteFolder } from './suite-folder.ts';

const gold = (tool: string, time: string) => ({ api_name: tool, param_dict: { time } });
const goldCall = (tool: string, time: string) => ({ ...gold(tool, time), expected: called(tool, time) });

const DIALOGUES = [
	{
		id: 'lv1/alarm-1',
		user_turns: ['Set an alarm.', 'At seven.'],
		tools_given: ['AddAlarm', 'QueryAlarm'],
		gold_calls: [goldCall('ToolSearcher', ''), goldCall('AddAlarm', '7'), goldCall('QueryAlarm', '7')],
	},
	{
		id: 'lv1/alarm-2',
		user_turns: ['Hello'],
		tools_given: ['QueryAlarm'],
		gold_calls: [goldCall('QueryAlarm', '8')],
		unreachable: 'offline',
	},
];
const CALLS = [
	{
		id: 'lv1/alarm-1#1',
		history: [
			{ role: 'User', text: 'Set an alarm.' },
			{ role: 'AI', text: 'For when?' },
			{ role: 'User', text: 'At seven.' },
			{ role: 'API', ...gold('AddAlarm', '7'), result: called('AddAlarm', '7') },
			{ role: 'AI', text: 'I look it up.' },
		],
		tools_given: ['AddAlarm', 'QueryAlarm'],
		gold_call: gold('QueryAlarm', '7'),
		expected: called('QueryAlarm', '7'),
	},
	{
		id: 'lv1/alarm-1#2',
		history: [{ role: 'User', text: 'Is there one at eight?' }],
		tools_given: ['QueryAlarm'],
		gold_call: gold('AddAlarm', '8'),
		expected: called('AddAlarm', '8'),
	},
];
const FILES = {
	'data/lv1_dialogues.jsonl': DIALOGUES,
	'data/lv1_calls.jsonl': CALLS,
	'data/init_database/Appointments.json': { '01': {} },
};

const row = (tool: string, args: JsonValue, result: JsonValue): JsonObject => ({ tool, args, result });
const alarm = (tool: string, time: string, succeeds = true) => row(tool, { time }, called(tool, time, succeeds));

/** The scores of a task in a session that has seen these calls, and the suite's server. */
async function openScores(context: TestContext, what: '' | '#calls') {
	const suite: Suite = await openSuite((await suiteFolder(context, 'apibank', FILES)) + what);
	const { base, sessions } = await startAlarms(context);
	const score = async (index: number, log: JsonObject[], state: JsonValue = []) => {
		const task = suite.tasks[index];
		assert.ok(task);
		return suite.score(task, attempted(''), { base, session: `run-${task.id}`, log, state });
	};
	return { suite, sessions, score };
}

test('lines that cannot be read are named by file and line', async (context) => {
	const refused = async (what: string, files: Readonly<Record<string, unknown>>, message: RegExp) =>
		assert.rejects(openSuite((await suiteFolder(context, 'apibank', { ...FILES, ...files })) + what), {
			name: 'UserError',
			code: 'bad-input',
			message,
		});
	await refused(
		'',
		{ 'data/lv1_dialogues.jsonl': [DIALOGUES[0], { ...DIALOGUES[1], user_turns: [] }] },
		/lv1_dialogues\.jsonl, line 2,.*user_turns/,
	);
	await refused(
		'#calls',
		{ 'data/lv1_calls.jsonl': [{ ...CALLS[0], history: [{ role: 'Nobody' }] }] },
		/lv1_calls\.jsonl, line 1,.*history/,
	);
	await refused('', { 'data/init_database/Appointments.json': '[]' }, /Appointments\.json cannot be used/);
});

test('a dialogue is a task with all that the user says, and what cannot be reached is none', async (context) => {
	const { suite } = await openScores(context, '');
	assert.deepEqual(suite.tasks, [
		{ id: 'lv1/alarm-1', history: [], turns: ['Set an alarm.', 'At seven.'], tools: ['apibank.addAlarm', 'apibank.queryAlarm'] },
	]);
});

test('calls and final state of a dialogue are scored', async (context) => {
	const { score, sessions } = await openScores(context, '');
	const all = [alarm('AddAlarm', '7'), alarm('QueryAlarm', '7')];
	assert.deepEqual(await score(0, all, ['7']), {
		'call recall': 1,
		'all calls': 1,
		'final state': 1,
		'gold calls': 2,
		'gold calls made': 2,
	});
	assert.deepEqual(sessions.get('run-lv1/alarm-1-gold'), ['7'], 'the gold calls are played in a session of their own');
	assert.equal(sessions.has('run-lv1/alarm-1'), false);
	const half = await score(0, [row('AddAlarm', 'no JSON', { error: 'bad' }), ...all.toReversed()], ['7', '8']);
	assert.deepEqual(half, { 'call recall': 0.5, 'all calls': 0, 'final state': 0, 'gold calls': 2, 'gold calls made': 1 });
	assert.deepEqual(await score(0, []), { 'call recall': 0, 'all calls': 0, 'final state': 0, 'gold calls': 2, 'gold calls made': 0 });
});

test('a single call is asked for after its true history', async (context) => {
	const { suite } = await openScores(context, '#calls');
	const [first, second] = suite.tasks;
	assert.deepEqual(first?.history, [{ question: 'Set an alarm.', answer: 'For when?' }]);
	assert.deepEqual(first?.turns, [
		`At seven.\n\nSince then you have said and called the following; go on from there.\n[called apibank.addAlarm with {"time":"7"}: {"exception":null,"output":"success"}]\nI look it up.`,
	]);
	assert.deepEqual(second, { id: 'lv1/alarm-1#2', history: [], turns: ['Is there one at eight?'], tools: ['apibank.queryAlarm'] });
});

test('the first call is judged by what its tool answers after the true history', async (context) => {
	const { score } = await openScores(context, '#calls');
	const scores = (first: number, any: number) => ({ 'correct call': first, 'call among others': any });
	assert.deepEqual(await score(0, []), scores(0, 0));
	// Where the strategy was, nobody had set the alarm.
	assert.deepEqual(await score(0, [alarm('QueryAlarm', '7', false)]), scores(1, 1));
	assert.deepEqual(await score(0, [alarm('QueryAlarm', '9', false)]), scores(0, 0));
	assert.deepEqual(await score(0, [alarm('AddAlarm', '9'), alarm('QueryAlarm', '7', false)]), scores(0, 1));
	assert.deepEqual(await score(0, [row('QueryAlarm', 'no JSON', { error: 'bad' })]), scores(0, 0));
	assert.deepEqual(await score(1, [alarm('QueryAlarm', '8', false)]), scores(0, 0));
});

test('calls of the true history are in prompts with what they gave, also of earlier turns', () => {
	const token = 'm9n8b7v6c5x4z3a2s1';
	const call = { api_name: 'GetUserToken', param_dict: { username: 'admin', password: 'a password of some length' } };
	const { history, turns } = asTask(
		[
			{ role: 'User', text: 'Set an alarm.' },
			{ role: 'API', ...call, result: { api_name: call.api_name, input: call.param_dict, output: { token }, exception: null } },
			{ role: 'AI', text: 'For when?' },
			{ role: 'API', ...call, result: 'no object' },
			{ role: 'User', text: 'At seven.' },
		],
		(api) => `apibank.${api}`,
	);
	const prompt = questionText({ text: turns.join(), earlier: remembered(history), askedBy: { id: 'user' } });
	assert.match(
		prompt,
		new RegExp(`\\[called apibank\\.GetUserToken with \\{"password":.*\\}: \\{"exception":null,"output":\\{"token":"${token}"`),
	);
	assert.match(prompt, /For when\?.*\[called apibank\.GetUserToken with .*: "no object"\]/);
});
