import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ChildCommand } from './child-command.ts';
import { LineReader } from './line-reader.ts';
import { readProcessUsage } from './process-usage.ts';
import { type FromChild, parseFromChild, type ToChild } from './protocol.ts';

export interface ChildListener {
	onMessage(message: FromChild): void;
	/** It is gone; `detail` is for logs. */
	onExit(exit: ChildExit): void;
}

export interface ChildExit {
	readonly signal: NodeJS.Signals | undefined;
	readonly detail: string;
}

const READY_WITHIN_MS = 15_000;
/** A child that has no run to do says nothing longer than "ready". */
const IDLE_LINE_BYTES = 1_000;
const KEPT_ERROR_BYTES = 2_000;
/** Resident memory of a warm child, where it cannot be read. */
const USUAL_WARM_MB = 50;

/** A process that runs programs, one at a time. Never keeps the parent process alive. */
export class SandboxChild {
	readonly pid: number;
	/** Resident memory when it was ready. */
	warmMb = USUAL_WARM_MB;
	/** Resolves when the process is gone. */
	readonly exited: Promise<ChildExit>;
	readonly #process: ChildProcess;
	readonly #lines = new LineReader(IDLE_LINE_BYTES);
	#listener: ChildListener | undefined;
	#killed = false;
	#complaint = '';
	#errorOutput = '';

	/** Resolves when the child is ready for its first run; rejects when it does not get there. */
	static async start(command: ChildCommand): Promise<SandboxChild> {
		const child = new SandboxChild(command);
		child.send({ type: 'guest', modules: command.guestModules });
		await child.#ready();
		child.warmMb = readProcessUsage(child.pid)?.residentMb ?? USUAL_WARM_MB;
		return child;
	}

	private constructor({ file, args, env }: ChildCommand) {
		this.#process = spawn(file, args, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
		this.pid = this.#process.pid ?? -1;
		this.exited = new Promise((resolve) => {
			this.#process.on('error', (error) => {
				this.#complaint = error.message;
				resolve(this.#describeExit(null, null));
			});
			// 'close' comes after everything the child wrote has been read.
			this.#process.on('close', (code, signal) => resolve(this.#describeExit(code, signal)));
		});
		void this.exited.then((exit) => this.#listener?.onExit(exit));
		this.#connect();
	}

	/** From now on this listener hears of the child; undefined: it is idle, and anything it says is a reason to end it. */
	listen(listener: ChildListener | undefined, longestLine = IDLE_LINE_BYTES): void {
		this.#listener = listener;
		this.#lines.maxBytes = longestLine;
	}

	send(message: ToChild): void {
		if (!this.#killed) this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
	}

	/** Ends the process whatever it is doing; nothing it has sent is heard any more. */
	kill(): void {
		this.#killed = true;
		this.#process.kill('SIGKILL');
	}

	#connect(): void {
		const { stdin, stdout, stderr } = this.#process;
		this.#process.unref();
		for (const stream of [stdin, stdout, stderr]) {
			(stream as Socket | null)?.unref();
			// A write to a child that has just died; its exit says the rest.
			stream?.on('error', () => {});
		}
		stdout?.on('data', (chunk: Buffer) => {
			if (!this.#killed) this.#read(chunk);
		});
		stderr?.on('data', (chunk: Buffer) => {
			this.#errorOutput = (this.#errorOutput + chunk.toString('utf8')).slice(-KEPT_ERROR_BYTES);
		});
	}

	#read(chunk: Buffer): void {
		const lines = this.#lines.read(chunk);
		let next = lines.next();
		for (; !next.done && !this.#killed; next = lines.next()) this.#onLine(next.value);
		if (next.value === 'tooLong') this.misbehaved('it sent a message that is too long');
	}

	#onLine(line: string): void {
		const message = parseFromChild(line);
		if (message === undefined) this.misbehaved('it sent something that is no message');
		else if (this.#listener === undefined) this.misbehaved('it spoke without a run');
		else this.#listener.onMessage(message);
	}

	/** Ends it for breaking the protocol; `complaint` becomes the exit's detail. */
	misbehaved(complaint: string): void {
		this.#complaint ||= complaint;
		this.kill();
	}

	async #ready(): Promise<void> {
		const ready = Promise.withResolvers<void>();
		const timer = setTimeout(
			() => ready.reject(new Error(`The sandbox child was not ready within ${READY_WITHIN_MS / 1000} s.`)),
			READY_WITHIN_MS,
		).unref();
		this.listen({
			onMessage: ({ type }) => (type === 'ready' ? ready.resolve() : this.misbehaved('it did not begin with "ready"')),
			onExit: ({ detail }) => ready.reject(new Error(`The sandbox child did not start: ${detail}`)),
		});
		try {
			await ready.promise;
		} catch (error) {
			this.kill();
			throw error;
		} finally {
			clearTimeout(timer);
			this.listen(undefined);
		}
	}

	#describeExit(code: number | null, signal: NodeJS.Signals | null): ChildExit {
		const status = signal ? `killed by ${signal}` : `exit status ${code}`;
		return { signal: signal ?? undefined, detail: [this.#complaint || status, this.#errorOutput.trim()].filter(Boolean).join('\n') };
	}
}
