import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { Answered, AskedTurn, Strategy } from '../../../../bench/eval/contract.ts';
import { createToolCoder } from '../../../../bench/eval/strategies/toolcoder.ts';
import type { Stages } from '../../../../src/pipeline/work.ts';
import type { Turn } from '../../../../src/runs/run.ts';
import { type BankWorld, type BankWorldOptions, bankWorld, openBank, type Script } from './bank-world.ts';

const logger = pino({ level: 'silent' });
const QUESTION = 'How much is on account a-1?';

const HEAD =
	'/** Tells the balance of an account. @param account its number */\nasync function balanceOf(account: string): Promise<number>';
const MAIN = "const sum = await balanceOf('a-1');\nreturn answer(`There are ${sum} on it.`, sum);";
const program = (body: string) => `${HEAD} {\n${body}\n}\n\n${MAIN}`;
const GOOD = program('  return (await bank.getAccount({ account })).balance;');
const UNKNOWN = program('  return (await bank.findBalance({ account })).balance;');
const THROWING = program("  throw new Error('not today');\n  return 1;");
const DRAWN: Script = { scaffold: [program('')], plan: [GOOD] };

interface Asked extends BankWorld {
	readonly answered: Answered;
}

interface Asking {
	readonly asked?: Partial<AskedTurn>;
	readonly world?: BankWorldOptions;
}

let turns = 0;

async function ask(strategy: Strategy, script: Script, { asked = {}, world: options }: Asking = {}): Promise<Asked> {
	const opened = await bankWorld(script, options);
	turns += 1;
	const answered = await strategy.answer({ text: QUESTION, earlier: [], id: `turn-${turns}`, ...asked }, opened.world);
	return { ...opened, answered };
}

