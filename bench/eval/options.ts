import { parseArgs } from 'node:util';
import { UserError } from '../../src/errors.ts';
import type { Task } from './contract.ts';
import { loopbackBase } from './session-server.ts';

export const USAGE = `npm run eval -- --suite <folder> --base http://127.0.0.1:<port> --strategy <name>[,<name>…] --model <name> --out <folder> [options]

Asks the tasks of a suite with one strategy or several, and reports what they reach and what they take. The same command again goes on where it stopped.
OPENAI_BASE_URL and OPENAI_API_KEY say which server has the model.

  --limit n         only the first n tasks
  --only 3,17       only these tasks, by their ids or by their numbers in the suite, from 0
  --repeat n        every task so often, each time from an empty repository (1)
  --concurrency n   tasks under way at once (1); a strategy that learns from task to task is asked in order, one by one, all the same
  --record file     appends all that the model is asked and says
  --replay file     answers from there, and asks no model; needs the same --base, since replies of tools can hold it
  --salt n          that the suite's server was started with (what the suite says, or 0)
`;

export interface Options {
	/** As `openSuite` takes it. */
	readonly suite: string;
	/** What `loopbackBase` gives. */
	readonly base: string;
	/** Each once. */
	readonly strategies: readonly string[];
	readonly model: string;
	readonly out: string;
	readonly limit?: number;
	readonly only?: readonly string[];
	readonly repeat: number;
	readonly concurrency: number;
	readonly record?: string;
	readonly replay?: string;
	readonly salt?: number;
}

const text = { type: 'string' } as const;
const REQUIRED = {
	suite: 'a folder, such as ../shared/eval/tmdb',
	base: "the address of the suite's server, such as http://127.0.0.1:8102",
	strategy: 'toolcoder, react or another strategy, several of them separated by commas',
	model: 'the name of a model at OPENAI_BASE_URL',
	out: 'a folder for the results',
};
const FREE = { limit: text, only: text, repeat: text, concurrency: text, record: text, replay: text, salt: text };

/** Throws one UserError that names every wrong option and its right form. */
export function readOptions(args: readonly string[]): Options {
	const values = parse(args);
	const problems: string[] = [];
	const required = (name: keyof typeof REQUIRED): string => {
		const value = values[name]?.trim() ?? '';
		if (value === '') problems.push(`--${name} is missing. It takes ${REQUIRED[name]}.`);
		return value;
	};
	const whole = (name: 'limit' | 'repeat' | 'concurrency' | 'salt', lowest: number): number | undefined => {
		const value = values[name];
		if (value === undefined) return undefined;
		if (/^\d{1,9}$/.test(value) && Number(value) >= lowest) return Number(value);
		problems.push(`--${name} takes a whole number from ${lowest} up, and not ${value}.`);
		return lowest;
	};
	const limit = whole('limit', 1);
	const salt = whole('salt', 0);
	const only = values.only === undefined ? undefined : listOf(values.only);
	if (only?.length === 0) problems.push('--only takes ids or numbers of tasks, such as 3,17.');
	const strategies = listOf(required('strategy'));
	if (values.strategy?.trim() && strategies.length === 0) problems.push(`--strategy takes ${REQUIRED.strategy}.`);
	const { record, replay } = values;
	if (record !== undefined && replay !== undefined)
		problems.push('--record and --replay exclude one another: what is replayed is recorded already.');
	for (const [name, file] of Object.entries({ record, replay })) if (file === '') problems.push(`--${name} takes the name of a file.`);
	const base = required('base');
	const options: Options = {
		suite: required('suite'),
		base: base === '' ? '' : attempt(() => loopbackBase(base), problems, ''),
		strategies,
		model: required('model'),
		out: required('out'),
		...(limit !== undefined && { limit }),
		...(only && { only }),
		repeat: whole('repeat', 1) ?? 1,
		concurrency: whole('concurrency', 1) ?? 1,
		...(record !== undefined && { record }),
		...(replay !== undefined && { replay }),
		...(salt !== undefined && { salt }),
	};
	if (problems.length > 0) throw new UserError('bad-input', problems.join('\n'));
	return options;
}

function parse(args: readonly string[]): Partial<Record<keyof typeof REQUIRED | keyof typeof FREE, string>> {
	try {
		return parseArgs({ args: [...args], options: { suite: text, base: text, strategy: text, model: text, out: text, ...FREE } }).values;
	} catch (cause) {
		const said = cause instanceof Error ? (cause.message.split(/[.\n]/)[0] ?? '') : '';
		throw new UserError('bad-input', `${said}. The options are --${[...Object.keys(REQUIRED), ...Object.keys(FREE)].join(', --')}.`, {
			cause,
		});
	}
}

/** Of those with commas in between, each once. */
function listOf(value: string): string[] {
	return [...new Set(value.split(',').map((part) => part.trim()))].filter((part) => part !== '');
}

function attempt<T>(of: () => T, problems: string[], otherwise: T): T {
	try {
		return of();
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		problems.push(error.userMessage);
		return otherwise;
	}
}

/** The tasks of a suite that are to be asked, in its order. Throws a UserError that names those there are not. */
export function chosenTasks(tasks: readonly Task[], { limit, only }: Pick<Options, 'limit' | 'only'>): readonly Task[] {
	const wanted = only?.map((name) => {
		const task = tasks.find(({ id }) => id === name) ?? (/^\d{1,9}$/.test(name) ? tasks[Number(name)] : undefined);
		if (task) return task;
		const ids = `${tasks[0]?.id} to ${tasks.at(-1)?.id}`;
		const numbers = `0 to ${tasks.length - 1}`;
		const named = ids === numbers ? ids : `${ids}, or ${numbers}`;
		throw new UserError('not-found', `--only ${name}: the suite has no such task. Its ${tasks.length} tasks are ${named}.`);
	});
	return (wanted ? tasks.filter((task) => wanted.includes(task)) : tasks).slice(0, limit);
}
