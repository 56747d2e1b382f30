import { type WebAPICallResult, WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Check } from '../../../src/checks/check.ts';
import { checkPort } from '../../../src/checks/port.ts';
import type { SlackConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { explainSlackError } from '../outbound/slack-errors.ts';
import { refusalOf } from '../outbound/slack-failure.ts';
import { createAccess } from './create-access.ts';
import { webClientOptions } from './web-client.ts';

export interface SlackCheckOptions {
	/** Rejects when it cannot be opened. */
	readonly storage: Promise<Storage>;
	readonly logger: Logger;
	/** Whether events are to reach this process; posting takes neither a connection nor a port. */
	readonly listens: boolean;
}

/** Slack answers within a second; it is asked once. */
const TIMEOUT_MS = 8000;

/** What has to hold for the bot to be in Slack: its token or its installations, how events reach it, and its port where it needs one. */
export function checkSlack(config: SlackConfig, options: SlackCheckOptions): readonly Check[] {
	const { access, delivery } = config;
	const { listens } = options;
	const serves = listens && (delivery.mode === 'http' || access.kind === 'oauth');
	return [
		access.kind === 'token' ? checkBotToken(access.botToken, config, options) : checkInstallations(config, options),
		...(listens && delivery.mode === 'socket' ? [checkAppToken(delivery.appToken, config, options)] : []),
		...(serves ? [checkPort('PORT', config)] : []),
	];
}

function checkBotToken(token: string, config: SlackConfig, options: SlackCheckOptions): Check {
	return {
		settings: 'SLACK_BOT_TOKEN',
		async run() {
			const { team, team_id: id } = await explained(() => clientOf(token, config, options).auth.test());
			return `Slack takes the token for the workspace ${team ?? id}.`;
		},
	};
}

/** Slack says nothing of the client's id and secret before somebody installs the app. */
function checkInstallations(config: SlackConfig, { storage, logger }: SlackCheckOptions): Check {
	return {
		settings: 'SLACK_CLIENT_ID, ENCRYPTION_KEY',
		async run() {
			const opened = await storage.catch(() => undefined);
			return opened && `Slack: ${await createAccess({ config, storage: opened, logger }).check()}.`;
		},
	};
}

/** Asks for a connection as the bot will, and leaves it. Slack grants one such call a minute (Tier 1), which the bot's start needs. */
function checkAppToken(token: string, config: SlackConfig, options: SlackCheckOptions): Check {
	return {
		settings: 'SLACK_APP_TOKEN',
		costly: true,
		async run() {
			try {
				await explained(() => clientOf(token, config, options).apps.connections.open({}));
			} catch (error) {
				if (!(error instanceof UserError) || error.code === 'network') throw error;
				throw new UserError(
					'configuration',
					`Slack does not take the app-level token (${refusalOf(error.cause) ?? 'no connection'}). Check SLACK_APP_TOKEN (scope connections:write), and that Socket Mode is on.`,
					{ cause: error },
				);
			}
			return 'Slack opens connections for the app-level token.';
		},
	};
}

function clientOf(token: string, { apiUrl }: SlackConfig, { logger }: SlackCheckOptions): WebClient {
	return new WebClient(token, webClientOptions({ apiUrl, logger, timeoutMs: TIMEOUT_MS }));
}

async function explained<T extends WebAPICallResult>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw explainSlackError(error) ?? error;
	}
}
