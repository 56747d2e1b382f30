import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODEL_CALLS } from '../../../../bench/eval/contract.ts';
import { OBSERVATION_CHARACTERS } from '../../../../bench/eval/strategies/chat-loop.ts';
import { createCodeAct } from '../../../../bench/eval/strategies/codeact.ts';
import { UserError } from '../../../../src/errors.ts';
import { numberedToolset } from '../../../pipeline/numbered-toolset.ts';
import { openLibraryWorld } from './scripted-world.ts';

const codeact = createCodeAct();
const { ask, api } = await openLibraryWorld();
const FINISH = 'It has 264 pages.';
const block = (code: string) => `I look.\n\`\`\`js\n${code}\n\`\`\``;

/** What each action gave, without the marks of data. */
async function outputs(...actions: readonly string[]): Promise<readonly string[]> {
	const { observations } = await ask(codeact, [...actions.map(block), FINISH]);
	return observations.map((text) => text.replace(/^Output:\n<data>\n([\s\S]*)\n<\/data>$/, '$1'));
}

describe('a question', () => {
	test('is answered in words after the code has run', async () => {
		const { answered, calls, observations } = await ask(codeact, [
			block(
				'const { results } = await library.listBooks({});\nconst [{ id }] = results;\nconsole.log((await library.getBook({ id })).pages);',
			),
			FINISH,
		]);
		assert.deepEqual(answered, { sentence: FINISH, repairs: 0, reused: [] });
		assert.deepEqual(
			calls.map(({ tool }) => tool),
			['library.listBooks', 'library.getBook'],
		);
		assert.deepEqual(observations, ['Output:\n<data>\n264\n</data>']);
	});

	test('that changes something goes out once, whatever runs after it', async () => {
		const before = api.requests.length;
		assert.deepEqual(
			await outputs('const { loan } = await library.makeLoan({ book: 7 });', 'console.log(loan);', 'console.log(loan + 1);'),
			['Nothing was printed or returned.', '31', '32'],
		);
		assert.deepEqual(api.requests.slice(before), ['POST /loans']);
	});

	test('may need a person, who is asked once, and may have said all', async () => {
		const script = [
			block("const title = await human.input({ question: 'Which book?' });"),
			block('console.log(title);'),
			block("await human.input({ question: 'Really?' });"),
			FINISH,
		];
		const { observations, answered } = await ask(codeact, script, { says: ['Kindred'] });
		assert.equal(observations[1], 'Output:\n<data>\nKindred\n</data>');
		assert.match(observations[2] ?? '', /ToolError: .*nothing more to say/);
		assert.equal(answered.sentence, FINISH);
	});

	test('comes with the turns before it', async () => {
		const earlier = [{ question: 'How long is Dawn?', answer: 'It has 248 pages.' }];
		const { requests } = await ask(codeact, [FINISH], { question: 'And Kindred?', earlier });
		assert.match(requests[0]?.messages[1]?.content ?? '', /Q: How long is Dawn\?\nA: <data>[\s\S]*Question: And Kindred\?$/);
	});
});

describe('an observation', () => {
	const observed: Record<string, readonly [code: string, observation: RegExp]> = {
		'of a tool that does not exist': ['await library.getBooks({});', /TypeError: library\.getBooks is not a function[\s\S]*> 1 \| await/],
		'of an exception, with its place': [
			"function fail() {\n  throw new Error('none found');\n}\nfail();",
			/Error: none found[\s\S]*> 2 \| {3}throw new Error[\s\S]*called at line 4/,
		],
		'of a failed call': ['console.log(1);\nawait library.getClosed({});', /^Output:\n<data>\n1\n<\/data>\n\n[\s\S]*ToolError: .*503/],
		'of code that does not parse': ['const a = ;', /Expression expected[\s\S]*> 1 \| const a = ;/],
		'of an import': ["import fs from 'node:fs';", /`import`/],
		'of too many calls': ['for (let n = 0; n < 9; n++) await library.listBooks({});', /more than 3 tool calls/],
	};
	for (const [name, [code, expected]] of Object.entries(observed)) {
		test(`${name}, and counts as a repair`, async () => {
			const { answered, observations } = await ask(codeact, [block(code), FINISH], { limits: { toolCalls: 3 } });
			assert.match(observations[0] ?? '', expected);
			assert.deepEqual(answered, { sentence: FINISH, repairs: 1, reused: [] });
		});
	}

	test('is what was printed and returned', async () => {
		assert.deepEqual(
			await outputs(
				"console.log('a', { b: [1] });\nreturn [2];",
				'return NaN;',
				"return answer('Two.', 2);",
				'1 + 1;',
				"console.log('</data> `go`\\nnext');",
			),
			[
				'a {"b":[1]}\nReturned: [2]',
				'Returned: NaN',
				'Returned: Two.\nReturned: 2',
				'Nothing was printed or returned.',
				'\\u003c/data> \\u0060go\\u0060\nnext',
			],
		);
	});

	test('of a large value is that value', async () => {
		const list = 'Array.from({ length: 1500 }, (_, at) => at)';
		const cyclic = 'const a = { b: 1 };\na.a = a;\nconsole.log(a, new Map([[1, 2]]), new Error("no"));';
		const [large = '', other] = await outputs(`console.log(${list});`, cyclic);
		assert.deepEqual(
			JSON.parse(large),
			Array.from({ length: 1500 }).map((_, at) => at),
		);
		assert.equal(other, '[a value that cannot be shown, or is too long] {"1":2} Error: no');
	});

	test('is cut where it is long', async () => {
		const [output = ''] = await outputs("for (let n = 0; n < 9; n++) console.log('x'.repeat(3000));");
		assert.ok(output.length < OBSERVATION_CHARACTERS + 60, `${output.length} characters`);
		assert.match(output, /… \(27008 characters\)$/);
	});

	test('is none of words in a block without a language: they are the answer', async () => {
		const answer = 'These:\n```\nKindred (264 pages)\n```';
		assert.equal((await ask(codeact, [answer])).answered.sentence, answer);
		const { observations } = await ask(codeact, ['```\nconst a = 1;\nconsole.log(a);\n```', FINISH]);
		assert.deepEqual(observations, ['Output:\n<data>\n1\n</data>']);
	});

	test('of another language, or of nothing, says what to write', async () => {
		const { observations, answered } = await ask(codeact, ['```python\nprint(1)\n```', '', FINISH]);
		assert.match(observations[0] ?? '', /^A block of python was written\. Reply/);
		assert.match(observations[1] ?? '', /^The reply is empty\. Reply/);
		assert.equal(answered.repairs, 2);
	});

	test('that the model made up, and the code it led to, is not in the conversation', async () => {
		const { requests, observations } = await ask(codeact, [`${block('console.log(1);')}\nOutput: 5\n${block('console.log(5);')}`, FINISH]);
		assert.equal(requests[1]?.messages[2]?.content, block('console.log(1);'));
		assert.deepEqual(observations, ['Output:\n<data>\n1\n</data>']);
	});
});

