import { attemptTask, type Surroundings } from './attempt-task.ts';
import type { Task } from './contract.ts';
import { type Row, rowOf } from './results.ts';

export interface SuiteRun extends Surroundings {
	/** Those to be asked, in their order. */
	readonly tasks: readonly Task[];
	/** Names of sessions begin so, and end in the id of the task: what the benchmarks' own scorers look for. */
	readonly prefix: string;
	/** How often this run was begun, from 1: attempts that were cut off are told from this one by it. */
	readonly start: number;
	/** Tasks under way at the same time. A strategy that learns is asked in order, one by one, whatever it says. */
	readonly concurrency: number;
}

type Ended = { readonly task: Task } & ({ readonly row: Row } | { readonly error: unknown });

/**
 * Asks all tasks, once each, and gives each row when it is complete. Rejects as `attemptTask` does. When it ends, whether so or because its consumer
 * left, nothing is under way any more.
 */
export async function* runSuite(run: SuiteRun): AsyncGenerator<Row, void> {
	const leaving = new AbortController();
	const signal = AbortSignal.any([run.signal, leaving.signal]);
	const places = run.strategy.inOrder ? 1 : run.concurrency;
	const waiting = [...run.tasks];
	/** None of them rejects: a failure waits until it is looked at. */
	const underWay = new Map<Task, Promise<Ended>>();
	const attempt = async (task: Task): Promise<Ended> => {
		const session = run.prefix + task.id;
		try {
			return { task, row: rowOf(await attemptTask(task, session, run.start, { ...run, signal }), session, run) };
		} catch (error) {
			return { task, error };
		}
	};
	try {
		while (waiting.length > 0 || underWay.size > 0) {
			signal.throwIfAborted();
			for (const task of waiting.splice(0, places - underWay.size)) underWay.set(task, attempt(task));
			const ended = await Promise.race(underWay.values());
			underWay.delete(ended.task);
			if ('error' in ended) throw ended.error;
			yield ended.row;
		}
	} finally {
		leaving.abort(new Error('the run was left'));
		await Promise.all(underWay.values());
	}
}
