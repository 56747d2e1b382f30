import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process says to the one that started it. */
export interface Said {
	readonly type: string;
}

/**
 * The inside of a process that is started by `startChild`: calls `take` with everything that it is told, in turn, and ends with whoever started it. What `take`
 * throws ends the process with status 1.
 */
export function serveParent<Order, Word extends Said>(take: (order: Order, say: (word: Word) => void) => Promise<void>): void {
	const say = (word: Word) => process.connected && process.send?.(word);
	let last = Promise.resolve();
	process.on('message', (order) => {
		last = last
			.then(() => take(order as Order, say))
			.catch((error: unknown) => {
				process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
				process.exit(1);
			});
	});
	process.on('disconnect', () => process.exit());
}

/** A process of a file of this folder. */
export interface Child<Order, Word extends Said> {
	readonly pid: number;
	tell(order: Order): void;
	/** Tells it, and gives the first word of this type that it says then. Rejects when it ends before. */
	ask<Type extends Word['type']>(order: Order, type: Type): Promise<Extract<Word, { readonly type: Type }>>;
	/** Hears everything that it says. */
	listen(heard: (word: Word) => void): void;
	/** At once, as when the machine's memory runs out; resolves when it is gone. */
	kill(): Promise<void>;
	/** Ends it if it has not ended by itself; resolves when it is gone. */
	end(): Promise<void>;
}

export interface ChildOptions {
	/** Options of Node itself. */
	readonly nodeOptions?: readonly string[];
}

/** Starts a process of this folder. It inherits nothing of the environment that could be a setting of the bot. */
export function startChild<Order extends object, Word extends Said>(
	file: string,
	{ nodeOptions = [] }: ChildOptions = {},
): Child<Order, Word> {
	const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
	const child = fork(file, { execArgv: [...process.execArgv, ...nodeOptions], env: { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } });
	const listeners = new Set<(word: Word) => void>();
	child.on('message', (word) => {
		for (const heard of listeners) heard(word as Word);
	});
	const exited = once(child, 'exit');
	return {
		pid: child.pid ?? -1,
		tell: (order) => void child.send(order),
		async ask(order, type) {
			const { promise, resolve } = Promise.withResolvers<Extract<Word, { readonly type: typeof type }>>();
			const heard = (word: Word) => {
				if (word.type === type) resolve(word as Extract<Word, { readonly type: typeof type }>);
			};
			listeners.add(heard);
			child.send(order);
			const gone = exited.then(() => Promise.reject(new Error(`the process of ${file} ended before it said ${type}`)));
			try {
				return await Promise.race([promise, gone]);
			} finally {
				listeners.delete(heard);
			}
		},
		listen: (heard) => void listeners.add(heard),
		async kill() {
			child.kill('SIGKILL');
			await exited;
		},
		async end() {
			if (hasEnded(child)) return;
			if (child.connected) child.disconnect();
			await exited;
		},
	};
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}
