import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { FunctionKey } from '../../../src/repository/function-record.ts';
import { store } from '../../repository/stored-functions.ts';
import { result, until } from '../../runs/scripted-answer.ts';
import { answers, openConsole, openFolder, type Script, slow, WRITE, writes } from './console-session.ts';
import { CTRL_C, CTRL_D, ENTER } from './terminal.ts';

const earlier: Script = answers(({ run }) => `after ${run.question.earlier.length}`);

describe('typing', () => {
	test('history is read and written, and holds no yes or no', async (context) => {
		const folder = await openFolder(context);
		await mkdir(path.join(folder, 'data'));
		await writeFile(path.join(folder, 'data', 'history'), 'first\nsecond\n');
		const { terminal, historyFile, close } = await openConsole(context, folder, { write: writes(1) });
		terminal.type('\u001b[A\u001b[A');
		await terminal.says('first');
		terminal.type(ENTER);
		await terminal.says('an answer to first');
		await terminal.says('> ');
		terminal.type(`write${ENTER}`);
		await terminal.says('[y/N/d = dry run] ');
		terminal.type(`y${ENTER}`);
		await terminal.says('sent: true');
		await close();
		assert.equal(await readFile(historyFile, 'utf8'), 'first\nsecond\nfirst\nwrite\n');
	});

	test('a history that cannot be used keeps nobody from asking', async (context) => {
		const folder = await openFolder(context);
		await mkdir(path.join(folder, 'data', 'history'), { recursive: true });
		const { terminal } = await openConsole(context, folder, {});
		terminal.type(`hello${ENTER}`);
		await terminal.says('an answer to hello');
	});

	test('lines typed during a run wait for it, and each is done once', async (context) => {
		const { terminal, release } = await openConsole(context, await openFolder(context), { slow });
		terminal.type(`slow${ENTER}`);
		await terminal.says('Working…');
		terminal.type(`next${ENTER}/nonsense${ENTER}`);
		release();
		await terminal.says('slow: done');
		await terminal.says('> next');
		await terminal.says('an answer to next');
		await terminal.says('There is no command /nonsense');
		assert.equal(terminal.written.match(/an answer to next/g)?.length, 1);
	});

	test('what was typed is taken up at once, and nothing of that stays', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), {});
		terminal.type(`/nonsense${ENTER}`);
		await terminal.says('One moment…');
		await terminal.says('There is no command /nonsense');
		assert.doesNotMatch(terminal.screen().join('\n'), /One moment/);
	});

	test('/exit and /quit leave', async (context) => {
		for (const farewell of ['/exit', ' /quit ']) {
			const { terminal, left } = await openConsole(context, await openFolder(context), {});
			terminal.type(`${farewell}${ENTER}`);
			await left;
		}
	});

	test('tables are as wide as the terminal is when they are drawn', async (context) => {
		const wide: Script = async function* () {
			yield { ...result(''), value: [{ text: 'word '.repeat(30) }] };
		};
		const { terminal } = await openConsole(context, await openFolder(context), { wide });
		terminal.output.columns = 40;
		terminal.type(`wide${ENTER}`);
		await terminal.says('┘');
		const border = terminal.screen().find((line) => line.includes('┌'));
		assert.equal(border?.length, 40);
	});
});

