import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Logger } from 'pino';
import { inRun } from '../../src/observability/run-context.ts';
import { runs, stages } from '../../src/observability/signals.ts';
import { createTraces, type Traces, traceIdOf } from '../../src/observability/traces.ts';
import { type Collector, startCollector } from './collector.ts';

const RUN = { id: '01M8BX14E8358YQ5ADAWGN8Q6K', workspaceId: 'slack:T1' };

interface Warnings {
	readonly logger: Logger;
	readonly said: string[];
}

function warnings(): Warnings {
	const said: string[] = [];
	const note = (_about: unknown, text: string) => said.push(text);
	return { said, logger: { warn: note, info: note } as unknown as Logger };
}

function open(context: TestContext, endpoint: string, logger: Logger): Traces {
	const config = { endpoint, headers: {}, serviceName: 'bot', content: false };
	const traces = createTraces({ config, version: '1', instance: 'i', scrub: (value) => value, logger });
	context.after(() => traces.close());
	return traces;
}

async function collector(context: TestContext): Promise<Collector> {
	const started = await startCollector();
	context.after(() => started.close());
	return started;
}

/** A run with one stage. */
const perform = (work: () => Promise<void> = async () => {}) =>
	inRun(RUN, () =>
		runs.trace(
			{ run: RUN.id, workspace: RUN.workspaceId },
			() => stages.trace({ stage: 'plan' }, work, () => ({})),
			() => ({
				outcome: 'answered' as const,
			}),
		),
	);

describe('traces', () => {
	test('a run that one process begins and another one ends is in one trace', async (context) => {
		const { url, spans } = await collector(context);
		for (const process of ['first', 'second']) {
			const traces = open(context, url, warnings().logger);
			await perform();
			await traces.close();
			assert.ok(spans.length > 0, process);
		}
		assert.equal(spans.length, 4);
		assert.deepEqual(new Set(spans.map(({ trace }) => trace)), new Set([traceIdOf(RUN.id)]));
		assert.equal(new Set(spans.map(({ id }) => id)).size, 4);
	});

	test('what is under way when they are closed is left out, and ends as ever', async (context) => {
		const { url, spans } = await collector(context);
		const traces = open(context, url, warnings().logger);
		const { promise, resolve } = Promise.withResolvers<void>();
		const performing = perform(() => promise);
		await traces.close();
		resolve();
		await performing;
		assert.deepEqual(spans, []);
	});

	for (const [what, endpoint] of [
		['is not there', async () => 'http://127.0.0.1:1'],
		[
			'refuses them',
			async (context: TestContext) => {
				const refusing = await collector(context);
				refusing.status = 400;
				return refusing.url;
			},
		],
	] as const) {
		test(`a collector that ${what} costs nobody anything but one warning`, async (context) => {
			const { logger, said } = warnings();
			const traces = open(context, await endpoint(context), logger);
			for (let each = 0; each < 1_500; each++) await perform();
			await traces.close();
			assert.deepEqual(said, ['the collector takes no traces; they are dropped until it does']);
		});
	}

	test('a stage outside of a run has a trace of its own', async (context) => {
		const { url, spans } = await collector(context);
		const traces = open(context, url, warnings().logger);
		await stages.trace(
			{ stage: 'keep' },
			async () => {},
			() => ({}),
		);
		await traces.close();
		assert.match(spans[0]?.trace ?? '', /^[0-9a-f]{32}$/);
		assert.equal(spans[0]?.parent, '');
	});
});
