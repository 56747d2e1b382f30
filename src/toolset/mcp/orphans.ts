import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Writable } from 'node:stream';

let watch: Writable | undefined;

/**
 * Has a process that was started here killed when this one ends without having ended it: killed itself, out of memory, at a power switch. A good MCP
 * server ends when its input does, but nothing makes one. Call what is returned when the process has ended: its number may be given to another.
 */
export function killWithUs(pid: number): () => void {
	watch ??= startWatch();
	watch.write(`+${pid}\n`);
	return () => watch?.write(`-${pid}\n`);
}

/** One for all, started with the first. In a group of its own, so that a Ctrl-C meant for the bot does not end it; it does not keep the bot alive. */
function startWatch(): Writable {
	const child = spawn(process.execPath, [path.join(import.meta.dirname, 'orphan-watch.ts')], {
		stdio: ['pipe', 'ignore', 'ignore'],
		detached: true,
		env: {},
	});
	const forget = () => {
		watch = undefined;
	};
	child.on('error', forget).on('exit', forget).unref();
	child.stdin.on('error', forget);
	if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
	return child.stdin;
}
