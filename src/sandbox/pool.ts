import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { outsideRuns } from '../observability/run-context.ts';
import { sandboxKills } from '../observability/signals.ts';
import { type ChildCommand, childCommand, nativeLibrary } from './child-command.ts';
import { SandboxChild } from './child-process.ts';
import { checkLimits } from './limits.ts';
import type { Outcome, ProgramRun, Sandbox } from './outcome.ts';
import { runProgram } from './program-run.ts';

export interface SandboxOptions {
	/** Programs that run at the same time, those that wait for a person aside; more wait in line. Each takes a process of about 50 MB, started when one is wanted (0.1 s). Default: a processor each, from 2 to 4. */
	readonly size?: number;
	readonly logger?: Logger;
}

/** A child is replaced after this many runs, so that what isolates leave behind stays small. */
const RUNS_PER_CHILD = 200;
/** And after this much processor time: with the longest run allowed it stays below the limit of its process. */
const CPU_PER_CHILD_MS = 20_000;
/** A program that waits for a person keeps its process and leaves its place to others. More than so many keep their places, too. */
const MOST_RESTING = 16;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A pool of child processes, none before `prepare` or the first run; from then on one at least, so that a program seldom waits for its child. They
 * never keep the process alive, a run that is asked for does. A child is used again only after a program that ended by itself; any other end (a limit,
 * a stop, a broken protocol) kills it, and where it was the last one its successor starts in the background. Throws when isolated-vm has no library
 * for this system.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
	const size = options.size ?? Math.min(4, Math.max(2, availableParallelism()));
	if (!Number.isInteger(size) || size < 1) throw new RangeError(`The size of the sandbox must be a whole number from 1 up, not ${size}.`);
	const library = nativeLibrary();
	return new ChildPool(() => childCommand(library), size, options.logger);
}

interface Worker {
	readonly child: SandboxChild;
	runs: number;
	cpuMs: number;
}

/** A run that has no child yet. */
interface Waiting {
	readonly take: (worker: Worker | undefined) => void;
	readonly fail: (error: Error) => void;
}

/** The pool itself, for any way of starting a child. */
export class ChildPool implements Sandbox {
	readonly #makeCommand: () => ChildCommand;
	#command: ChildCommand | undefined;
	readonly #size: number;
	readonly #logger: Logger | undefined;
	readonly #closing = new AbortController();
	readonly #idle: Worker[] = [];
	readonly #waiting = new Set<Waiting>();
	/** Every process that has not exited yet. */
	readonly #exits = new Set<Promise<unknown>>();
	#starting = 0;
	/** Children that are promised to a run, from the moment they are. */
	#busy = 0;
	/** Runs whose clock stands still. */
	#resting = 0;
	#runs = 0;

	/** @param command is asked once, for the first child: to make it takes the processor 60 ms */
	constructor(command: () => ChildCommand, size: number, logger: Logger | undefined) {
		this.#makeCommand = command;
		this.#size = size;
		this.#logger = logger;
	}

	prepare(): void {
		this.#fill();
	}

