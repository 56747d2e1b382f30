import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import pino from 'pino';
import { createLogger } from '../../src/log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createTraces } from '../../src/observability/traces.ts';
import { createScrubber } from '../../src/toolset/http/scrub.ts';
import { type Fixture, openFixture } from '../pipeline/fixture.ts';
import { GOOD, PLAN, SCAFFOLD } from '../pipeline/programs.ts';
import { type ModelServer, type Stage, startModelServer } from '../simulators/model-server.ts';
import { type Collector, startCollector } from './collector.ts';

/** The whole bot with a model server, a log, metrics and traces, all of it real but what the model says. */
export interface WatchedBot {
	readonly bot: Fixture;
	readonly collector: Collector;
	readonly model: ModelServer;
	/** The lines of the log so far, parsed. */
	lines(): readonly Readonly<Record<string, unknown>>[];
	/** The metrics now. */
	metrics(): Promise<string>;
	/** Sends the spans that are left. */
	flush(): Promise<void>;
}

export interface WatchedBotOptions {
	/** What the model says; a program that works when left out. */
	readonly say?: (stage: Stage, prompt: string) => string | undefined;
	/** Further settings. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly secrets?: readonly string[];
	/** Whether spans carry what was said. */
	readonly content?: boolean;
}

const PROGRAMS: Partial<Record<Stage, string>> = { scaffold: SCAFFOLD, plan: PLAN, implement: GOOD };

export async function openWatchedBot(
	context: TestContext,
	{ say, environment, secrets = [], content = false }: WatchedBotOptions = {},
): Promise<WatchedBot> {
	const model = await startModelServer((stage, prompt) => say?.(stage, prompt) ?? PROGRAMS[stage] ?? '');
	const collector = await startCollector();
	let log = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			log += chunk;
			done();
		},
	});
	const scrub = createScrubber(secrets);
	const logger = await createLogger({ level: 'trace', scrub, destination });
	const silent = pino({ level: 'silent' });
	const bot = await openFixture({ logger, environment: { OPENAI_BASE_URL: model.url, MODEL: 'scripted-model', ...environment } });
	const metrics = createMetrics({ load: () => bot.services.runs.load(), version: '1.2.3', logger: silent });
	const config = { endpoint: `${collector.url}/`, headers: { authorization: 'Bearer collector' }, serviceName: 'films-bot', content };
	const traces = createTraces({ config, version: '1.2.3', instance: 'this-process', scrub, logger: silent });
	context.after(async () => {
		metrics.close();
		await traces.close();
		await bot.close();
		model.close();
		collector.close();
	});
	return {
		bot,
		collector,
		model,
		lines: () => log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])),
		metrics: () => metrics.text(),
		flush: () => traces.close(),
	};
}

/** The samples of a text in the format of Prometheus: `name{label="value"}` -> number. */
export function samplesIn(text: string): Map<string, number> {
	const samples = new Map<string, number>();
	for (const line of text.split('\n')) {
		if (line === '' || line.startsWith('#')) continue;
		const [, name = '', value = ''] = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line) ?? [];
		// A lag that was never measured is no number, as its format allows.
		if (name === '' || (Number.isNaN(Number(value)) && !/^nan$/i.test(value))) throw new Error(`no sample: ${line}`);
		samples.set(name, Number(value));
	}
	return samples;
}
