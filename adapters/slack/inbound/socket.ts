import { setTimeout as delay } from 'node:timers/promises';
import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { UserError } from '../../../src/errors.ts';
import { createBoltLogger } from '../access/bolt-logger.ts';
import { webClientOptions } from '../access/web-client.ts';
import { refusalOf } from '../outbound/slack-failure.ts';

/** The connection over which Slack's events come (Socket Mode), opened anew whenever it ends: Slack ends each after some hours. */
export interface SlackSocket {
	readonly bolt: Receiver;
	/** Rejects with a UserError when Slack opens no connection. */
	start(): Promise<void>;
	/** Why nothing comes at the moment. */
	ready(): string | undefined;
	/** Resolves with the cause once Slack refuses to open another one. */
	readonly lost: Promise<UserError>;
	stop(): Promise<void>;
}

export interface SocketOptions {
	readonly appToken: string;
	readonly apiUrl: string;
	readonly logger: Logger;
	/** Before a connection that could not be opened is tried again; each further wait is twice as long, up to half a minute. */
	readonly firstWaitMs?: number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** One that ends sooner counts as one that could not be opened. */
const STABLE_MS = 5_000;
/** What no further attempt changes (docs.slack.dev/reference/methods/apps.connections.open, "Errors"). */
const FINAL: ReadonlySet<unknown> = new Set([
	'access_denied',
	'account_inactive',
	'app_not_found',
	'forbidden_team',
	'invalid_auth',
	'missing_scope',
	'no_permission',
	'not_allowed_token_type',
	'not_authed',
	'team_access_not_granted',
	'token_expired',
	'token_revoked',
	'two_factor_setup_required',
	'user_removed_from_team',
	'team_disabled',
]);

export function createSocket({ appToken, apiUrl, logger, firstWaitMs = FIRST_WAIT_MS }: SocketOptions): SlackSocket {
	// Bolt's own attempts would end the process when Slack's servers fail just then.
	const bolt = new SocketModeReceiver({
		appToken,
		autoReconnectEnabled: false,
		logger: createBoltLogger(logger),
		installerOptions: { clientOptions: webClientOptions({ apiUrl, logger }) },
	});
	const { client } = bolt;
	const stopping = new AbortController();
	const { promise: lost, resolve: lose } = Promise.withResolvers<UserError>();
	let [connectedAt, failures] = [0, 0];
	let problem: string | undefined = 'Slack: not connected yet.';

	const open = async () => {
		await client.start();
		connectedAt = performance.now();
		problem = undefined;
		if (stopping.signal.aborted) await bolt.stop();
	};
	const openAgain = async () => {
		for (;;) {
			if (failures > 0) await delay(Math.min(firstWaitMs * 2 ** (failures - 1), LONGEST_WAIT_MS), undefined, { signal: stopping.signal });
			stopping.signal.throwIfAborted();
			try {
				return await open();
			} catch (error) {
				failures++;
				if (!FINAL.has(refusalOf(error))) {
					logger.warn({ err: error, failures }, 'the connection to Slack could not be opened again, which is tried again');
					continue;
				}
				const gone = refused(error);
				problem = gone.userMessage;
				return lose(gone);
			}
		}
	};
	client.on('disconnected', () => {
		// Without one, `open` is at it.
		if (problem !== undefined) return;
		problem = 'Slack: the connection was lost, and is being opened again.';
		failures = performance.now() - connectedAt < STABLE_MS ? failures + 1 : 0;
		// Ends early only with the process.
		if (!stopping.signal.aborted) openAgain().catch(() => {});
	});
	return {
		bolt,
		lost,
		ready: () => problem,
		async start() {
			try {
				await open();
			} catch (error) {
				throw refused(error);
			}
		},
		async stop() {
			stopping.abort();
			problem ??= 'Slack: the bot is stopping.';
			await bolt.stop();
		},
	};
}

function refused(cause: unknown): UserError {
	return new UserError(
		'network',
		'Slack did not open a connection. Check SLACK_APP_TOKEN (scope connections:write), and that Socket Mode is on.',
		{ cause },
	);
}