describe('a command that destroys something', () => {
	const QUESTION = 'Delete the function `f` for good? [y/N] ';
	const open = async (context: TestContext) => {
		const session = await openConsole(context, await openFolder(context), {});
		await store(session.functions, '/** F. */\nasync function f(): Promise<void> {}');
		session.terminal.type(`/functions forget f --for-good${ENTER}`);
		await session.terminal.says(QUESTION);
		return { ...session, isKept: async () => (await session.functions.get('console:local', 'f')) !== undefined };
	};

	for (const refusal of ['', 'n', 'forget it']) {
		test(`does nothing when the answer is “${refusal}”`, async (context) => {
			const { terminal, isKept } = await open(context);
			terminal.type(`${refusal}${ENTER}`);
			await terminal.says('Nothing was changed.');
			assert.equal(await isKept(), true);
		});
	}

	test('is told with what follows from it first, and asked about on the last line', async (context) => {
		const { terminal, functions } = await openConsole(context, await openFolder(context), {});
		const put = (name: string, uses: readonly FunctionKey[]) =>
			store(functions, `/** F. */\nasync function ${name}(): Promise<void> {}`, { hash: name, uses });
		await put('f', []);
		await put('g', [{ name: 'f', version: 1 }]);
		terminal.type(`/functions forget f --for-good${ENTER}`);
		await terminal.says(QUESTION);
		const lines = terminal.screen().filter((line) => line.trim() !== '');
		const asked = lines.findIndex((line) => line.startsWith(QUESTION.trim()));
		assert.deepEqual(
			lines.slice(asked - 2, asked).map((line) => line.trim()),
			['`g` calls `f` and could not be reused any more.', 'Nothing could restore it.'],
		);
		terminal.type(ENTER);
		await terminal.says('Nothing was changed.');
	});

	test('is done after a yes, which is no part of the history', async (context) => {
		const { terminal, isKept, historyFile, close } = await open(context);
		terminal.type(`y${ENTER}`);
		await terminal.says('Deleted `f` for good.');
		assert.equal(await isKept(), false);
		await close();
		assert.equal(await readFile(historyFile, 'utf8'), '/functions forget f --for-good\n');
	});

	test('is given up with Ctrl-C, and the console goes on', async (context) => {
		const { terminal, isKept } = await open(context);
		terminal.type(CTRL_C);
		await terminal.says('Nothing was changed.');
		assert.equal(await isKept(), true);
		terminal.type(`hello${ENTER}`);
		await terminal.says('an answer to hello');
	});

	test('is not done when the person leaves', async (context) => {
		const { terminal, left, isKept } = await open(context);
		terminal.type(CTRL_D);
		await left;
		await terminal.says('Nothing was changed.');
		assert.equal(await isKept(), true);
	});

	test('does not ask about what there is not', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), {});
		terminal.type(`/functions forget nothing${ENTER}`);
		await terminal.says('There is no stored function named nothing');
		assert.doesNotMatch(terminal.written, /for good/);
	});
});

describe('sessions', () => {
	test('remember what was said in them, and nothing of others', async (context) => {
		const folder = await openFolder(context);
		const first = await openConsole(context, folder, { a: earlier, b: earlier });
		first.terminal.type(`a${ENTER}`);
		await first.terminal.says('after 0');
		first.terminal.type(`b${ENTER}`);
		await first.terminal.says('after 1');
		await first.close();
		const second = await openConsole(context, folder, { c: earlier });
		second.terminal.type(`c${ENTER}`);
		await second.terminal.says('after 0');
	});
});

describe('Ctrl-C', () => {
	test('stops the run, and the next question works', async (context) => {
		const { terminal, unfinished } = await openConsole(context, await openFolder(context), { slow });
		for (let time = 0; time < 2; time++) {
			terminal.type(`slow${ENTER}`);
			await terminal.says('Working…');
			terminal.type(CTRL_C);
			await terminal.says('Stopping…');
			await terminal.says('Stopped by you.');
			await terminal.says('> ');
		}
		terminal.type(`next${ENTER}`);
		await terminal.says('an answer to next');
		await terminal.says('> ');
		assert.deepEqual(await unfinished(), []);
	});

	test('right after the question was entered stops it, too', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), { slow });
		// What ended processes have left is looked for first; a line that waits for that is not begun, and Ctrl-C leaves.
		terminal.type(`/runs${ENTER}`);
		await terminal.says('You have not asked anything yet.');
		terminal.type(`slow${ENTER}`);
		await terminal.says('slow');
		// The line is done as soon as readline has handed it over; nothing of the run was shown by then.
		await new Promise((resolve) => setImmediate(resolve));
		terminal.type(CTRL_C);
		await terminal.says('Stopped by you.');
	});

	test('leaves when nothing goes on', async (context) => {
		const { terminal, left } = await openConsole(context, await openFolder(context), {});
		await terminal.says('> ');
		terminal.type(CTRL_C);
		await left;
	});

	test('leaves when it is pressed again', async (context) => {
		const stubborn: Script = async function* (hands) {
			yield { type: 'status', text: 'Working…' };
			await hands.released().catch(() => new Promise((resolve) => setTimeout(resolve, 300)));
			yield result('too late');
		};
		const { terminal, left } = await openConsole(context, await openFolder(context), { stubborn });
		terminal.type(`stubborn${ENTER}`);
		await terminal.says('Working…');
		terminal.type(CTRL_C);
		await terminal.says('Stopping…');
		terminal.type(CTRL_C);
		await left;
		assert.doesNotMatch(terminal.written, /Result/);
	});

	test('stops a run whose write waits for a yes', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), { write: writes(1) });
		terminal.type(`write${ENTER}`);
		await terminal.says('[y/N/d = dry run] ');
		terminal.type(CTRL_C);
		await terminal.says('Stopped by you.');
		await terminal.says('> ');
		terminal.type(`next${ENTER}`);
		await terminal.says('an answer to next');
	});
});

