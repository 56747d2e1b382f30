import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { type LoadOptions, loadOpenApi, openOpenApi } from '../../src/toolset/openapi/load.ts';
import type { Finding } from './report.ts';

const OPERATIONS = 1200;
const RESOLUTION_MS = 5;

/** What the process cannot do anything else in, while an API of the size of GitHub's is connected and first asked about. */
export async function measureEventLoop(): Promise<Finding> {
	const options: LoadOptions = {
		name: 'large',
		text: largeDocument(),
		send: async () => ({ ok: false, kind: 'refused', message: 'benchmarks call nothing' }),
		previewOperation: ({ method, baseUrl, path }) => ({ method, url: `${baseUrl}${path}` }),
	};
	const here = await longestBlock(async () => loadOpenApi(options));
	const aside = await longestBlock(() => openOpenApi(options));
	const toolbox = await longestBlock(() => createToolbox([aside.made]));
	const declarations = await longestBlock(() => toolbox.made.declarations());
	return {
		name: `Longest block of the event loop, a document of ${(options.text.length / 1e6).toFixed(0)} MB and ${aside.made.tools.size.toLocaleString('en')} tools`,
		rows: [
			{ label: 'read in the same thread', median: here.ms, unit: 'ms' },
			{ label: 'read as the bot does', median: aside.ms, unit: 'ms' },
			{ label: 'making its toolbox', median: toolbox.ms, unit: 'ms' },
			{ label: 'writing its declarations for the type checker', median: declarations.ms, unit: 'ms' },
		],
		ratio: `${(here.ms / aside.ms).toFixed(1)}x shorter`,
		aim: 'under 200 ms',
	};
}

export async function longestBlock<Made>(work: () => Promise<Made>): Promise<{ readonly ms: number; readonly made: Made }> {
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delay.enable();
	// It measures from turn to turn: one before the work, and one after it.
	await sleep(4 * RESOLUTION_MS);
	const made = await work();
	await sleep(4 * RESOLUTION_MS);
	delay.disable();
	return { ms: delay.max / 1e6, made };
}

/** Each operation with examples of its own, which are most of a published document, and a schema that refers to another. */
function largeDocument(): string {
	const properties = Object.fromEntries(
		Array.from({ length: 60 }, (_, at) => [
			`field_${at}`,
			{ type: 'string', description: `What stands in field ${at}.`, maxLength: 100 + at },
		]),
	);
	const numbers = Array.from({ length: OPERATIONS }, (_, at) => at);
	const schemas = numbers.map((at) => {
		const next = { $ref: `#/components/schemas/Thing${(at + 1) % OPERATIONS}` };
		return [`Thing${at}`, { type: 'object', properties: { ...properties, next: at % 10 === 9 ? { type: 'null' } : next } }];
	});
	const example = Object.fromEntries(Object.keys(properties).map((name) => [name, 'An example of what may stand there.']));
	const paths = numbers.map((at) => {
		const content = { 'application/json': { schema: { $ref: `#/components/schemas/Thing${at}` }, examples: { one: { value: example } } } };
		const operation = { operationId: `changeThing${at}`, summary: `Change the thing number ${at}.` };
		return [`/things/${at}`, { post: { ...operation, requestBody: { content }, responses: { 200: { description: 'Changed', content } } } }];
	});
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Large' },
		servers: [{ url: 'https://api.example' }],
		paths: Object.fromEntries(paths),
		components: { schemas: Object.fromEntries(schemas) },
	});
}
