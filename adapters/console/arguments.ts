import { parseArgs } from 'node:util';
import { messageOf } from '../../src/errors.ts';

export const USAGE = `Usage:
  npm start                                   answer in the chats that are set up; without any, as npm start -- console
  npm start -- console                        ask in an interactive console, or pipe questions in, one a line
  npm run ask -- "question or /command"       one question; exits with 0 only when it was answered
  npm start -- health                         check that the storage and the sandbox work; exits with 0 when they do
Options:
      --json                                  progress events and answers as JSON lines (piped, or with ask)
      --allow-writes                          let programs change data without asking
  -h, --help                                  show this
`;

export interface Arguments {
	/** When left out: the chats that are set up, or else the console. */
	readonly mode?: 'console' | 'ask' | 'health';
	/** The question or command of `ask`. */
	readonly text: string;
	readonly json: boolean;
	readonly allowWrites: boolean;
	readonly help: boolean;
	/** What cannot be understood. */
	readonly problem?: string;
}

/** What the words after the program's name ask for. Never throws. */
export function readArguments(args: readonly string[]): Arguments {
	const nothing = { text: '', json: false, allowWrites: false, help: false };
	try {
		const { values, positionals } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: { json: { type: 'boolean' }, 'allow-writes': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
		});
		const [mode, ...words] = positionals;
		const text = words.join(' ').trim();
		if (values.help) return { ...nothing, help: true };
		if (mode !== undefined && mode !== 'console' && mode !== 'ask' && mode !== 'health') {
			return { ...nothing, problem: `There is no way of starting called ${mode}.` };
		}
		if (mode === 'ask' && text === '') return { ...nothing, problem: 'The question is missing.' };
		return { ...nothing, mode, text, json: values.json === true, allowWrites: values['allow-writes'] === true };
	} catch (error) {
		return { ...nothing, problem: messageOf(error) };
	}
}