describe('a write', () => {
	test('goes out after a yes alone', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), { write: writes(1) });
		for (const [reply, allowed] of [
			['n', false],
			['', false],
			['yes please', false],
			['Y', true],
			['yes', true],
		] as const) {
			terminal.type(`write${ENTER}`);
			await terminal.says('POST http://127.0.0.1/watchlist/1\n');
			await terminal.says('[y/N/d = dry run] ');
			terminal.type(`${reply}${ENTER}`);
			await terminal.says(`sent: ${allowed}`);
			await terminal.says('> ');
		}
	});

	test('that deletes goes out only when yes, or its tool, is typed after a second look', async (context) => {
		const removal = { ...WRITE, method: 'DELETE', effect: 'destructive', secondLook: true } as const;
		const { terminal } = await openConsole(context, await openFolder(context), {
			async *remove(hands) {
				yield result(`said: ${await hands.decide(removal)}`);
			},
		});
		for (const [again, said] of [
			['', 'refused'],
			['y', 'refused'],
			['yes', 'allowed'],
			['movies.add', 'allowed'],
		] as const) {
			terminal.type(`remove${ENTER}`);
			await terminal.says('The program wants to delete or overwrite data with movies.add:');
			await terminal.says('Send it? [y/N/d = dry run] ');
			terminal.type(`y${ENTER}`);
			await terminal.says('Look again: this may delete or overwrite data. Type movies.add or yes to send it: ');
			terminal.type(`${again}${ENTER}`);
			await terminal.says(`said: ${said}`);
			await terminal.says('> ');
		}
	});

	test('can be a dry run instead', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), {
			async *write(hands) {
				yield result(`said: ${await hands.decide(WRITE)}`);
			},
		});
		terminal.type(`write${ENTER}`);
		await terminal.says('[y/N/d = dry run] ');
		terminal.type(`d${ENTER}`);
		await terminal.says('said: dry-run');
	});

	test('several at once are asked about one after the other', async (context) => {
		const { terminal } = await openConsole(context, await openFolder(context), { write: writes(3) });
		terminal.type(`write${ENTER}`);
		for (const [at, reply] of ['y', 'n', 'y'].entries()) {
			await terminal.says(`/watchlist/${at + 1}\n`);
			await terminal.says('[y/N/d = dry run] ');
			terminal.type(`${reply}${ENTER}`);
		}
		await terminal.says('sent: true, false, true');
	});

	test('is not answered by what was typed before the question was there', async (context) => {
		const { terminal, release } = await openConsole(context, await openFolder(context), {
			async *write(hands) {
				yield { type: 'status', text: 'Working…' };
				await hands.released();
				yield* writes(1)(hands);
			},
		});
		terminal.type(`write${ENTER}`);
		await terminal.says('Working…');
		terminal.type('y');
		release();
		await terminal.says('[y/N/d = dry run] ');
		terminal.type(ENTER);
		await terminal.says('sent: false');
	});

	test('the question stays visible while other things go on', async (context) => {
		const { terminal, logger } = await openConsole(context, await openFolder(context), {
			async *write(hands) {
				const allowed = hands.confirm({ tool: 'movies.add', effect: 'write', method: 'POST', url: 'http://127.0.0.1/watchlist' });
				yield { type: 'status', text: 'Working…' };
				await terminal.says('[y/N/d = dry run] ');
				for (let call = 0; call < 5; call++) {
					yield { type: 'tool-call', tool: `movies.read${call}`, ok: true, ms: 1 };
				}
				logger.warn('something to know');
				yield result(`sent: ${await allowed}`);
			},
		});
		terminal.type(`write${ENTER}`);
		await terminal.says('movies.read3');
		await terminal.says('something to know');
		// Longer than the progress line waits before it draws itself anew.
		await new Promise((resolve) => setTimeout(resolve, 250));
		assert.equal(terminal.screen().at(-1), 'Send it? [y/N/d = dry run]');
		assert.ok(terminal.screen().includes('POST http://127.0.0.1/watchlist'));
		terminal.type(`y${ENTER}`);
		await terminal.says('sent: true');
	});
});

