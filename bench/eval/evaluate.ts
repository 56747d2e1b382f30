import path from 'node:path';
import type { Logger } from 'pino';
import type { TypeChecker } from '../../src/code/check.ts';
import { hashJson } from '../../src/json.ts';
import type { Model } from '../../src/model/model.ts';
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';
import type { Sandbox } from '../../src/sandbox/outcome.ts';
import type { Strategy, Suite, Task } from './contract.ts';
import { openLearnt } from './learnt.ts';
import { chosenTasks, type Options } from './options.ts';
import { createProgressBar, type ProgressOutput } from './progress-bar.ts';
import { recordedRun, recordTo, replayFrom, type Tape } from './recorded-model.ts';
import { openResults, type Row } from './results.ts';
import { beginRun, STRATEGIES_FOLDER } from './run-file.ts';
import { runSuite, type SuiteRun } from './run-suite.ts';

/** What `main.ts` wires; tests give their own. */
export interface EvaluationParts {
	readonly suite: Suite;
	/** A new one for every repeat, which keeps what it learns in `folder`: after a kill, it is opened there again. */
	readonly createStrategy: (name: string, options: { readonly folder: string; readonly logger: Logger }) => Promise<Strategy>;
	/** The client, with its requests going through the tape, where there is one. */
	readonly createModel: (fetch: Tape['fetch'] | undefined) => Model;
	/** `http(s)://…/v1`: where the model is. */
	readonly modelUrl: string;
	readonly sandbox: Sandbox;
	readonly checker: TypeChecker;
	readonly progress: ProgressOutput;
	readonly logger: Logger;
	readonly signal: AbortSignal;
}

/** All rows of the folder, and the tasks that were chosen. */
export interface Evaluated {
	readonly rows: readonly Row[];
	readonly tasks: readonly Task[];
}

/**
 * Asks what is still to be asked: strategy by strategy, repeat by repeat. Each row is on disk before the next one is waited for. Rejects as `runSuite` does,
 * and with a UserError when the folder or the recording do not fit; the same options then go on.
 */
export async function evaluate(options: Options, parts: EvaluationParts): Promise<Evaluated> {
	const { out, repeat, strategies } = options;
	const { measures, tasks: all } = parts.suite;
	const tasks = chosenTasks(all, options);
	const results = await openResults(out);
	const { run, starts, tape } = await begin(options, parts, results.rows.length);
	for (const row of results.rows) tape?.skip(row.exchanges);
	const client = parts.createModel(tape?.fetch);
	const model = tape?.model(client) ?? client;
	const bar = createProgressBar(parts.progress, { total: strategies.length * repeat * tasks.length, rows: results.rows, measures });
	try {
		for (const name of strategies) {
			for (let time = 0; time < repeat; time += 1) {
				const left = tasks.filter(({ id }) => !results.has(name, time, id));
				const done = results.rows.filter(({ strategy, repeat }) => strategy === name && repeat === time).map(({ task }) => task);
				const series = { name, repeat: time, tasks: left, done, prefix: `${run}-${name}-${time}-`, start: starts, model };
				for await (const row of rowsOf(series, options, parts)) {
					// In this order: of a task that is recorded twice the first recording is replayed, of one that is missing none.
					await tape?.keep(row.exchanges);
					await results.add(row);
					bar.add(row);
				}
			}
		}
	} finally {
		bar.clear();
	}
	return { rows: results.rows, tasks };
}

/** The run of the folder, and what its requests go through. */
async function begin(options: Options, parts: EvaluationParts, rows: number) {
	const { out, record, replay } = options;
	const replayed = replay === undefined ? undefined : await replayFrom(replay, parts.modelUrl);
	const recorded = record === undefined ? undefined : await recordedRun(record);
	const newRun = replayed?.run ?? recorded ?? unlikeAnyOther(out);
	const { run, starts } = await beginRun(out, settingsOf(options, parts), { rows, newRun });
	const tape = record === undefined ? replayed : await recordTo(record, run, parts.modelUrl);
	return { run, starts, tape };
}

interface Series extends Pick<SuiteRun, 'repeat' | 'tasks' | 'prefix' | 'start' | 'model'> {
	/** Of the strategy. */
	readonly name: string;
	/** Tasks whose rows are written, in their order. */
	readonly done: readonly string[];
}

/** What one strategy, opened for it, gives to one repeat of the tasks. */
async function* rowsOf(
	{ name, done, ...series }: Series,
	{ out, base, concurrency }: Options,
	parts: EvaluationParts,
): AsyncGenerator<Row, void> {
	if (series.tasks.length === 0) return;
	const { suite, sandbox, checker, signal, logger } = parts;
	const folder = path.join(out, STRATEGIES_FOLDER, `${name}-${series.repeat}`);
	const learnt = await openLearnt(folder, done);
	const strategy = await parts.createStrategy(name, { folder, logger });
	try {
		if (strategy.name !== name) throw new Error(`the strategy ${name} calls itself ${strategy.name}`);
		const run = { ...series, suite, strategy, base, concurrency, sandbox, checker, limits: DEFAULT_LIMITS, signal };
		for await (const row of runSuite(run)) {
			if (strategy.inOrder) await learnt.keep(row.task);
			yield row;
		}
	} finally {
		await strategy.close?.();
	}
}

/** The name of a run, so that two runs at one server do not share sessions. */
function unlikeAnyOther(out: string): string {
	return hashJson([process.pid, Date.now(), out]).slice(0, 8);
}

/** By what the rows of one folder must be alike. Concurrency and recording change nothing in them. */
function settingsOf(options: Options, { suite, modelUrl }: EvaluationParts) {
	const { base, strategies, model, limit, only, repeat, salt, replay } = options;
	const server = replay === undefined ? new URL(modelUrl).origin : undefined;
	return { suite: suite.name, base, strategy: strategies, model, limit, only, repeat, salt, replay, OPENAI_BASE_URL: server };
}
