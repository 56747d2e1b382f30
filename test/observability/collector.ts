import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject } from '../../src/json.ts';

/** A span as it arrived. */
export interface SentSpan {
	readonly name: string;
	readonly trace: string;
	readonly id: string;
	/** Empty at the root. */
	readonly parent: string;
	/** By OTLP: 1 is internal, 3 a client. */
	readonly kind: unknown;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly failed: boolean;
	readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry, OTLP with JSON over HTTP. */
export interface Collector {
	readonly url: string;
	/** All so far, in the order in which they ended. */
	readonly spans: readonly SentSpan[];
	/** The bodies as they came. */
	readonly bodies: readonly string[];
	readonly headers: readonly IncomingHttpHeaders[];
	/** What it answers from now on; 200 at first. */
	status: number;
	close(): void;
}

export async function startCollector(): Promise<Collector> {
	const [spans, bodies, headers]: [SentSpan[], string[], IncomingHttpHeaders[]] = [[], [], []];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('utf8');
		const known = request.method === 'POST' && request.url === '/v1/traces';
		if (known && collector.status === 200) {
			bodies.push(body);
			headers.push(request.headers);
			spans.push(...spansIn(JSON.parse(body)));
		}
		response.writeHead(known ? collector.status : 404, { 'content-type': 'application/json' }).end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const collector: Collector = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		spans,
		bodies,
		headers,
		status: 200,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
	return collector;
}

function* spansIn(body: unknown): Generator<SentSpan> {
	for (const { resource, scopeSpans } of listIn(body, 'resourceSpans')) {
		for (const scope of list(scopeSpans)) {
			for (const span of listIn(scope, 'spans')) {
				yield {
					name: String(span.name),
					trace: String(span.traceId),
					id: String(span.spanId),
					parent: String(span.parentSpanId ?? ''),
					kind: span.kind,
					attributes: attributesOf(span),
					failed: isJsonObject(span.status) && span.status.code === 2,
					resource: attributesOf(resource),
				};
			}
		}
	}
}

function attributesOf(holder: unknown): Record<string, unknown> {
	return Object.fromEntries(
		listIn(holder, 'attributes').map(({ key, value }) => [String(key), isJsonObject(value) ? Object.values(value)[0] : value]),
	);
}

function listIn(holder: unknown, key: string): JsonObject[] {
	return isJsonObject(holder) ? list(holder[key]) : [];
}

function list(value: unknown): JsonObject[] {
	return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
