import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Strategy } from '../../../../bench/eval/contract.ts';
import { createAtc, REFLECTIONS } from '../../../../bench/eval/strategies/atc.ts';
import { UserError } from '../../../../src/errors.ts';
import { numberedToolset } from '../../../pipeline/numbered-toolset.ts';
import { type AskOptions, openLibraryWorld } from './scripted-world.ts';

const { ask, api } = await openLibraryWorld();
const folders = await mkdtemp(path.join(tmpdir(), 'toolcoder-atc-'));
after(() => rm(folders, { recursive: true, force: true }));

/** Knows nothing yet. */
const newAtc = async () => createAtc({ folder: await mkdtemp(path.join(folders, 'one-')) });

const COUNT = 'const { results } = await library.listBooks();\nreturn answer(`There are ${results.length} books.`, results.length);';
const COUNTED = { sentence: 'There are 2 books.', value: 2, repairs: 0, reused: [] };

/** Replies are programs, unless they begin with a bracket or are failures. `sent` is what the library got. */
async function play(replies: readonly (string | UserError)[], options: AskOptions & { readonly atc?: Strategy } = {}) {
	const before = api.requests.length;
	const script = replies.map((reply) => {
		if (typeof reply !== 'string') return () => Promise.reject(reply);
		return reply.startsWith('(') ? reply : `\`\`\`ts\n${reply}\n\`\`\``;
	});
	const { answered, requests } = await ask(options.atc ?? (await newAtc()), script, { limits: { cpuMs: 100 }, ...options });
	const prompts = requests.map(({ messages }) => messages.map(({ content }) => content).join('\n\n'));
	return { answered, prompts, sent: api.requests.slice(before) };
}

const repeated = (program: string) => Array.from({ length: REFLECTIONS + 1 }, () => program);

