import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { toUserError } from '../errors.ts';
import { inTime } from './in-time.ts';
import { endings, modelCalls, outboundRetries, repairs, reuses, runs, sandboxKills, stages, toolCalls } from './signals.ts';

/** How many runs there are. */
export interface Load {
	/** Accepted by any process, and in nobody's hands. */
	readonly waiting: number;
	/** Being answered, by all processes. */
	readonly working: number;
}

/** What this process counts, in the text format of Prometheus. */
export interface Metrics {
	readonly contentType: string;
	/** Never rejects: what cannot be looked up now is left out. */
	text(): Promise<string>;
	/** Counts no more. */
	close(): void;
}

export interface MetricsOptions {
	/** Asked for each collection; undefined while nothing is served. May reject. */
	readonly load: () => Promise<Load> | undefined;
	/** Of the bot. */
	readonly version: string;
	readonly logger: Logger;
}

/** From a cached reply of a small model to the default MODEL_TIMEOUT_SECONDS. */
const MODEL_SECONDS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
/** From a reused function to the default APPROVAL_TIMEOUT_SECONDS. */
const RUN_SECONDS = [0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900];
/** From what needs no model to a program that waits for a person. */
const STAGE_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 4, 8, 15, 30, 60, 300, 900];
/** From a server in the same rack to a slow export; people who are asked are beyond. */
const TOOL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A storage that does not answer must not keep the rest from being collected. */
const LOAD_MS = 2_000;
const WAITING_SECONDS = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900];

/** So that a label has few values, whatever a workspace is called. */
const PLATFORMS: ReadonlySet<string> = new Set(['slack', 'discord', 'console']);

/**
 * Begins to count, in a registry of its own. No label holds an id, a workspace or a name that people choose: toolsets and tools are told apart by kind
 * and effect. Metrics of the process itself (memory, processor, event loop) have the names that all dashboards for Node know. Counters begin at zero
 * with each process, and a run that is resumed after a crash is counted as far as it goes in each: repairs and reuses may be counted twice.
 */
export function createMetrics({ load, version, logger }: MetricsOptions): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const onTrouble = (error: unknown) => logger.warn({ err: error }, 'something could not be counted');
	const within = { registers: [registry] };
	const watching = [...watchRuns(within, onTrouble), ...watchWork(within, onTrouble), ...watchTrouble(within, onTrouble)];
	new Gauge({ ...within, name: 'toolcoder_build_info', help: 'Which version this is; always 1.', labelNames: ['version'] }).set(
		{ version },
		1,
	);
	gaugeLoad(within, load, onTrouble);
	return {
		contentType: registry.contentType,
		text: () => registry.metrics(),
		close() {
			for (const stop of watching) stop();
			registry.clear();
		},
	};
}

interface Within {
	readonly registers: Registry[];
}
type OnTrouble = (error: unknown) => void;
type Watching = readonly (() => void)[];

function watchRuns(within: Within, onTrouble: OnTrouble): Watching {
	const ended = new Counter({
		...within,
		name: 'toolcoder_runs_total',
		help: 'Questions that came to their ending; code says why one failed.',
		labelNames: ['platform', 'outcome', 'code'],
	});
	const duration = new Histogram({
		...within,
		name: 'toolcoder_run_duration_seconds',
		help: 'From the acceptance of a question until its ending was shown.',
		labelNames: ['platform', 'outcome'],
		buckets: RUN_SECONDS,
	});
	const waiting = new Histogram({
		...within,
		name: 'toolcoder_run_waiting_seconds',
		help: 'From the acceptance of a question until its turn.',
		labelNames: ['platform'],
		buckets: WAITING_SECONDS,
	});
	const reusing = new Counter({
		...within,
		name: 'toolcoder_runs_reusing_functions_total',
		help: 'Questions answered by a program that calls stored functions.',
		labelNames: ['platform'],
	});
	const performed = runs.watch(({ begin }) => {
		if (begin.waitedMs !== undefined) waiting.observe({ platform: platformOf(begin.workspace) }, begin.waitedMs / 1000);
	}, onTrouble);
	const shown = endings.watch(({ workspace, outcome, code = '', ms, reuses: doesReuse }) => {
		const platform = platformOf(workspace);
		ended.inc({ platform, outcome, code: outcome === 'failed' ? code : '' });
		duration.observe({ platform, outcome }, ms / 1000);
		if (doesReuse) reusing.inc({ platform });
	}, onTrouble);
	return [performed, shown];
}