describe('the end of the input', () => {
	test('during a write leaves it unanswered; the next start asks again', async (context) => {
		const folder = await openFolder(context);
		const first = await openConsole(context, folder, { write: writes(1) });
		first.terminal.type(`write${ENTER}`);
		await first.terminal.says('[y/N/d = dry run] ');
		first.terminal.type(CTRL_D);
		await first.left;
		assert.equal((await first.unfinished()).length, 1);
		await first.close();
		assert.doesNotMatch(first.terminal.written, /sent|Not done|No answer/);

		const second = await openConsole(context, folder, { write: writes(1) });
		await second.terminal.says('> ');
		await second.terminal.says('Going on with: write\n');
		await second.terminal.says('[y/N/d = dry run] ');
		second.terminal.type(`y${ENTER}`);
		await second.terminal.says('sent: true');
	});

	test('during a run leaves it to the next start', async (context) => {
		const folder = await openFolder(context);
		const first = await openConsole(context, folder, { slow });
		first.terminal.type(`slow${ENTER}`);
		await first.terminal.says('Working…');
		first.terminal.type(CTRL_D);
		await first.terminal.says('left to the next start');
		await first.close();
		const second = await openConsole(context, folder, { slow });
		await second.terminal.says('Going on with: slow\n');
		second.release();
		await second.terminal.says('slow: done');
		await until(async () => (await second.unfinished()).length === 0);
		await second.close();
		assert.doesNotMatch(second.terminal.written, /left to the next start/);
	});
});

describe('behind the prompt', () => {
	async function abandoned(context: Parameters<typeof openFolder>[0]) {
		const folder = await openFolder(context);
		const first = await openConsole(context, folder, { slow });
		first.terminal.type(`slow${ENTER}`);
		await first.terminal.says('Working…');
		await first.close();
		return folder;
	}

	test('a resumed run is shown above what is being typed, which waits for it', async (context) => {
		const { terminal, release } = await openConsole(context, await abandoned(context), { slow });
		await terminal.says('Going on with: slow\n');
		terminal.type('next');
		await terminal.says('next');
		release();
		await terminal.says('slow: done');
		await terminal.says('> next');
		assert.equal(terminal.screen().at(-1), '> next');
		assert.ok(terminal.screen().includes('  slow: done'));
		terminal.type(ENTER);
		await terminal.says('an answer to next');
	});

	test('several resumed runs say each what they go on with', async (context) => {
		const folder = await openFolder(context);
		const scripts = { one: slow, two: slow };
		const dead = [await openConsole(context, folder, scripts), await openConsole(context, folder, scripts)];
		for (const [at, { terminal }] of dead.entries()) {
			terminal.type(`${Object.keys(scripts)[at]}${ENTER}`);
			await terminal.says('Working…');
		}
		for (const { close } of dead) await close();
		const { terminal, release } = await openConsole(context, folder, scripts);
		await until(() => ['one', 'two'].every((text) => terminal.written.includes(`Going on with: ${text}\n`)), 'both going on');
		release();
		await until(() => ['one', 'two'].every((text) => terminal.written.includes(`${text}: done`)), 'both answers');
		// An answer stands below the question that was named last.
		const named = terminal.screen().filter((line) => /Going on with|done/.test(line));
		for (const [at, line] of named.entries()) {
			const answered = /(\w+): done/.exec(line)?.[1];
			if (answered) assert.equal(named[at - 1], `Going on with: ${answered}`);
		}
	});

	test('Ctrl-C stops a resumed run', async (context) => {
		const { terminal, unfinished } = await openConsole(context, await abandoned(context), { slow });
		await terminal.says('Going on with: slow\n');
		terminal.type(CTRL_C);
		await terminal.says('Stopped by you.');
		terminal.type(`next${ENTER}`);
		await terminal.says('an answer to next');
		await terminal.says('> ');
		assert.deepEqual(await unfinished(), []);
	});

	test('log lines go above the prompt', async (context) => {
		const { terminal, logger } = await openConsole(context, await openFolder(context), {});
		terminal.type('half a quest');
		await terminal.says('quest');
		logger.warn('something to know');
		await terminal.says('something to know');
		await terminal.says('> half a quest');
		assert.equal(terminal.screen().at(-1), '> half a quest');
		assert.match(terminal.screen().at(-2) ?? '', /something to know/);
	});
});
