import { HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { SlackConfig } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import type { Access } from './access.ts';
import { createBoltLogger } from './bolt-logger.ts';

/** How events reach this process: over a WebSocket it opens itself, or as signed HTTP requests. */
export interface SlackReceiver {
	readonly bolt: Receiver;
	/** Gives words for how it listens. Rejects with a UserError when it cannot. */
	start(): Promise<string>;
	stop(): Promise<void>;
}

export interface ReceiverOptions {
	readonly config: SlackConfig;
	readonly access: Access;
	readonly logger: Logger;
}

export function createReceiver({ config, access, logger }: ReceiverOptions): SlackReceiver {
	const common = {
		logger: createBoltLogger(logger),
		...access.installation,
		installerOptions: { ...access.installation?.installerOptions, clientOptions: access.clientOptions, port: config.port },
	};
	return config.delivery.mode === 'socket'
		? overSocket(config.delivery.appToken, common)
		: overHttp(config.delivery.signingSecret, config, common);
}

type Common = Omit<ConstructorParameters<typeof HTTPReceiver>[0], 'signingSecret'> & {
	readonly logger: ReturnType<typeof createBoltLogger>;
};

function overSocket(appToken: string, common: Common): SlackReceiver {
	const bolt = new SocketModeReceiver({ appToken, ...(common as object) });
	return {
		bolt,
		async start() {
			try {
				await bolt.start();
			} catch (error) {
				throw new UserError(
					'network',
					'Slack did not open a connection. Check SLACK_APP_TOKEN (scope connections:write), and that Socket Mode is on.',
					{ cause: error },
				);
			}
			return 'over Socket Mode';
		},
		stop: () => bolt.stop(),
	};
}

function overHttp(signingSecret: string, { host, port }: SlackConfig, common: Common): SlackReceiver {
	const bolt = new HTTPReceiver({
		signingSecret,
		...common,
		customRoutes: [
			{
				path: '/health',
				method: 'GET',
				handler: (_request, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n'),
			},
		],
	});
	return {
		bolt,
		async start() {
			try {
				const server = await bolt.start({ port, ...(host && { host }) });
				const address = server.address();
				return `over HTTP on port ${typeof address === 'object' && address ? address.port : port}, path /slack/events`;
			} catch (error) {
				throw new UserError('configuration', `Port ${port} cannot be listened on; another program may have it. Set PORT.`, {
					cause: error,
				});
			}
		},
		stop: () => bolt.stop().then(() => {}),
	};
}
