import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { compileCache } from '../compile-cache.ts';

const MAIN = path.join(import.meta.dirname, '../../../src/main.ts');

export interface Ended {
	readonly code: number | null;
	readonly output: string;
	readonly errors: string;
}

/** A folder to run the console in, with its database; gone when the test ends. */
export async function consoleFolder(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-console-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

export interface StartOptions {
	readonly folder: string;
	readonly args?: readonly string[];
	/** Standard input, whole; nothing when left out. */
	readonly input?: string;
	/** Leaves standard input open after `input`. */
	readonly open?: boolean;
	readonly environment?: Readonly<Record<string, string>>;
}

export interface Started {
	readonly child: ChildProcess;
	readonly ended: Promise<Ended>;
	/** Standard output so far. */
	output(): string;
	/** Resolves when standard output holds this text. */
	says(text: string): Promise<void>;
}

/** The production entry point as people start it, in an empty environment. */
export function startConsole({ folder, args = [], input = '', open = false, environment = {} }: StartOptions): Started {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
		cwd: folder,
		env: { ...compileCache(), ...environment },
	});
	let output = '';
	let errors = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		errors += text;
	});
	child.stdin.on('error', () => {});
	if (open) child.stdin.write(input);
	else child.stdin.end(input);
	return {
		child,
		output: () => output,
		ended: once(child, 'close').then(([code]) => ({ code, output, errors })),
		async says(text) {
			while (!output.includes(text)) {
				if (child.exitCode !== null || child.signalCode !== null)
					throw new Error(`the console ended without saying “${text}”:\n${output}${errors}`);
				await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
			}
		},
	};
}

export function runConsole(options: StartOptions): Promise<Ended> {
	return startConsole(options).ended;
}

export function jsonLines(output: string): Record<string, unknown>[] {
	return output
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line));
}
