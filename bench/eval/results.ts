import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../src/errors.ts';
import type { Attempt, Surroundings } from './attempt-task.ts';
import type { Attempted, FailureClass, Scores } from './contract.ts';
import { readLines } from './lines.ts';
import type { Exchange } from './metered-model.ts';

/** One line of `results.jsonl`: what came of one attempt at a task, and how it came about. */
export interface Row extends Attempted {
	readonly suite: string;
	readonly strategy: string;
	readonly model: string;
	/** Its name at the suite's server. */
	readonly session: string;
	readonly scores: Scores;
	/** Of the first turn that was not answered; absent when all were. */
	readonly failure?: FailureClass;
	readonly detail?: string;
	/** Every prompt and reply. */
	readonly exchanges: readonly Exchange[];
}

export function rowOf(
	{ attempted, scores, exchanges }: Attempt,
	session: string,
	{ suite, strategy, model }: Pick<Surroundings, 'suite' | 'strategy' | 'model'>,
): Row {
	const failed = attempted.turns.find(({ failure }) => failure !== undefined);
	return {
		suite: suite.name,
		strategy: strategy.name,
		model: model.name,
		session,
		...attempted,
		scores,
		...(failed?.failure && { failure: failed.failure }),
		...(failed?.detail !== undefined && { detail: failed.detail }),
		exchanges,
	};
}

/** The rows of a run, on disk. */
export interface Results {
	/** Those there are, in the order in which they were added. */
	readonly rows: readonly Row[];
	has(strategy: string, repeat: number, task: string): boolean;
	/** On disk when it resolves. Whoever is killed meanwhile finds the row whole or not at all. */
	add(row: Row): Promise<void>;
}

/** Opens `results.jsonl` in a folder, which is made where it is missing. A last line that a kill cut off is taken away; any other broken one is refused. */
export async function openResults(folder: string): Promise<Results> {
	const file = path.join(folder, 'results.jsonl');
	await mkdir(folder, { recursive: true });
	const rows = await readRows(file);
	const keyOf = (strategy: string, repeat: number, task: string) => JSON.stringify([strategy, repeat, task]);
	const known = new Set(rows.map(({ strategy, repeat, task }) => keyOf(strategy, repeat, task)));
	return {
		rows,
		has: (strategy, repeat, task) => known.has(keyOf(strategy, repeat, task)),
		async add(row) {
			await appendFile(file, `${JSON.stringify(row)}\n`, { flush: true });
			rows.push(row);
			known.add(keyOf(row.strategy, row.repeat, row.task));
		},
	};
}

async function readRows(file: string): Promise<Row[]> {
	return (await readLines(file)).map((line, index) => {
		try {
			return JSON.parse(line) as Row;
		} catch (cause) {
			throw new UserError('storage', `Line ${index + 1} of ${file} is no JSON. Take it out, or choose another --out.`, { cause });
		}
	});
}