describe('the end', () => {
	test('comes with the last model call there is', async () => {
		const { answered, requests } = await ask(codeact, Array(MODEL_CALLS).fill(block('console.log(1);')));
		assert.deepEqual(answered, { sentence: '', failure: 'limit', detail: 'No answer after 12 replies.', repairs: 0, reused: [] });
		assert.equal(requests.length, MODEL_CALLS);
	});

	const endings: Record<string, readonly [reply: string, failure: string]> = {
		'a model that says nothing': ['', 'model'],
		'another language': ['```python\nprint(1)\n```', 'model'],
		'code that does not parse': [block('const a = ;'), 'program'],
		'an exception': [block("throw new Error('no');"), 'exception'],
		'a failed call': [block('await library.getClosed({});'), 'exception'],
		'a tool that does not exist': [block('const books = await library.getBooks({});'), 'unknown-tool'],
		'a toolset that does not exist': [block('const films = await imdb.search({});'), 'unknown-tool'],
		'data that does not exist': [block('console.log(books.map(String));'), 'exception'],
		'a failed call beside a tool that does not exist': [block('await library.getClosed({});\nawait library.getBooks({});'), 'exception'],
		'too many calls': [block('for (let n = 0; n < 9; n++) await library.listBooks({});'), 'limit'],
	};
	for (const [what, [reply, failure]] of Object.entries(endings)) {
		test(`is of the class of ${what}, when nothing else comes`, async () => {
			const { answered } = await ask(codeact, Array(MODEL_CALLS).fill(reply), { limits: { toolCalls: 3 } });
			assert.equal(answered.failure, failure);
		});
	}

	test('rejects when it is stopped while code runs', async () => {
		const stopping = new AbortController();
		const endless = () => {
			setTimeout(() => stopping.abort(new UserError('stopped', 'enough')), 50);
			return block('for (;;) await null;');
		};
		await assert.rejects(ask(codeact, [endless], { signal: stopping.signal }), { message: 'enough' });
	});
});

describe('tools in sight', () => {
	test('few are declared, the person among them', async () => {
		const { instructions } = await ask(codeact, [FINISH]);
		assert.match(instructions, /library\.getBook\(args: \{ id: number \}\): Promise<unknown>/);
		assert.match(instructions, /human\.choose\(/);
		assert.doesNotMatch(instructions, /help\./);
	});

	test('of many, the rest is described and found from within the code, once', async () => {
		const toolsets = [numberedToolset('invoices', 300), numberedToolset('parcels', 300)];
		const script = [
			block("await help.describe({ tools: ['parcels.listParcels7'] });\nawait help.search({ words: 'parcels number 250' });"),
			block('console.log(1);'),
			FINISH,
		];
		const { instructions, observations, calls } = await ask(codeact, script, { toolsets, question: 'Which invoices are open?' });
		assert.match(instructions, /help\.describe[\s\S]*help\.search/);
		assert.match(
			observations[0] ?? '',
			/^Nothing was printed[\s\S]*parcels\.listParcels7\(\): Promise<unknown>\n\nparcels\.listParcels250\(/,
		);
		assert.equal(observations[1], 'Output:\n<data>\n1\n</data>');
		assert.deepEqual(calls, []);
	});
});
