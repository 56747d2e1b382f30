import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type CustomRoute, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import type { Access } from '../access/access.ts';
import { createBoltLogger } from '../access/bolt-logger.ts';
import { webClientOptions } from '../access/web-client.ts';

/** How events reach this process: over a WebSocket it opens itself, or as signed HTTP requests. */
export interface SlackReceiver {
	readonly bolt: Receiver;
	/** Gives words for how it listens. Rejects with a UserError when it cannot. */
	start(): Promise<string>;
	/** Takes no more, and gives requests that are being received a second. */
	stop(): Promise<void>;
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
	const clientOptions = webClientOptions({ apiUrl: config.apiUrl, logger });
	const bolt = new SocketModeReceiver({ appToken, logger: createBoltLogger(logger), installerOptions: { clientOptions } });
	let server: Server | undefined;
	return {
		bolt,
		async start() {
			if (pages.length > 0) server = await listening(config, () => listen(createServer(router(pages)), config));
			try {
				await bolt.start();
			} catch (error) {
				throw new UserError(
					'network',
					'Slack did not open a connection. Check SLACK_APP_TOKEN (scope connections:write), and that Socket Mode is on.',
					{ cause: error },
				);
			}
			return server ? `over Socket Mode, with its pages on port ${portOf(server)}` : 'over Socket Mode';
		},
		async stop() {
			await bolt.stop();
			if (server) await close(server, () => server?.close());
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
	let server: Server | undefined;
	return {
		bolt,
		async start() {
			server = await listening(config, () => bolt.start({ port: config.port, ...(config.host && { host: config.host }) }));
			return `over HTTP on port ${portOf(server)}, path /slack/events`;
		},
		async stop() {
			if (server) await close(server, () => void bolt.stop().catch(() => {}));
		},
	};
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
	server.listen({ port, ...(host && { host }) });
	await once(server, 'listening');
	return server;
}

async function listening({ port }: SlackConfig, begin: () => Promise<Server>): Promise<Server> {
	try {
		return await begin();
	} catch (error) {
		throw new UserError('configuration', `Port ${port} cannot be listened on; another program may have it. Set PORT.`, { cause: error });
	}
}

async function close(server: Server, stop: () => void): Promise<void> {
	if (!server.listening) return;
	const closed = once(server, 'close');
	stop();
	server.closeIdleConnections();
	const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
	await closed;
	clearTimeout(cut);
}

function portOf(server: Server): number | string {
	const address = server.address();
	return typeof address === 'object' && address ? address.port : (address ?? 'none');
}
