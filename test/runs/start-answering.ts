import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Progress } from '../../src/pipeline/progress.ts';

interface Shown {
	readonly text: string;
	readonly event: Progress;
	readonly index: number;
}

/** `answering-process.ts` as a real process, and everything it shows. */
export function startAnswering(...parameters: string[]) {
	const child: ChildProcess = spawn(process.execPath, [path.join(import.meta.dirname, 'answering-process.ts'), ...parameters], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const shown: Shown[] = [];
	const { promise: closed, resolve } = Promise.withResolvers<void>();
	child.once('close', () => resolve());
	const listeners: ((line: Shown) => void)[] = [];
	assert.ok(child.stdout);
	createInterface({ input: child.stdout }).on('line', (line) => {
		const entry = JSON.parse(line) as Shown;
		shown.push(entry);
		for (const listener of listeners) listener(entry);
	});
	return {
		shown,
		whenShown: (type: string) => new Promise<void>((shownIt) => listeners.push(({ event }) => event.type === type && shownIt())),
		kill: async () => {
			child.kill('SIGKILL');
			await closed;
			assert.equal(child.signalCode, 'SIGKILL');
		},
		finished: async () => {
			await closed;
			assert.equal(child.exitCode, 0);
		},
	};
}
