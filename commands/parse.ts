import { UserError } from '../src/errors.ts';
import type { Command, CommandOption, Request } from './command.ts';

/** What macOS and some chats make of `--` in front of a word. */
const DASHES = /^(?:—|–{1,2})(?=\p{L})/u;

export interface ParsedCommand {
	readonly command: Command;
	readonly options: Request['options'];
}

/**
 * A typed line as a command with its options: `/toolset add movies https://… --base-url https://…`. A line without a leading slash is a question.
 * Throws `bad-input` with the usage for what does not parse, and with the nearest command for one that does not exist.
 */
export function parseLine(line: string, table: readonly Command[]): ParsedCommand {
	const trimmed = line.trim();
	if (!trimmed.startsWith('/')) return parseOptions(find(['ask'], table), trimmed);
	const [, first = '', afterFirst = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(trimmed) ?? [];
	const group = table.filter((command) => command.path[0] === first.toLowerCase());
	if (group.length === 0) throw unknownCommand(`/${first}`, table);
	const alone = group.find((command) => command.path.length === 1);
	if (alone) return parseOptions(alone, afterFirst);
	const [, second = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(afterFirst) ?? [];
	const command = group.find((candidate) => candidate.path[1] === second.toLowerCase());
	if (!command) {
		const choices = group.map((candidate) => `  ${usage(candidate)}`).join('\n');
		throw new UserError(
			'bad-input',
			`${second === '' ? `/${first} needs one of these:` : `There is no /${first} ${second}. Try:`}\n${choices}`,
		);
	}
	return parseOptions(command, rest);
}

/** `/toolset add <name> <source> [--base-url <base-url>]`, without what is internal. */
export function usage(command: Command): string {
	const offered = command.options.filter(({ internal }) => !internal);
	const options = offered.map((option) => {
		const named = {
			word: `<${option.name}>`,
			rest: `<${option.name}>`,
			flag: `--${option.name}`,
			value: `--${option.name} <${option.name}>`,
		}[option.kind];
		return option.required ? named : `[${named}]`;
	});
	return [`/${command.path.join(' ')}`, ...options].join(' ');
}

/** The command as a line that says the same: what a button that confirms it carries, and `parseLine` reads. */
export function lineOf({ path, options: declared }: Command, options: Request['options']): string {
	const words = declared.flatMap(({ name, kind }) => {
		const value = options[name];
		if (value === undefined) return [];
		if (kind === 'flag') return [`--${name}`];
		return kind === 'value' ? [`--${name}`, quoted(String(value))] : [kind === 'rest' ? String(value) : quoted(String(value))];
	});
	return [`/${path.join(' ')}`, ...words].join(' ');
}

/** Besides quotes, dashes of any kind begin what is not taken as it is. */
function quoted(word: string): string {
	return /^[\p{L}\p{N}$_]\S*$/u.test(word) ? word : `"${word.replaceAll('"', '')}"`;
}

function find(path: readonly string[], table: readonly Command[]): Command {
	const command = table.find((candidate) => candidate.path.join(' ') === path.join(' '));
	if (!command) throw new Error(`the command table has no ${path.join(' ')}`);
	return command;
}

function parseOptions(command: Command, textAfter: string): ParsedCommand {
	const options: Record<string, string | boolean> = {};
	const positional = command.options.filter((option) => option.kind === 'word' || option.kind === 'rest');
	let rest = textAfter.trim();
	let next = 0;
	while (rest !== '') {
		const wanted = positional[next];
		const { word: typed, quoted, after } = takeWord(rest);
		const word = quoted ? typed : typed.replace(DASHES, '--');
		// In front of free text only what is an option is taken for one.
		if (wanted?.kind === 'rest' && !flagOf(command, word)) {
			options[wanted.name] = rest;
			break;
		}
		rest = after;
		if (!quoted && word.startsWith('--')) {
			rest = takeFlag(command, word, rest, options);
		} else if (wanted) {
			const following = takeWord(rest);
			const both = `${word}-${following.word}`.toLowerCase();
			const isOneChoice = !quoted && !following.quoted && wanted.choices?.includes(both) === true;
			options[wanted.name] = isOneChoice ? both : word;
			if (isOneChoice) rest = following.after;
			next += 1;
		} else {
			throw misuse(command, `"${word}" is one word too many.`);
		}
	}
	const missing = command.options.find((option) => option.required && options[option.name] === undefined);
	if (missing) throw misuse(command, `The ${missing.name} is missing: ${missing.description}.`);
	return { command, options };
}

/** Sets the option that `--name` or `--name=value` names, and gives what follows it. */
function takeFlag(command: Command, word: string, rest: string, options: Record<string, string | boolean>): string {
	const [name = '', ...joined] = word.slice(2).split('=');
	const option = flagOf(command, word);
	if (!option) throw misuse(command, `There is no option --${name} here.`);
	if (option.kind === 'flag') {
		options[name] = true;
		return rest;
	}
	if (joined.length > 0) {
		options[name] = joined.join('=');
		return rest;
	}
	const value = takeWord(rest);
	if (value.word === '' && !value.quoted) throw misuse(command, `--${name} needs a value: ${option.description}.`);
	options[name] = value.word;
	return value.after;
}

/** The option that `--name` or `--name=value` names. */
function flagOf(command: Command, word: string): CommandOption | undefined {
	const name = /^--([^=]+)/.exec(word)?.[1];
	return command.options.find((option) => (option.kind === 'flag' || option.kind === 'value') && option.name === name);
}

/** The first word; in quotes (straight or typographic, as chats type them) it may hold spaces. */
function takeWord(line: string): { word: string; quoted: boolean; after: string } {
	const quoted = /^(?:"([^"]*)"|'([^']*)'|“([^”]*)”)(?=\s|$)\s*/.exec(line);
	if (quoted) return { word: quoted[1] ?? quoted[2] ?? quoted[3] ?? '', quoted: true, after: line.slice(quoted[0].length) };
	const plain = /^(\S*)\s*/.exec(line);
	return { word: plain?.[1] ?? '', quoted: false, after: line.slice(plain?.[0].length ?? 0) };
}

function misuse(command: Command, problem: string): UserError {
	return new UserError('bad-input', `${problem}\nUsage: ${usage(command)}`);
}

/** @param typed with its slash */
export function unknownCommand(typed: string, table: readonly Command[]): UserError {
	const names = [...new Set(table.map((command) => `/${command.path[0]}`))];
	return new UserError(
		'bad-input',
		`There is no command ${typed}. There are ${names.join(', ')}; /help explains them. A question needs no command.`,
	);
}
