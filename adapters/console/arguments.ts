import { parseArgs } from 'node:util';
import { messageOf } from '../../src/errors.ts';

export const USAGE = `Usage:
  npm start                                   answer in the chats that are set up; without any, as npm start -- console
  npm start -- console                        ask in an interactive console, or pipe questions in, one a line
  npm start -- chats                          answer in the chats that are set up (Slack, Discord)
  npm start -- chats console                  both at once; who leaves the console ends the bot
  npm run ask -- "question or /command"       one question; exits with 0 only when it was answered
  npm start -- health                         check that the bot works, on OPS_PORT where it is set; exits with 0 when it does
  npm start -- check                          look at all that is set and start nothing; exits with 0 when it works
  npm start -- rotate-key                     seal what is stored with a new ENCRYPTION_KEY (the former in ENCRYPTION_KEY_PREVIOUS)
  npm start -- erase <workspace> [--yes]      list what is stored of a workspace; with --yes, remove all of it
  npm start --silent -- export <workspace>    write all of a workspace to standard output, as JSON lines and without credentials
  npm start -- import <file>                  restore an export into a workspace that has nothing
Options:
      --json                                  progress events and answers as JSON lines (piped, or with ask)
      --allow-writes                          let programs that the console asks for change data without asking
      --dry-run                               change nothing: list what programs would send
  -h, --help                                  show this
`;

/** What an operator does with the data of one workspace. */
export type DataCommand = 'export' | 'erase' | 'import';

export interface Arguments {
	/** When left out: the chats that are set up, or else the console. */
	readonly mode?: 'console' | 'chats' | 'chats and console' | 'ask' | 'health' | 'check' | 'rotate-key' | DataCommand;
	/** The question or command of `ask`, the workspace of `export` and `erase`, the file of `import`. */
	readonly text: string;
	/** `erase` is to be done, not only told of. */
	readonly yes: boolean;
	readonly json: boolean;
	readonly allowWrites: boolean;
	/** It comes before `allowWrites`. */
	readonly dryRun: boolean;
	readonly help: boolean;
	/** What cannot be understood. */
	readonly problem?: string;
}

/** What the words after the program's name ask for. Never throws. */
export function readArguments(args: readonly string[]): Arguments {
	const nothing = { text: '', yes: false, json: false, allowWrites: false, dryRun: false, help: false };
	try {
		const { values, positionals } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				json: { type: 'boolean' },
				'allow-writes': { type: 'boolean' },
				'dry-run': { type: 'boolean' },
				yes: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
		if (values.help) return { ...nothing, help: true };
		const [first = '', ...rest] = positionals;
		if (first === 'export' || first === 'erase' || first === 'import')
			return { ...nothing, ...dataArguments(first, rest, values.yes === true) };
		if (values.yes) return { ...nothing, problem: '--yes goes with erase alone.' };
		const asking = first === 'ask';
		const text = asking ? rest.join(' ').trim() : '';
		if (asking && text === '') return { ...nothing, problem: 'The question is missing.' };
		const mode = asking ? 'ask' : modeOf(positionals);
		if (mode === 'unknown') return { ...nothing, problem: `There is no way of starting called ${positionals.join(' ')}.` };
		const flags = { json: values.json === true, allowWrites: values['allow-writes'] === true, dryRun: values['dry-run'] === true };
		return { ...nothing, mode, text, ...flags };
	} catch (error) {
		return { ...nothing, problem: messageOf(error) };
	}
}

function dataArguments(mode: DataCommand, rest: readonly string[], yes: boolean): Partial<Arguments> {
	const [text = ''] = rest;
	if (text === '' || rest.length > 1) {
		const [what, example] = mode === 'import' ? ['file', 'T1.jsonl'] : ['workspace', 'slack:T1'];
		return { problem: `Name one ${what}: npm start -- ${mode} ${example}` };
	}
	if (yes && mode !== 'erase') return { problem: '--yes goes with erase alone.' };
	return { mode, text, yes };
}

/** What can be served at once may be named in any order. */
function modeOf(words: readonly string[]): Arguments['mode'] | 'unknown' {
	switch ([...new Set(words)].sort().join(' ')) {
		case '':
			return undefined;
		case 'chats':
			return 'chats';
		case 'console':
			return 'console';
		case 'chats console':
			return 'chats and console';
		case 'health':
			return 'health';
		case 'check':
			return 'check';
		case 'rotate-key':
			return 'rotate-key';
		default:
			return 'unknown';
	}
}