	async run(program: ProgramRun): Promise<Outcome> {
		checkLimits(program.limits);
		const signal = AbortSignal.any([program.signal, this.#closing.signal]);
		return keepAlive(async () => {
			const worker = await this.#takeWorker(signal);
			if (worker === undefined) return { kind: 'stopped', logs: [], usage: { wallMs: 0, cpuMs: 0, toolCalls: 0 } };
			return await this.#runOn(worker, { ...program, signal });
		});
	}

	async close(): Promise<void> {
		this.#closing.abort();
		for (const { child } of this.#idle.splice(0)) child.kill();
		await keepAlive(() => Promise.all(this.#exits));
	}

	async #runOn(worker: Worker, program: ProgramRun): Promise<Outcome> {
		let reusable = false;
		const restful = this.#restful(program);
		try {
			const finished = await runProgram(worker.child, restful.program, ++this.#runs);
			reusable = finished.reusable;
			worker.runs++;
			worker.cpuMs += finished.outcome.usage.cpuMs;
			if (!reusable) {
				sandboxKills.signal({ reason: reasonOf(finished.outcome) });
				this.#logger?.info({ outcome: finished.outcome.kind, pid: worker.child.pid }, 'sandbox child ended with its run');
			}
			return finished.outcome;
		} finally {
			restful.end();
			this.#busy--;
			if (reusable) this.#release(worker);
			this.#fill();
		}
	}

	/** The program, noted as resting while at least one of its calls waits for a person, until `end` is called. */
	#restful(program: ProgramRun): { readonly program: ProgramRun; readonly end: () => void } {
		const waits = new Set<symbol>();
		const rest = () => {
			const wait = Symbol();
			if (waits.size === 0) this.#resting++;
			waits.add(wait);
			this.#fill();
			return () => {
				if (waits.delete(wait) && waits.size === 0) this.#resting--;
			};
		};
		const callTool: ProgramRun['callTool'] = (call, clock) =>
			program.callTool(call, {
				pause() {
					const resume = clock.pause();
					const goOn = rest();
					return () => {
						goOn();
						resume();
					};
				},
			});
		const end = () => {
			if (waits.size > 0) this.#resting--;
			waits.clear();
		};
		return { program: { ...program, callTool }, end };
	}

	/** Undefined when the signal says stop first. */
	#takeWorker(signal: AbortSignal): Promise<Worker | undefined> {
		if (signal.aborted) return Promise.resolve(undefined);
		const idle = this.#idle.pop();
		if (idle !== undefined) {
			this.#busy++;
			return Promise.resolve(idle);
		}
		const { promise, resolve, reject } = Promise.withResolvers<Worker | undefined>();
		const stop = () => waiting.take(undefined);
		const leave = () => {
			this.#waiting.delete(waiting);
			signal.removeEventListener('abort', stop);
		};
		const waiting: Waiting = {
			take: (worker) => {
				leave();
				resolve(worker);
			},
			fail: (error) => {
				leave();
				reject(error);
			},
		};
		this.#waiting.add(waiting);
		signal.addEventListener('abort', stop, { once: true });
		this.#fill();
		return promise;
	}

	#release(worker: Worker): void {
		const worn = worker.runs >= RUNS_PER_CHILD || worker.cpuMs > CPU_PER_CHILD_MS;
		const surplus = this.#waiting.size === 0 && this.#processes() >= this.#size;
		if (worn || surplus || this.#closing.signal.aborted) worker.child.kill();
		else this.#offer(worker);
	}

	/** To whoever waits longest, or to the idle ones. */
	#offer(worker: Worker): void {
		const [first] = this.#waiting;
		if (first === undefined) {
			this.#idle.push(worker);
		} else {
			this.#busy++;
			first.take(worker);
		}
	}

	/** One for each program that runs or waits, and one for the next where there is none. */
	#fill(): void {
		if (this.#closing.signal.aborted) return;
		const wanted = Math.min(this.#size, Math.max(1, this.#running() + this.#waiting.size));
		while (this.#processes() < wanted) void outsideRuns(() => this.#startChild());
	}

	/** Those that count: running, ready to, or about to be. */
	#processes(): number {
		return this.#idle.length + this.#running() + this.#starting;
	}

	#running(): number {
		return this.#busy - Math.min(this.#resting, MOST_RESTING);
	}

	async #startChild(): Promise<void> {
		this.#starting++;
		try {
			this.#command ??= this.#makeCommand();
			const started = SandboxChild.start(this.#command);
			const child = await this.#track(started);
			this.#starting--;
			const worker = { child, runs: 0, cpuMs: 0 };
			void child.exited.then(({ detail }) => this.#forget(worker, detail));
			if (this.#closing.signal.aborted) child.kill();
			else this.#offer(worker);
		} catch (error) {
			this.#starting--;
			this.#logger?.error({ err: error }, 'sandbox child did not start');
			// Nobody else will start one for them; the next run tries again.
			for (const waiting of this.#waiting) waiting.fail(new Error('The sandbox could not start a child process.', { cause: error }));
		}
	}

	/** So that `close` waits for the process, started or still starting. */
	async #track(started: Promise<SandboxChild>): Promise<SandboxChild> {
		const gone = started.then((child) => child.exited).catch(() => undefined);
		this.#exits.add(gone);
		void gone.then(() => this.#exits.delete(gone));
		return started;
	}

	#forget(worker: Worker, detail: string): void {
		const index = this.#idle.indexOf(worker);
		if (index === -1) return;
		this.#idle.splice(index, 1);
		this.#logger?.warn({ pid: worker.child.pid, detail }, 'idle sandbox child ended');
	}
}

function reasonOf(outcome: Outcome): string {
	return outcome.kind === 'timed-out' ? `${outcome.limit}-time` : outcome.kind;
}

/** Children and their pipes do not keep this process alive; who waits for one does. */
async function keepAlive<Result>(work: () => Promise<Result>): Promise<Result> {
	const alive = setInterval(() => {}, LONGEST_TIMER_MS);
	try {
		return await work();
	} finally {
		clearInterval(alive);
	}
}
