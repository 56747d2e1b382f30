import type { Run } from '../src/runs/run.ts';
import { ask } from './ask.ts';
import { type AskingCommand, beginsRun } from './begin-run.ts';
import type { Request } from './command.ts';
import { parseLine } from './parse.ts';
import { commandTable } from './table.ts';

/**
 * The command that asks for the same as a run once more, without what was said about writes then. Throws `bad-input` when this version of the bot has no
 * such command any more.
 */
export function askedBy({ question, call }: Pick<Run, 'question' | 'call'>): { command: AskingCommand; options: Request['options'] } {
	// A question may begin with a slash, too.
	if (!call) return { command: ask, options: { question: question.text } };
	const { command, options } = parseLine(question.text, commandTable);
	if (!beginsRun(command)) throw new Error('a stored function is called by a command that begins a run');
	return { command, options };
}
