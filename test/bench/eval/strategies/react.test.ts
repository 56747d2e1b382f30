import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODEL_CALLS } from '../../../../bench/eval/contract.ts';
import { OBSERVATION_CHARACTERS } from '../../../../bench/eval/strategies/chat-loop.ts';
import { createReact } from '../../../../bench/eval/strategies/react.ts';
import { UserError } from '../../../../src/errors.ts';
import { numberedToolset } from '../../../pipeline/numbered-toolset.ts';
import { openLibraryWorld, type Script } from './scripted-world.ts';

const react = createReact();
const { ask, api } = await openLibraryWorld();
const FINISH = 'Thought 9: That is all.\nAction 9: finish[It has 264 pages.]';

describe('a question', () => {
	test('is answered from what its calls gave, a model call a step', async () => {
		const { answered, calls, observations, requests } = await ask(react, [
			'Thought 1: I look for the book.\nAction 1: library.listBooks({})',
			'Thought 2: It is 7.\nAction 2: library.getBook({"id": 7})',
			FINISH,
		]);
		assert.deepEqual(answered, { sentence: 'It has 264 pages.', repairs: 0, reused: [] });
		assert.deepEqual(
			calls.map(({ tool }) => tool),
			['library.listBooks', 'library.getBook'],
		);
		assert.match(observations[1] ?? '', /^Observation 2: \{"id":7,"pages":264/);
		assert.match(requests[0]?.messages[1]?.content ?? '', /^Today is 2023-11-12\.\n\nQuestion: How long is Kindred\?$/);
		assert.equal(requests.length, 3);
	});

	test('that changes something goes out once, unasked', async () => {
		const before = api.requests.length;
		const { answered } = await ask(react, ['Action 1: library.makeLoan({"book": 7})', 'Action 2: finish[It is lent.]']);
		assert.equal(answered.sentence, 'It is lent.');
		assert.deepEqual(api.requests.slice(before), ['POST /loans']);
	});

	test('comes with the turns before it, their answers marked as data', async () => {
		const earlier = [{ question: 'How long is Dawn?', answer: 'It has 248 pages.' }];
		const { requests } = await ask(react, [FINISH], { question: 'And Kindred?', earlier });
		assert.match(
			requests[0]?.messages[1]?.content ?? '',
			/Q: How long is Dawn\?\nA: <data>It has 248 pages\.<\/data>\n\nQuestion: And Kindred\?$/,
		);
	});
});

describe('an observation', () => {
	const observed: Record<string, readonly [reply: string, observation: RegExp]> = {
		'of a tool that does not exist names the nearest': [
			'Action 1: library.getBooks({})',
			/^Observation 1: There is no tool library\.getBooks\. The nearest:\nlibrary\./,
		],
		'of arguments that are no JSON': ['Action 1: library.getBook(7)', /The arguments of library\.getBook are not one JSON object\. Reply/],
		'of arguments that do not fit holds the declaration': [
			'Action 1: library.getBook({"id": "seven"})',
			/library\.getBook failed: [\s\S]*\nlibrary\.getBook\(args: \{ id: number \}\)/,
		],
		'of a failed call': ['Action 1: library.getClosed({})', /^Observation 1: library\.getClosed failed: .*503/],
		'of a reply without an action': ['It has 264 pages.', /The reply holds no line that begins with "Action"\. Reply/],
		'of an empty reply': ['', /holds no line/],
		'of a question that nobody answers': ['Action 1: ask[Which one?]', /^Observation 1: human\.input failed: .*nothing more to say/],
		'of a question without words': ['Action 1: ask[]', /human\.input failed/],
	};
	for (const [name, [reply, expected]] of Object.entries(observed)) {
		test(`${name}, and counts as a repair`, async () => {
			const { answered, observations } = await ask(react, [reply, FINISH]);
			assert.match(observations[0] ?? '', expected);
			assert.deepEqual(answered, { sentence: 'It has 264 pages.', repairs: 1, reused: [] });
		});
	}

	test('of a question is what the person says', async () => {
		const { observations, answered } = await ask(react, ['Action 1: ask[Which book?]', FINISH], { says: ['Kindred, of course'] });
		assert.deepEqual(observations, ['Observation 1: Kindred, of course']);
		assert.equal(answered.repairs, 0);
	});

	test('is cut where it is long, and holds no mark of a prompt', async () => {
		const long = { ...numberedToolset('lists', 1), call: async () => ({ ok: true as const, value: `<|im_start|>${'x'.repeat(30_000)}` }) };
		const { observations } = await ask(react, ['Action 1: lists.listLists0({})', FINISH], { toolsets: [long] });
		assert.ok((observations[0]?.length ?? 0) < OBSERVATION_CHARACTERS + 60, `${observations[0]?.length} characters`);
		assert.match(observations[0] ?? '', /… \(\d+ characters\)$/);
		assert.doesNotMatch(observations[0] ?? '', /<\|/);
	});

	test('that the model made up is not in the conversation', async () => {
		const { requests } = await ask(react, [
			'Thought 1: First.\nAction 1: library.listBooks({})\nObservation 1: none\nThought 2: So none.\nAction 2: finish[none]',
			FINISH,
		]);
		assert.equal(requests[1]?.messages[2]?.content, 'Thought 1: First.\nAction 1: library.listBooks({})');
	});
});

describe('the end', () => {
	test('comes with the last model call there is', async () => {
		const script: Script = Array.from({ length: MODEL_CALLS }, () => 'Action 1: library.listBooks({})');
		const { answered, requests, calls } = await ask(react, script);
		assert.deepEqual(answered, { sentence: '', failure: 'limit', detail: 'No answer after 12 replies.', repairs: 0, reused: [] });
		assert.equal(requests.length, MODEL_CALLS);
		assert.equal(calls.length, MODEL_CALLS);
	});

	test('is of the class that its last four replies came to, as a program and its three repairs are', async () => {
		const fine = 'Action 1: library.listBooks({})';
		const unknown = 'Action 1: library.getBooks({})';
		const endings: readonly (readonly [last: readonly string[], failure: string])[] = [
			[Array(MODEL_CALLS).fill(unknown), 'unknown-tool'],
			[[...Array(3).fill('I think.'), unknown], 'unknown-tool'],
			[Array(4).fill('Action 1: library.getClosed({})'), 'exception'],
			[Array(4).fill('I think.'), 'model'],
			[Array(3).fill(unknown), 'limit'],
			[[unknown, unknown, unknown, unknown, fine], 'limit'],
		];
		for (const [last, failure] of endings) {
			const { answered } = await ask(react, [...Array(MODEL_CALLS - last.length).fill(fine), ...last]);
			assert.equal(answered.failure, failure, last.join());
		}
	});

	test('tells of the last trouble', async () => {
		const { answered } = await ask(react, Array(MODEL_CALLS).fill('Action 1: library.getBooks({})'));
		assert.match(answered.detail ?? '', /The last trouble: There is no tool library\.getBooks/);
		assert.equal(answered.repairs, MODEL_CALLS);
	});

	test('comes sooner where the harness allows fewer', async () => {
		const { answered } = await ask(react, ['Action 1: library.listBooks({})'], { modelCalls: 1 });
		assert.equal(answered.failure, 'limit');
	});

	test('is no answer when it is empty', async () => {
		const { answered } = await ask(react, ['Action 1: finish[]']);
		assert.equal(answered.failure, 'no-answer');
	});

	test('is the failure of a model that gives no reply', async () => {
		const refuse = () => Promise.reject(new UserError('model-reply', 'The reply was cut off.'));
		const { answered } = await ask(react, [refuse]);
		assert.deepEqual([answered.failure, answered.detail], ['model', 'The reply was cut off.']);
	});

	test('rejects for a wrong key, and when it is stopped', async () => {
		const wrongKey = () => Promise.reject(new UserError('configuration', 'The key is wrong.'));
		await assert.rejects(ask(react, [wrongKey]), { message: 'The key is wrong.' });
		const stopping = new AbortController();
		const stop = () => {
			stopping.abort(new UserError('stopped', 'enough'));
			return 'Action 1: library.listBooks({})';
		};
		await assert.rejects(ask(react, [stop, FINISH], { signal: stopping.signal }), { message: 'enough' });
	});
});

describe('tools in sight', () => {
	test('few are declared, without the person and what programs need', async () => {
		const { instructions } = await ask(react, [FINISH]);
		assert.match(instructions, /library\.getBook\(args: \{ id: number \}\): Promise<unknown>/);
		assert.doesNotMatch(instructions, /human\.|- describe\[|- search\[/);
	});

	test('more are listed, and described when asked for', async () => {
		const toolsets = [numberedToolset('parcels', 20)];
		const { instructions, observations, answered } = await ask(
			react,
			['Action 1: describe[parcels.listParcels7, parcels.none]', 'Action 2: search[stamps]', FINISH],
			{ toolsets },
		);
		assert.match(instructions, /\nparcels\.listParcels19\(\)/);
		assert.match(instructions, /- describe\[/);
		assert.doesNotMatch(instructions, /- search\[|human\./);
		assert.match(observations[0] ?? '', /parcels\.listParcels7\(\): Promise<unknown>\nThere is no tool parcels\.none\./);
		assert.equal(observations[1], 'Observation 2: All tools are in the list.');
		assert.equal(answered.repairs, 0);
	});

	test('of many, the rest is found', async () => {
		const toolsets = [numberedToolset('invoices', 300), numberedToolset('parcels', 300)];
		const script = ['Action 1: search[parcels number 250]', 'Action 2: search[zzz]', FINISH];
		const { instructions, observations } = await ask(react, script, { toolsets, question: 'Which invoices are open?' });
		assert.match(instructions, /- search\[/);
		assert.doesNotMatch(instructions, /listParcels250/);
		assert.match(observations[0] ?? '', /^Observation 1: parcels\.listParcels250\(/);
	});
});
