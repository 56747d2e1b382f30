import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface OpsServerOptions {
	readonly host: string;
	/** 0 is any free one. */
	readonly port: number;
	readonly readiness: Pick<Readiness, 'report'>;
	readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
	readonly logger: Logger;
}

/** The server for whoever operates the bot. It asks nobody who they are. */
export interface OpsServer {
	readonly port: number;
	/** Cuts off what is being answered. */
	close(): Promise<void>;
}

interface Page {
	readonly status: number;
	readonly type: string;
	readonly body: string;
}

/**
 * - `GET /livez`: 200 while the event loop turns, also while the bot starts and stops
 * - `GET /readyz`: 200, or 503 when the bot does not do its work; a `Report` as JSON either way
 * - `GET /metrics`: what was counted, for Prometheus
 *
 * Rejects with a UserError when the port cannot be listened on.
 */
export async function startOpsServer({ host, port, readiness, metrics, logger }: OpsServerOptions): Promise<OpsServer> {
	const pages: Pages = new Map([
		['/livez', async () => ({ status: 200, type: 'text/plain', body: 'ok\n' })],
		['/readyz', () => readyPage(readiness)],
		['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
	]);
	const server = createServer((request, response) => {
		answer(request, pages).then(
			(page) => send(response, page),
			(error: unknown) => {
				logger.error({ err: error, path: request.url }, 'a page of the operator could not be made');
				send(response, FAILED);
			},
		);
	});
	try {
		server.listen({ host, port });
		await once(server, 'listening');
	} catch (error) {
		throw new UserError('configuration', `Port ${port} cannot be listened on at ${host}; another program may have it. Set OPS_PORT.`, {
			cause: error,
		});
	}
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

type Pages = ReadonlyMap<string, () => Promise<Page>>;

const FAILED: Page = { status: 500, type: 'text/plain', body: 'The log says why.\n' };

async function answer({ method, url = '' }: IncomingMessage, pages: Pages): Promise<Page> {
	const page = pages.get(URL.parse(url, 'http://localhost')?.pathname ?? '');
	if (!page) return { status: 404, type: 'text/plain', body: `There are ${[...pages.keys()].join(', ')}.\n` };
	if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: 'text/plain', body: 'GET and HEAD alone.\n' };
	return page();
}

async function readyPage(readiness: OpsServerOptions['readiness']): Promise<Page> {
	const report = await readiness.report();
	return { status: report.ready ? 200 : 503, type: 'application/json', body: `${JSON.stringify(report)}\n` };
}

/** Node leaves the body out of an answer to HEAD. */
function send(response: ServerResponse, { status, type, body }: Page): void {
	const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
	const charset = type.includes('charset') ? type : `${type}; charset=utf-8`;
	const headers = { 'content-type': charset, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...allow };
	response.writeHead(status, headers).end(body);
}
