import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/json.ts';

/** What rows of one folder have in common. By the name of the option, or of the environment's variable. */
export type RunSettings = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** `run.json` of a folder. */
export interface RunFile {
	/** In the names of all sessions. */
	readonly run: string;
	/** How often it was begun, this time included. */
	readonly starts: number;
	readonly settings: RunSettings;
}

export interface BegunRun {
	/** Rows that the folder holds. */
	readonly rows: number;
	/** Names a new run. */
	readonly newRun: string;
}

/** In a folder: what its strategies have learnt, a folder for each of them and each repeat. */
export const STRATEGIES_FOLDER = 'strategies';

/**
 * Begins a run in a folder, or goes on with the one that is there. Rejects with a UserError that says what differs when the settings are not those that
 * it was begun with: its rows could not be compared. One without a row, as a wrong address leaves it, makes room for the new one with all it has learnt.
 */
export async function beginRun(folder: string, settings: RunSettings, { rows, newRun }: BegunRun): Promise<RunFile> {
	const file = path.join(folder, 'run.json');
	const found = await readRunFile(file);
	const differences = found ? differencesOf(found.settings, settings) : [];
	const isReplaced = differences.length > 0 && rows === 0;
	if (isReplaced) await rm(path.join(folder, STRATEGIES_FOLDER), { recursive: true, force: true });
	const before = isReplaced ? undefined : found;
	if (before && differences.length > 0) {
		throw new UserError(
			'bad-input',
			`${folder} holds another run:\n${differences.join('\n')}\nRepeat its command to go on with it, or choose another --out.`,
		);
	}
	const run: RunFile = { run: before?.run ?? newRun, starts: (before?.starts ?? 0) + 1, settings };
	// Whole or not at all: without it, the rows beside it belong to no run.
	await writeFile(`${file}.new`, `${JSON.stringify(run, undefined, '\t')}\n`);
	await rename(`${file}.new`, file);
	return run;
}

async function readRunFile(file: string): Promise<RunFile | undefined> {
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
	try {
		return text === undefined ? undefined : (JSON.parse(text) as RunFile);
	} catch (cause) {
		throw new UserError('storage', `${file} is no JSON. Choose another --out.`, { cause });
	}
}

/** Lines such as `  --model was a, and is b now`. */
function differencesOf(before: RunSettings, now: RunSettings): string[] {
	return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
		const [was, is] = [before[name], now[name]];
		return canonicalJson(was) === canonicalJson(is) ? [] : [`  ${toldAs(name)} was ${shown(was)}, and is ${shown(is)} now`];
	});
}

function toldAs(name: string): string {
	return name === name.toUpperCase() ? name : `--${name}`;
}

function shown(value: RunSettings[string]): string {
	return value === undefined ? 'not given' : String(value);
}
