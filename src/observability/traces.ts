import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { SpanKind as OtelKind, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
	defaultResource,
	detectResources,
	type Resource,
	resourceAttributesEnvDetector,
	resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { toUserError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { TracesConfig } from '../settings/observability.ts';
import type { Activities, Activity } from './channel.ts';
import { inTime } from './in-time.ts';
import { loudOnce } from './loud-once.ts';
import { currentRun } from './run-context.ts';
import { modelCalls, runs, stages, toolCalls } from './signals.ts';
import { contentOf, modelCallSpans, runSpans, type SpanKind, stageSpans, toolCallSpans } from './span-kinds.ts';

/** Spans of everything that takes time, sent to a collector in the background. */
export interface Traces {
	/** Makes no more, and sends what is left, for at most 2 s. Never rejects. */
	close(): Promise<void>;
}

export interface TracesOptions {
	readonly config: TracesConfig;
	/** Of the bot. */
	readonly version: string;
	/** Of this process: a UUID. */
	readonly instance: string;
	readonly scrub: <T extends JsonValue>(value: T) => T;
	readonly logger: Logger;
}

/** How often what has ended is sent: OpenTelemetry's own default. */
const EVERY_MS = 5_000;
/** A part of the grace that the whole process has. */
const CLOSE_MS = 2_000;

/**
 * A trace for each run, by OpenTelemetry's conventions for generative AI (opentelemetry.io/docs/specs/semconv/gen-ai): `invoke_agent` for the run, its
 * stages in it, `chat` and `execute_tool` in those. The trace's id is made of the run's: a run that another process resumes goes on in the same trace.
 * Spans say how much and how it ended; what was said only with `config.content`, and then scrubbed. Nothing waits for the collector: what it does not
 * take in time is dropped.
 */
export function createTraces({ config, version, instance, scrub, logger }: TracesOptions): Traces {
	const url = `${config.endpoint.replace(/\/+$/, '')}/v1/traces`;
	const exporter = new OTLPTraceExporter({ url, headers: { ...config.headers }, timeoutMillis: CLOSE_MS });
	const ids = new RandomIdGenerator();
	const provider = new TracerProvider({
		resource: resourceOf(config.serviceName, version, instance),
		spanProcessors: [
			new BatchSpanProcessor({
				exporter: loudOnce(exporter, url, logger),
				scheduledDelayMillis: EVERY_MS,
				exportTimeoutMillis: 2 * CLOSE_MS,
			}),
		],
		idGenerator: { generateTraceId: () => traceIdOf(currentRun()?.run) ?? ids.generateTraceId(), generateSpanId: ids.generateSpanId },
	});
	const spans = new AsyncLocalStorage<Span>();
	const making: Making = {
		tracer: provider.getTracer('toolcoder-bot', version),
		spans,
		onTrouble: (error) => logger.warn({ err: error }, 'a span could not be made'),
	};
	const content = contentOf(config.content, scrub);
	const stops = [
		makeSpans(runs, runSpans(version), making),
		makeSpans(stages, stageSpans, making),
		makeSpans(modelCalls, modelCallSpans(content), making),
		makeSpans(toolCalls, toolCallSpans(content), making),
	];
	return {
		async close() {
			for (const stop of stops) stop();
			await inTime(
				CLOSE_MS,
				provider.shutdown().catch(() => {}),
				undefined,
			);
		},
	};
}

interface Making {
	readonly tracer: Tracer;
	/** The span around what is going on. */
	readonly spans: AsyncLocalStorage<Span | undefined>;
	readonly onTrouble: (error: unknown) => void;
}

/** A span for each activity from now on, in that of the activity around it. Gives how to stop. */
function makeSpans<Begin extends object, End extends object>(
	activities: Activities<Begin, End>,
	{ begin, end, isClient }: SpanKind<Begin, End>,
	{ tracer, spans, onTrouble }: Making,
): () => void {
	const made = new WeakMap<Activity<Begin, End>, Span>();
	const start = (activity: Activity<Begin, End>) => {
		const { name, attributes } = begin(activity.begin);
		const around = spans.getStore();
		const kind = isClient ? OtelKind.CLIENT : OtelKind.INTERNAL;
		const parent = around ? trace.setSpan(ROOT_CONTEXT, around) : ROOT_CONTEXT;
		const span = tracer.startSpan(name, { kind, startTime: activity.startedAt, attributes }, parent);
		made.set(activity, span);
		return span;
	};
	const unnest = activities.nest(spans, (activity) => {
		try {
			return start(activity);
		} catch (error) {
			onTrouble(error);
			return spans.getStore();
		}
	});
	const unwatch = activities.watch((activity) => {
		const span = made.get(activity);
		if (!span) return;
		const failed = { attributes: {}, failure: toUserError(activity.error).code };
		const { attributes, failure } = activity.end ? (end?.(activity.end) ?? { attributes: {} }) : failed;
		span.setAttributes(attributes);
		if (failure !== undefined) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
		span.end(activity.startedAt + (activity.ms ?? 0));
	}, onTrouble);
	return () => {
		unnest();
		unwatch();
	};
}

/** What an operator says in OTEL_RESOURCE_ATTRIBUTES is added. */
function resourceOf(name: string, version: string, instance: string): Resource {
	const known = resourceFromAttributes({ 'service.name': name, 'service.version': version, 'service.instance.id': instance });
	return defaultResource()
		.merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
		.merge(known);
}

/** 16 bytes in hexadecimal, the same in every process. */
export function traceIdOf(runId: string | undefined): string | undefined {
	return runId === undefined ? undefined : createHash('sha256').update(runId).digest('hex').slice(0, 32);
}