function watchWork(within: Within, onTrouble: OnTrouble): Watching {
	const stage = new Histogram({
		...within,
		name: 'toolcoder_stage_duration_seconds',
		help: 'Stages of answering; run includes the wait for people.',
		labelNames: ['stage', 'outcome'],
		buckets: STAGE_SECONDS,
	});
	const model = new Histogram({
		...within,
		name: 'toolcoder_model_call_duration_seconds',
		help: 'Completions by the model server, retries included, without the wait for MODEL_CONCURRENCY.',
		labelNames: ['model', 'stage', 'outcome'],
		buckets: MODEL_SECONDS,
	});
	const tokens = new Counter({
		...within,
		name: 'toolcoder_model_tokens_total',
		help: 'Tokens of completions, as the server counts them, else estimated.',
		labelNames: ['model', 'stage', 'direction'],
	});
	const tool = new Histogram({
		...within,
		name: 'toolcoder_tool_call_duration_seconds',
		help: 'Tool calls that went out, by kind of toolset (openapi, mcp, human) and by what they may change.',
		labelNames: ['kind', 'effect', 'outcome'],
		buckets: TOOL_SECONDS,
	});
	return [
		stages.watch(
			({ begin, ms = 0, error }) =>
				stage.observe({ stage: begin.stage, outcome: error === undefined ? 'ok' : toUserError(error).code }, ms / 1000),
			onTrouble,
		),
		modelCalls.watch(({ begin, end, ms = 0, error }) => {
			const of = { model: begin.model, stage: begin.stage };
			model.observe({ ...of, outcome: error === undefined ? 'ok' : toUserError(error).code }, ms / 1000);
			if (!end) return;
			tokens.inc({ ...of, direction: 'input' }, end.promptTokens);
			tokens.inc({ ...of, direction: 'output' }, end.completionTokens);
		}, onTrouble),
		toolCalls.watch(
			({ begin: { kind, effect }, end, ms = 0 }) => tool.observe({ kind, effect, outcome: end?.outcome ?? 'stopped' }, ms / 1000),
			onTrouble,
		),
	];
}

function watchTrouble(within: Within, onTrouble: OnTrouble): Watching {
	const repaired = new Counter({
		...within,
		name: 'toolcoder_repairs_total',
		help: 'Repairs of programs and plans.',
		labelNames: ['cause'],
	});
	const reused = new Counter({
		...within,
		name: 'toolcoder_reuses_total',
		help: 'Questions that stored functions were to answer without a new program, by whether they did.',
		labelNames: ['outcome'],
	});
	const killed = new Counter({
		...within,
		name: 'toolcoder_sandbox_kills_total',
		help: 'Sandbox processes that were ended with their program.',
		labelNames: ['reason'],
	});
	const retried = new Counter({
		...within,
		name: 'toolcoder_outbound_retries_total',
		help: 'Calls of a chat platform that are made again.',
		labelNames: ['platform', 'cause'],
	});
	return [
		repairs.watch(({ cause }) => repaired.inc({ cause }), onTrouble),
		reuses.watch(({ answered }) => reused.inc({ outcome: answered ? 'answered' : 'failed' }), onTrouble),
		sandboxKills.watch(({ reason }) => killed.inc({ reason }), onTrouble),
		outboundRetries.watch(({ platform, cause }) => retried.inc({ platform, cause }), onTrouble),
	];
}

/** One look for both; what was known before is not shown as if it were so now. */
function gaugeLoad(within: Within, load: MetricsOptions['load'], onTrouble: OnTrouble): void {
	const gauge: Gauge<'state'> = new Gauge({
		...within,
		name: 'toolcoder_queue_runs',
		help: 'Questions that wait for their turn, and that are being answered, of all processes on one storage: not to be summed over them.',
		labelNames: ['state'],
		async collect() {
			gauge.reset();
			try {
				const now = await inTime(LOAD_MS, Promise.resolve(load()), undefined);
				if (!now) return;
				gauge.set({ state: 'waiting' }, now.waiting);
				gauge.set({ state: 'working' }, now.working);
			} catch (error) {
				onTrouble(error);
			}
		},
	});
}

function platformOf(workspaceId: string): string {
	const platform = workspaceId.slice(0, workspaceId.indexOf(':'));
	return PLATFORMS.has(platform) ? platform : 'other';
}
