import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type CustomRoute, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import type { Access } from '../access/access.ts';
import { createBoltLogger } from '../access/bolt-logger.ts';
import { createSocket } from './socket.ts';

/** How events reach this process: over a WebSocket it opens itself, or as signed HTTP requests. */
export interface SlackReceiver {
	readonly bolt: Receiver;
	/** Gives words for how it listens. Rejects with a UserError when it cannot. */
	start(): Promise<string>;
	/** Why nothing comes at the moment, in words for an operator. */
	ready(): string | undefined;
	/** Resolves with the cause once nothing will come any more. */
	readonly lost: Promise<UserError>;
	/**
	 * Takes no more events. The HTTP server goes on with its pages, and with what people press and type, which Slack would not deliver again; events
	 * get 503, so that Slack delivers them to another process or later on.
	 */
	stop(): Promise<void>;
	/** Ends the HTTP server, and gives requests that are being received a second. */
	close(): Promise<void>;
}

export interface ReceiverOptions {
	readonly config: SlackConfig;
	readonly access: Pick<Access, 'pages'>;
	readonly logger: Logger;
}

/** Whoever has only begun to send something would keep the process from ending. */
const CLOSE_MS = 1_000;

export function createReceiver({ config, access, logger }: ReceiverOptions): SlackReceiver {
	const { delivery } = config;
	return delivery.mode === 'socket'
		? overSocket(delivery.appToken, config, access.pages ?? [], logger)
		: overHttp(delivery.signingSecret, config, access.pages ?? [], logger);
}

/** Where several workspaces install the app, its pages are served over HTTP all the same. */
function overSocket(appToken: string, config: SlackConfig, pages: readonly CustomRoute[], logger: Logger): SlackReceiver {
	const socket = createSocket({ appToken, apiUrl: config.apiUrl, logger });
	let server: Server | undefined;
	return {
		...socket,
		async start() {
			if (pages.length > 0) server = await listen(createServer(router(pages)), config);
			await socket.start();
			return server ? `over Socket Mode, with its pages on port ${portOf(server)}` : 'over Socket Mode';
		},
		async close() {
			if (server) await close(server);
		},
	};
}

function overHttp(signingSecret: string, config: SlackConfig, pages: readonly CustomRoute[], logger: Logger): SlackReceiver {
	const health: CustomRoute = {
		path: '/health',
		method: 'GET',
		handler: (_request, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n'),
	};
	const bolt = new HTTPReceiver({ signingSecret, logger: createBoltLogger(logger), customRoutes: [health, ...pages] });
	let problem: string | undefined = 'Slack: no events are taken yet.';
	const server = createServer((request, response) => {
		if (problem !== undefined && isEvent(request)) return void response.writeHead(503).end();
		try {
			bolt.requestListener(request, response);
		} catch {
			// Nothing of it is served here.
			response.writeHead(404).end();
		}
	});
	return {
		bolt,
		ready: () => problem,
		lost: new Promise(() => {}),
		async start() {
			await listen(server, config);
			problem = undefined;
			return `over HTTP on port ${portOf(server)}, path /slack/events`;
		},
		async stop() {
			problem = 'Slack: the bot is stopping.';
		},
		close: () => close(server),
	};
}

/** Commands, buttons and forms come as forms of the web; events alone come as JSON, and again when they are refused. */
function isEvent({ method, headers }: IncomingMessage): boolean {
	return method === 'POST' && headers['content-type']?.startsWith('application/json') === true;
}

function router(pages: readonly CustomRoute[]) {
	return ((request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		const page = pages.find(({ path, method }) => path === pathname && method === request.method);
		if (page) page.handler(Object.assign(request, { params: {} }), response);
		else response.writeHead(404).end();
	}) satisfies Parameters<typeof createServer>[1];
}

async function listen(server: Server, { host, port }: SlackConfig): Promise<Server> {
	try {
		server.listen({ port, ...(host && { host }) });
		await once(server, 'listening');
		return server;
	} catch (error) {
		throw new UserError('configuration', `Port ${port} cannot be listened on; another program may have it. Set PORT.`, { cause: error });
	}
}

async function close(server: Server): Promise<void> {
	if (!server.listening) return;
	const closed = once(server, 'close');
	server.close();
	server.closeIdleConnections();
	const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
	await closed;
	clearTimeout(cut);
}

function portOf(server: Server): number | string {
	const address = server.address();
	return typeof address === 'object' && address ? address.port : (address ?? 'none');
}