async function newFolder(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

async function open(context: TestContext, without?: keyof Stages, given?: string): Promise<Strategy> {
	const folder = given ?? (await newFolder(context));
	const strategy = await createToolCoder({ folder, logger }, without);
	context.after(() => strategy.close?.());
	return strategy;
}

describe('why a turn was not answered', () => {
	const failing = async (context: TestContext, script: Script, world?: BankWorldOptions) =>
		(await ask(await open(context), { ...DRAWN, ...script }, { world })).answered;

	test('every plan names a tool that does not exist', async (context) => {
		const answered = await failing(context, { plan: [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN] });
		assert.equal(answered.failure, 'unknown-tool');
		assert.equal(answered.repairs, 3);
		assert.match(answered.detail ?? '', /bank\.findBalance/);
	});

	test('every program names a tool that does not exist', async (context) =>
		assert.equal((await failing(context, { implement: [UNKNOWN], reflect: [UNKNOWN, UNKNOWN, UNKNOWN] })).failure, 'unknown-tool'));

	test('no program parses, or fits the types', async (context) => {
		const mistyped = program('  return (await bank.getAccount({ account: 1 })).balance;');
		const answered = await failing(context, { implement: [program('  return (;')], reflect: [mistyped, mistyped, mistyped] });
		assert.equal(answered.failure, 'program');
		assert.equal(answered.sentence, '');
		assert.equal(answered.value, undefined);
	});

	test('every program throws', async (context) =>
		assert.equal((await failing(context, { implement: [THROWING], reflect: [THROWING, THROWING, THROWING] })).failure, 'exception'));

	test('a program goes on for ever', async (context) => {
		const endless = program('  for (let i = 0; ; i++) if (i < 0) return i;');
		const strategy = await open(context, 'reflection');
		const { answered } = await ask(strategy, { ...DRAWN, implement: [endless] }, { world: { cpuMs: 100 } });
		assert.equal(answered.failure, 'limit');
	});

	test('a program waits for ever', async (context) => {
		const waiting = program('  return await new Promise<number>(() => {});');
		assert.equal((await failing(context, { implement: [waiting], reflect: [waiting, waiting, waiting] })).failure, 'limit');
	});

	test('the model was asked too often, as the first or as the second request for one program', async (context) => {
		assert.equal((await failing(context, {}, { modelCalls: 2 })).failure, 'limit');
		assert.equal((await failing(context, { scaffold: ['(no code)'] }, { modelCalls: 1 })).failure, 'limit');
	});

	test('the model writes no program', async (context) => {
		const answered = await failing(context, { scaffold: ['(no code)', '(no code) Sorry.'] });
		assert.equal(answered.failure, 'model');
		assert.doesNotMatch(answered.detail ?? '', /\n/);
	});

	test('what is answered cannot be', async (context) => {
		const hollow = program('  return Number(account);');
		assert.equal((await failing(context, { implement: [hollow], reflect: [hollow] })).failure, 'no-answer');
	});

	test('a program asks somebody who has nothing more to say', async (context) => {
		const asking = program("  return Number(await human.input({ question: 'Which?' }));");
		assert.equal((await failing(context, { implement: [asking] })).failure, 'no-answer');
	});

	test('a reply that is missing is a fault of the harness', async (context) =>
		assert.equal((await failing(context, {})).failure, 'harness'));

	test('a stop is none: it rejects with the reason', async (context) => {
		const strategy = await open(context);
		const stop = new AbortController();
		const { world } = await bankWorld(DRAWN, { signal: stop.signal });
		const reason = new Error('enough');
		stop.abort(reason);
		await assert.rejects(strategy.answer({ text: QUESTION, earlier: [], id: 'stopped' }, world), reason);
	});
});

test('a question is answered in three model calls, by a program whose clock is that of the world', async (context) => {
	const dated = GOOD.replace('There are', '${new Date().toISOString()}:');
	const { answered, prompts } = await ask(await open(context), { ...DRAWN, implement: [dated] });
	assert.deepEqual(answered, { sentence: '2023-11-12T12:00:00.000Z: 300 on it.', value: 300, repairs: 0, reused: [] });
	assert.deepEqual(
		prompts.map(({ stage }) => stage),
		['scaffold', 'plan', 'implement'],
	);
	assert.match(prompts[0]?.messages.at(-1)?.content ?? '', /Today is 2023-11-12/);
});

test('a plan with an unknown tool is made again, and a program that throws is repaired', async (context) => {
	const { answered, prompts } = await ask(await open(context), {
		...DRAWN,
		plan: [UNKNOWN, GOOD],
		implement: [THROWING],
		reflect: [GOOD],
	});
	assert.equal(answered.value, 300);
	assert.equal(answered.repairs, 2);
	assert.match(prompts[2]?.messages.at(-1)?.content ?? '', /bank\.getAccount/);
	assert.match(prompts.at(-1)?.messages.at(-1)?.content ?? '', /not today/);
});

test('a write goes out without being asked about, and once, though its program is repaired', async (context) => {
	const session = 'written';
	const writing = (rest: string) =>
		program(`  await bank.openAccount({ account, password: 'p', name: 'Ada' });\n  await bank.getAccount({ account });\n${rest}`);
	const throwing = writing("  throw new Error('not today');\n  return 1;");
	const { answered } = await ask(
		await open(context),
		{ ...DRAWN, implement: [throwing], reflect: [writing('  return 1;')] },
		{ world: { session } },
	);
	assert.equal(answered.value, 1);
	const bank = await openBank();
	assert.deepEqual(bank.opened(session), [{ account: 'a-1', password: 'p', name: 'Ada' }]);
});

describe('from task to task', () => {
	const CALL = "const sum = await balanceOf('a-2');\nreturn answer(`${sum}`, sum);";

	test('a function that one task left answers the next one, whose server has another address', async (context) => {
		const folder = await newFolder(context);
		const first = await open(context, undefined, folder);
		assert.equal(await first.functions?.(), 0);
		const before = await ask(first, { ...DRAWN, implement: [GOOD] });
		assert.equal(await first.functions?.(), 1);
		await first.close?.();
		const next = await open(context, undefined, folder);
		const bank = await openBank();
		const sent = bank.requests.length;
		const { answered, prompts, world } = await ask(next, { scaffold: [CALL] }, { world: { session: 'another' } });
		assert.deepEqual(answered, { sentence: '700', value: 700, repairs: 0, reused: ['balanceOf'] });
		assert.equal(prompts.length, 1);
		assert.deepEqual(bank.requests.slice(sent), ['GET /s/another/accounts/a-2']);
		// Else each would be looked at anew before it is offered.
		const hashes = ({ world: { toolbox } }: Pick<Asked, 'world'>) => [...toolbox.tools].map(([id, tool]) => [id, tool.schemaHash]);
		assert.deepEqual(hashes({ world }), hashes(before));
		assert.equal(next.inOrder, true);
	});

	test('nothing is left without repository: tasks may be asked in any order', async (context) => {
		const strategy = await open(context, 'repository');
		await ask(strategy, { ...DRAWN, implement: [GOOD] });
		const { prompts } = await ask(strategy, { ...DRAWN, implement: [GOOD] });
		assert.equal(prompts.length, 3);
		assert.equal(strategy.inOrder, undefined);
		assert.equal(strategy.functions, undefined);
	});
});

describe('a dialogue', () => {
	const text = 'Can you help me open a bank account?';
	const wanted = { account: 'john@example.com', password: 'abc123', name: 'John Smith' };

	test('a program asks for what the question leaves out', async (context) => {
		const session = 'asking';
		const head = '/** Opens an account for the person. */\nasync function openFor(): Promise<boolean>';
		const main = "const opened = await openFor();\nreturn answer(opened ? 'Your account is open.' : 'It was not opened.', opened);";
		const asking = `${head} {
  const account = await human.input({ question: 'What account identifier would you like to use?' });
  const password = await human.input({ question: 'What password?' });
  const name = await human.input({ question: 'What is your full name?' });
  return (await bank.openAccount({ account, password, name })).success;
}
${main}`;
		const script = { scaffold: [`${head} {}\n${main}`], plan: [asking], implement: [asking] };
		const { answered, prompts, questions } = await ask(await open(context), script, {
			asked: { text },
			world: { session, says: Object.values(wanted) },
		});
		assert.equal(answered.sentence, 'Your account is open.');
		assert.deepEqual(
			questions.map((question) => [question.kind, question.text]),
			[
				['input', 'What account identifier would you like to use?'],
				['input', 'What password?'],
				['input', 'What is your full name?'],
			],
		);
		assert.deepEqual((await openBank()).opened(session), [wanted]);
		assert.match(prompts[0]?.messages[0]?.content ?? '', /never made up: the function asks the person/);
		assert.match(prompts[1]?.messages[0]?.content ?? '', /human\.input/);
	});

	test('an answer asks, and a later turn has what was said meanwhile', async (context) => {
		const session = 'turns';
		const strategy = await open(context, 'scaffold');
		const asks = (question: string) => `return answer(${JSON.stringify(question)}, ${JSON.stringify(question)});`;
		const said = [text, `My email address, ${wanted.account}`, `Let's use "${wanted.password}"`];
		const replied = [
			'What account identifier would you like to use?',
			'And what password would you like to use for it?',
			'Your full name?',
		];
		const earlier: Turn[] = [];
		for (const [at, question] of said.entries()) {
			const reply = asks(replied[at] ?? '');
			const { answered } = await ask(
				strategy,
				{ plan: [reply], implement: [reply] },
				{ asked: { text: question, earlier: [...earlier] }, world: { session } },
			);
			assert.equal(answered.failure, undefined);
			earlier.push({ question, answer: answered.sentence });
		}
		const opening = `const { success } = await bank.openAccount(${JSON.stringify(wanted)});\nreturn answer('Your account is open.', success);`;
		const { answered, prompts } = await ask(
			strategy,
			{ plan: [opening], implement: [opening] },
			{ asked: { text: wanted.name, earlier }, world: { session } },
		);
		assert.equal(answered.sentence, 'Your account is open.');
		assert.deepEqual((await openBank()).opened(session), [wanted]);
		for (const { messages } of prompts) {
			const prompt = messages.at(-1)?.content ?? '';
			for (const part of [...said, ...replied]) assert.ok(prompt.includes(part), part);
			assert.match(prompt, /Question: John Smith/);
		}
	});

	test('what a chat would have forgotten is not there', async (context) => {
		const earlier = Array.from({ length: 9 }, (_, at) => ({ question: `Question ${at}?`, answer: `${at} ${'x'.repeat(400)} end` }));
		const { prompts } = await ask(await open(context), { ...DRAWN, implement: [GOOD] }, { asked: { earlier } });
		const prompt = prompts[0]?.messages.at(-1)?.content ?? '';
		assert.deepEqual(
			[...prompt.matchAll(/Q: Question (\d)/g)].map(([, at]) => at),
			['3', '4', '5', '6', '7', '8'],
		);
		assert.doesNotMatch(prompt, /x end/);
	});
});

describe('an ablation', () => {
	test('is named after what it leaves out', async (context) => {
		const names = await Promise.all(
			(['scaffold', 'repository', 'reflection', 'typeCheck'] as const).map(async (stage) => (await open(context, stage)).name),
		);
		assert.deepEqual(names, [
			'toolcoder-without-scaffold',
			'toolcoder-without-repository',
			'toolcoder-without-reflection',
			'toolcoder-without-type-check',
		]);
	});

	test('without reflection the first exception is the end', async (context) => {
		const { answered } = await ask(await open(context, 'reflection'), { ...DRAWN, implement: [THROWING] });
		assert.deepEqual([answered.failure, answered.repairs], ['exception', 0]);
	});

	test('without type check a program runs that does not fit', async (context) => {
		const mistyped = program('  Math.round(account);\n  return (await bank.getAccount({ account })).balance;');
		const { answered } = await ask(await open(context, 'typeCheck'), { ...DRAWN, implement: [mistyped] });
		assert.deepEqual([answered.value, answered.repairs], [300, 0]);
	});
});
