import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { compileCache } from './compile-cache.ts';

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');

/** It takes a second; more on a machine that does much else. */
const START_MS = 30_000;

/** The production entry point. */
export interface Bot {
	readonly child: ChildProcess;
	/** Standard output and the log, so far. */
	readonly output: () => string;
	/** Ends it and waits until it has ended. */
	end(signal?: NodeJS.Signals): Promise<void>;
}

export interface BotChildOptions {
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
	/** What else is served than chats. */
	readonly args?: readonly string[];
	/** The path of a module that is loaded before it, and is sent messages (`child.send`). */
	readonly preload?: string;
	/** What it says when it can be asked. */
	readonly ready: string;
}

/** Secrets that tests give the bot besides those of a simulated platform. */
export const ENCRYPTION_KEY = 'an-encryption-key-that-tests-look-for-0123456789';
export const MODEL_KEY = 'sk-a-model-key-that-tests-look-for';

export async function startBotChild({ folder, environment, args = [], preload, ready }: BotChildOptions): Promise<Bot> {
	const before = preload === undefined ? [] : ['--import', pathToFileURL(preload).href];
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...before, MAIN, ...args], {
		stdio: ['pipe', 'pipe', 'pipe', ...(preload === undefined ? [] : ['ipc' as const])],
		cwd: folder,
		env: { ...compileCache(), HOST: '127.0.0.1', PORT: '0', ENCRYPTION_KEY, LOG_LEVEL: 'debug', ...environment },
	});
	let output = '';
	const collect = (text: string) => {
		output += text;
	};
	for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', collect);
	const bot: Bot = {
		child,
		output: () => output,
		async end(signal = 'SIGTERM') {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill(signal);
			await once(child, 'close');
		},
	};
	const late = AbortSignal.timeout(START_MS);
	while (!output.includes(ready)) {
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || late.aborted) {
			await bot.end('SIGKILL');
			throw new Error(`The bot did not start:\n${output}`);
		}
		await delay(20);
	}
	return bot;
}

/** All of them, which go into `bots` even when one does not start: the others would outlive the test, and its process wait for them. */
export async function startedInto(bots: Bot[], starts: readonly Promise<Bot>[]): Promise<readonly Bot[]> {
	for (const start of await Promise.allSettled(starts)) if (start.status === 'fulfilled') bots.push(start.value);
	return Promise.all(starts);
}

/** A stack in a message is told by the lines of its frames; in the log, errors carry theirs in a field of their own, never in the message. */
const FRAME = /\n\s+at .*:\d+:\d+|\\n\s+at [^"]*:\d+:\d+/;

export interface Scanned {
	/** Everything that anybody could read at any time. */
	readonly seen: string;
	readonly logs: string;
	readonly secrets: readonly string[];
	/** What tokens look like that no list has. */
	readonly tokens: RegExp;
}

/** Searches all of it for secrets and stacks. */
export function assertClean({ seen, logs, secrets, tokens }: Scanned): void {
	for (const secret of [...secrets, ENCRYPTION_KEY, MODEL_KEY]) {
		assert.ok(!seen.includes(secret), `people could read ${secret}`);
		assert.ok(!logs.includes(secret), `the log holds ${secret}`);
	}
	assert.doesNotMatch(seen, FRAME, 'people could read a stack');
	assert.doesNotMatch(seen, tokens, 'people could read a token');
	assert.doesNotMatch(logs, tokens, 'the log holds a token');
	for (const line of logs.split('\n')) {
		if (line.startsWith('{'))
			assert.doesNotMatch(String((JSON.parse(line) as { msg?: unknown }).msg), FRAME, 'a stack in the message of a log line');
	}
}
