import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/json.ts';

/** What rows of one folder have in common. By the name of the option. */
export type RunSettings = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** `run.json` of a folder. */
export interface RunFile {
	/** In the names of all sessions. */
	readonly run: string;
	/** How often it was begun, this time included. */
	readonly starts: number;
	readonly settings: RunSettings;
}

/**
 * Begins a run in a folder, or goes on with the one that is there; `newRun` names a new one. Rejects with a UserError that says what differs when the
 * settings are not those that it was begun with: its rows could not be compared.
 */
export async function beginRun(folder: string, settings: RunSettings, newRun: string): Promise<RunFile> {
	const file = path.join(folder, 'run.json');
	const before = await readRunFile(file);
	const differences = before ? differencesOf(before.settings, settings) : [];
	if (differences.length > 0) {
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

/** `  --model was a, and is b now` */
function differencesOf(before: RunSettings, now: RunSettings): string[] {
	return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
		const [was, is] = [before[name], now[name]];
		return canonicalJson(was) === canonicalJson(is) ? [] : [`  --${name} was ${shown(was)}, and is ${shown(is)} now`];
	});
}

function shown(value: RunSettings[string]): string {
	return value === undefined ? 'not given' : String(value);
}