describe('atc', () => {
	test('gives up a reply without a program after it has asked once more', async () => {
		const { answered, prompts, sent } = await play(['(I cannot.)', '(No.)']);
		assert.deepEqual([answered.failure, answered.sentence, answered.repairs], ['model', '', 0]);
		assert.equal(prompts.length, 2);
		assert.deepEqual(sent, []);
	});

	test('goes on with the program that comes when it is asked for again', async () => {
		assert.deepEqual((await play(['(Let me think.)', COUNT])).answered, COUNTED);
	});

	test('fails as the model does, and rejects with what is wrong with the harness', async () => {
		const { answered } = await play([new UserError('model-unavailable', 'The server is away.')]);
		assert.deepEqual(answered, { sentence: '', failure: 'model', detail: 'The server is away.', repairs: 0, reused: [] });
		await assert.rejects(play([new UserError('configuration', 'The key is wrong.')]), /key is wrong/);
	});

	test('rejects with the reason of the signal', async () => {
		const reason = new UserError('stopped', 'The task was stopped.');
		await assert.rejects(play([COUNT], { signal: AbortSignal.abort(reason) }), reason);
	});

	test('writes a chain at once, from the protocols of all tools, the day and what was said before', async () => {
		const earlier = [{ question: 'How many rooms are there?', answer: 'Two.' }];
		const { answered, prompts, sent } = await play([COUNT], { question: 'And how many books?', earlier });
		assert.deepEqual(answered, COUNTED);
		assert.deepEqual(sent, ['GET /books']);
		const [prompt = ''] = prompts;
		for (const name of ['library.listBooks', 'library.getBook', 'library.makeLoan', 'human.input'])
			assert.ok(prompt.includes(`${name}(`), name);
		assert.match(prompt, /listBooks\(\): Promise<\{ results: \{ id: number; title: string \}\[\] \}>/);
		assert.match(prompt, /Today is 2023-11-12/);
		assert.match(prompt, /How many rooms are there\?[\s\S]*Question: And how many books\?/);
	});

	test('is shown the tools that fit best where there are hundreds, and the person', async () => {
		const toolsets = [numberedToolset('parcels', 200), numberedToolset('invoices', 200)];
		const { prompts } = await play(["return answer('None.', 0);"], { toolsets, question: 'List the invoices number 150.' });
		const [prompt = ''] = prompts;
		assert.match(prompt, /invoices\.\w+150\(/);
		assert.match(prompt, /human\.input\(/);
		assert.ok(prompt.length < 40_000, `${prompt.length} characters`);
	});

	test('answers with the value where there is no sentence', async () => {
		const { answered } = await play(["return ['a', 1];"]);
		assert.deepEqual([answered.sentence, answered.value], ['["a",1]', ['a', 1]]);
	});

	test('asks the user, and tells what was said when the program is repaired', async () => {
		const asking = "const name = await human.input({ question: 'Which?' });\nreturn answer(name, name.missing.part);";
		const { answered, prompts } = await play([asking, "return answer('Dawn it is.', 'Dawn');"], { says: ['Dawn'] });
		assert.deepEqual([answered.sentence, answered.repairs], ['Dawn it is.', 1]);
		assert.match(prompts[1] ?? '', /do not make them again[\s\S]*human\.input\(\{"question":"Which\?"\}\) -> Dawn/);
	});

	test('fails when nobody answers', async () => {
		const { answered, prompts } = await play(repeated("return answer('', await human.input({ question: 'Which?' }));"));
		assert.equal(answered.failure, 'exception');
		assert.match(prompts[1] ?? '', /First to go wrong: line 1: the call of human\.input/);
	});

	test('knows its name, and is run in order: it learns', async () => {
		const { name, inOrder } = await newAtc();
		assert.deepEqual([name, inOrder], ['atc', true]);
	});
});

describe('attributed reflection', () => {
	test('names the first call that failed, also when the error shows later', async () => {
		const program = [
			'const { results } = await library.listBooks();',
			'const room = await library.listRooms({ floor: 1 }).catch(() => undefined);',
			'return answer(`It has ${room.length} places.`, results.length);',
		].join('\n');
		const { answered, prompts, sent } = await play([program, 'return 1;', 'return 1;', `// At fault: line 2\n${COUNT}`]);
		assert.deepEqual(answered, { ...COUNTED, repairs: 1 });
		const prompt = prompts.at(-1) ?? '';
		assert.match(prompt, /First to go wrong: line 2: the call of library\.listRooms\./);
		assert.match(prompt, /> 3 \| return answer/);
		assert.match(prompt, /library\.listBooks\(\{\}\) -> /);
		assert.doesNotMatch(prompt, /do not make them again/);
		assert.deepEqual(sent, ['GET /books', 'GET /books']);
	});

	test('names the call that threw, not one whose failure was taken care of', async () => {
		const program = [
			'await library.listBooks({ author: 1 }).catch(() => undefined);',
			'await library.makeLoan({});',
			"return answer('Done.', 1);",
		].join('\n');
		const { prompts } = await play([program, COUNT]);
		assert.match(prompts[1] ?? '', /First to go wrong: line 2: the call of library\.makeLoan\./);
	});

	test('names the function where no call failed', async () => {
		const program = 'async function work(list: { a: string }[]) {\n\treturn list[0].a;\n}\nreturn answer("Done.", await work([]));';
		const { prompts } = await play([program, COUNT]);
		assert.match(prompts[1] ?? '', /First to go wrong: line 2, in the function work\./);
	});

	test('tells which writes stand', async () => {
		const lend = "await library.makeLoan({ book: 7 });\nthrow new Error('lost');";
		const { prompts, sent } = await play([lend, "return answer('Lent.', true);"]);
		assert.match(prompts[1] ?? '', /do not make them again[\s\S]*library\.makeLoan\(\{"book":7\}\) -> \{"loan":31\}/);
		assert.deepEqual(sent, ['POST /loans']);
	});

	const failing = {
		'an unknown tool': [
			"return answer('x', await library.findBook({ id: 7 }));",
			'unknown-tool',
			/line 1: there is no tool library\.findBook/,
		],
		'a function that nobody wrote': ["return answer('x', work());", 'exception', /First to go wrong: line 1\./],
		'an unknown toolset': ["return answer('x', await shop.list());", 'unknown-tool', /there is no tool shop\.list/],
		'what does not parse': ['return answer(;', 'program', /> 1 \| return answer\(;/],
		'an exception': ["throw new Error('Nothing found.');", 'exception', /Nothing found/],
		'an endless loop': ["while (true) {}\nreturn answer('x', 1);", 'limit', /endless loop/],
		'a program that returns nothing': ['await library.listBooks();', 'no-answer', /returned nothing/],
	} as const;
	for (const [what, [program, failure, says]] of Object.entries(failing)) {
		test(`gives up ${what} after ${REFLECTIONS} rounds`, async () => {
			const { answered, prompts } = await play(repeated(program));
			assert.deepEqual([answered.failure, answered.repairs, answered.sentence], [failure, REFLECTIONS, '']);
			assert.equal(typeof answered.detail, 'string');
			assert.equal(prompts.length, REFLECTIONS + 1);
			for (const prompt of prompts.slice(1)) assert.match(prompt, says);
		});
	}

	test('does not blame a name that was never reached', async () => {
		const program = "throw new Error('first');\nreturn answer('x', await library.findBook({ id: 7 }));";
		assert.equal((await play(repeated(program))).answered.failure, 'exception');
	});

	test('has failed by the limit when no model call is left', async () => {
		const { answered, prompts } = await play(["throw new Error('a');", '(no program)', COUNT], { modelCalls: 2 });
		assert.deepEqual([answered.failure, answered.repairs], ['limit', 1]);
		assert.equal(prompts.length, 2);
	});
});

describe('black-box probing', () => {
	const chain = (field: string) =>
		`const book = await library.getBook({ id: 9 });\nreturn answer(\`It has \${book.${field}}.\`, book.${field});`;
	const probing = 'const { results } = await library.listBooks();\nreturn Promise.all(results.map(({ id }) => library.getBook({ id })));';

	test('finds out what a chain calls and no document describes, and keeps it for the next task, also after a kill', async () => {
		const folder = await mkdtemp(path.join(folders, 'kept-'));
		const atc = await createAtc({ folder });
		const { answered, prompts, sent } = await play([chain('length'), probing, chain('pages')], { atc });
		assert.deepEqual(answered, { sentence: 'It has 248.', value: 248, repairs: 0, reused: [] });
		assert.deepEqual(sent.toSorted(), ['GET /books', 'GET /books/7', 'GET /books/9', 'GET /books/9']);
		const [first = '', probe = '', second = ''] = prompts;
		assert.match(first, /getBook\(args: \{ id: number \}\): Promise<unknown>/);
		assert.match(probe, /Tool to probe:[\s\S]*library\.getBook/);
		assert.doesNotMatch(probe, /makeLoan|human\./);
		assert.match(second, /Promise<\{ id: number; title: string; pages: number; shelf: \{ room: string \} \}>/);
		assert.match(second, /library\.getBook\(\{"id":[79]\}\)/);

		await appendFile(path.join(folder, 'protocols.jsonl'), '{"tool":"libr');
		for (const later of [atc, await createAtc({ folder })]) {
			const next = await play([chain('pages')], { atc: later });
			assert.equal(next.answered.value, 248);
			assert.match(next.prompts[0] ?? '', /shelf: \{ room: string \}/);
		}
	});

	test('finds out what the entries of a list are', async () => {
		const rooms = "const rooms = await library.listRooms();\nreturn answer('Rooms.', rooms.map(({ room }) => room));";
		const { answered, prompts } = await play([rooms, 'return library.listRooms();', rooms]);
		assert.deepEqual(answered.value, ['North', 'South']);
		assert.match(prompts[2] ?? '', /listRooms\(\): Promise<\{ room: string \}\[\]>/);
	});

	test('is never done with a write', async () => {
		const { answered, prompts } = await play(["return answer('Lent.', (await library.makeLoan({ book: 7 })).loan);"]);
		assert.equal(answered.value, 31);
		assert.equal(prompts.length, 1);
	});

	test('changes nothing and asks nobody, whatever its programs say', async () => {
		const writing = 'await library.getBook({ id: 7 });\nawait library.makeLoan({ book: 7 });\nreturn human.input({ question: "Which?" });';
		const { answered, sent } = await play([chain('pages'), writing, chain('pages')]);
		assert.equal(answered.value, 248);
		assert.deepEqual(sent, ['GET /books/7', 'GET /books/9']);
	});

	test('tells the second program why the first one told nothing, and is given up for the suite after it', async () => {
		const atc = await newAtc();
		const { answered, prompts } = await play([chain('pages'), 'return library.getBook({ id: 1 });', 'return 1;'], { atc });
		assert.equal(answered.value, 248);
		assert.match(prompts[2] ?? '', /told nothing:[\s\S]*getBook\(\{ id: 1 \}\)[\s\S]*404/);
		assert.equal((await play([chain('pages')], { atc })).answered.value, 248);
	});

	test('ends a program that calls without end', async () => {
		const endless = 'for (;;) await library.getBook({ id: 7 });\nreturn 1;';
		const { answered, sent } = await play([chain('pages'), endless, chain('pages')]);
		assert.equal(answered.value, 248);
		assert.equal(sent.length, 11);
	});

	test('fails the turn when no program comes, and is done in the next one', async () => {
		const atc = await newAtc();
		assert.equal((await play([chain('pages'), '(no)', '(no)'], { atc })).answered.failure, 'model');
		assert.equal((await play([chain('pages'), probing, chain('pages')], { atc })).answered.value, 248);
	});
});
