import { AsyncLocalStorage } from 'node:async_hooks';

/** The run at work, as log lines name it. */
export interface RunContext {
	readonly run: string;
	readonly workspace: string;
}

const contexts = new AsyncLocalStorage<RunContext>();

/**
 * Does the work as that of a run: whatever it calls, awaits or schedules knows so by `currentRun`. What comes back by an event of something older (a
 * child process, a socket) belongs to whoever made that: bind the listener with `AsyncLocalStorage.bind`. Tasks of p-queue are bound by it.
 */
export function inRun<T>({ id, workspaceId }: { readonly id: string; readonly workspaceId: string }, work: () => T): T {
	return contexts.run({ run: id, workspace: workspaceId }, work);
}

/** Undefined outside of every run. */
export function currentRun(): RunContext | undefined {
	return contexts.getStore();
}

/**
 * Does the work as nobody's: for what a run happens to begin and others go on to use, such as a process of a pool. Else its later events would pass for
 * those of that run.
 */
export const outsideRuns: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
