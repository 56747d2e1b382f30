import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { PersonQuestion } from '../../../src/toolset/tool.ts';
import { result } from '../../runs/scripted-answer.ts';
import { openConsole, openFolder, type Script } from './console-session.ts';
import { CTRL_C, CTRL_D, ENTER } from './terminal.ts';

const ALBUM: PersonQuestion = { kind: 'choose', text: 'Which album?', options: ['Let It Be', 'Help!'] };

/** Asks these, all at once. */
const asks = (...questions: readonly PersonQuestion[]): Script =>
	async function* (hands) {
		yield { type: 'status', text: 'Working…' };
		const said = await Promise.all(questions.map((question) => hands.ask(question)));
		yield result(`said: ${said.join(', ')}`);
	};

test('a question is put again until a line answers it, and answers are no history', async (context) => {
	const { terminal, historyFile, close } = await openConsole(context, await openFolder(context), { album: asks(ALBUM) });
	terminal.type(`album${ENTER}`);
	await terminal.says('The program asks: Which album?\n  1. Let It Be\n  2. Help!\n');
	await terminal.says('Which one? (nothing cancels) ');
	terminal.type(`3${ENTER}`);
	await terminal.says('Type one of the options, or 1 to 2.');
	await terminal.says('Which one? (nothing cancels) ');
	terminal.type(`2${ENTER}`);
	await terminal.says('said: Help!');
	await close();
	assert.equal(await readFile(historyFile, 'utf8'), 'album\n');
});

test('several at once are put one after the other', async (context) => {
	const both = asks({ kind: 'confirm', text: 'Really?' }, { kind: 'input', text: 'Called what?' });
	const { terminal } = await openConsole(context, await openFolder(context), { both });
	terminal.type(`both${ENTER}`);
	await terminal.says('Really?');
	await terminal.says('[y/n] (nothing cancels) ');
	terminal.type(`n${ENTER}`);
	await terminal.says('Called what?');
	await terminal.says('Your answer (nothing cancels): ');
	terminal.type(` the white one ${ENTER}`);
	await terminal.says('said: false, the white one');
});

test('an empty line cancels, Ctrl-C stops, and the console goes on', async (context) => {
	const { terminal } = await openConsole(context, await openFolder(context), { album: asks(ALBUM) });
	for (const [typed, told] of [
		[ENTER, 'What the program asked was cancelled, so it was stopped there.'],
		[CTRL_C, 'Stopped by you.'],
	] as const) {
		terminal.type(`album${ENTER}`);
		await terminal.says('Which one? (nothing cancels) ');
		terminal.type(typed);
		await terminal.says(told);
		await terminal.says('> ');
	}
	terminal.type(`next${ENTER}`);
	await terminal.says('an answer to next');
});

test('the end of the input leaves it unanswered; the next start asks again', async (context) => {
	const folder = await openFolder(context);
	const first = await openConsole(context, folder, { album: asks(ALBUM) });
	first.terminal.type(`album${ENTER}`);
	await first.terminal.says('Which one? (nothing cancels) ');
	first.terminal.type(CTRL_D);
	await first.left;
	await first.close();
	assert.doesNotMatch(first.terminal.written, /said|cancelled|No answer/);
	const second = await openConsole(context, folder, { album: asks(ALBUM) });
	await second.terminal.says('Going on with: album\n');
	await second.terminal.says('Which one? (nothing cancels) ');
	second.terminal.type(`help!${ENTER}`);
	await second.terminal.says('said: Help!');
});
