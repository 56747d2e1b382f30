import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { isHttpUrl, list, optionalText, token } from './kinds.ts';

/** What of Slack can be set; see `.env.example`. */
export const slackSettings = {
	SLACK_BOT_TOKEN: token('xoxb-', 'the bot token of your Slack app'),
	SLACK_APP_TOKEN: token('xapp-', 'the app-level token of your Slack app'),
	SLACK_SIGNING_SECRET: optionalText,
	SLACK_CLIENT_ID: optionalText,
	SLACK_CLIENT_SECRET: optionalText,
	SLACK_ADMINS: list,
	SLACK_API_URL: optionalText
		.transform((text) => text ?? 'https://slack.com/api/')
		.refine((text) => isHttpUrl(text) && text.endsWith('/'), 'must be an http:// or https:// address that ends with a slash'),
};

export interface SlackConfig {
	/** Events come over a WebSocket that the bot opens, or as signed HTTP requests to `port`. */
	readonly delivery: { readonly mode: 'socket'; readonly appToken: string } | { readonly mode: 'http'; readonly signingSecret: string };
	/** One workspace by its bot token, or as many as install the app. */
	readonly access:
		| { readonly kind: 'token'; readonly botToken: string }
		| {
				readonly kind: 'oauth';
				readonly clientId: string;
				readonly clientSecret: string;
				readonly encryptionKey: string;
				readonly previousEncryptionKeys?: readonly string[];
		  };
	/** Ids of users who count as admins besides those of the workspace. */
	readonly admins: readonly string[];
	/** Ends with a slash. */
	readonly apiUrl: string;
	/** Of the HTTP server: events, health, and the installation of the app. All addresses of the machine when left out. */
	readonly host?: string;
	readonly port: number;
}

/** What of the environment it takes: its own settings, and those it shares with others. */
type SlackEnvironment = z.infer<z.ZodObject<typeof slackSettings>> & {
	readonly ENCRYPTION_KEY?: string;
	readonly ENCRYPTION_KEY_PREVIOUS?: readonly string[];
	readonly HOST?: string;
	readonly PORT: number;
};

/** Undefined when nothing of Slack is set. Throws a UserError that names all that is missing. */
export function slackConfig(env: SlackEnvironment): SlackConfig | undefined {
	const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET } = env;
	if (![SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET].some(Boolean)) return undefined;
	const missing: string[] = [];
	const delivery = SLACK_APP_TOKEN
		? ({ mode: 'socket', appToken: SLACK_APP_TOKEN } as const)
		: ({ mode: 'http', signingSecret: SLACK_SIGNING_SECRET ?? '' } as const);
	if (!SLACK_APP_TOKEN && !SLACK_SIGNING_SECRET) {
		missing.push(
			'SLACK_APP_TOKEN (Basic Information > App-Level Tokens, scope connections:write), or SLACK_SIGNING_SECRET for HTTP (Basic Information > App Credentials)',
		);
	}
	const oauth = Boolean(SLACK_CLIENT_ID || SLACK_CLIENT_SECRET);
	if (!oauth && !SLACK_BOT_TOKEN) missing.push('SLACK_BOT_TOKEN (OAuth & Permissions > Bot User OAuth Token, after installing the app)');
	if (oauth && !SLACK_CLIENT_ID) missing.push('SLACK_CLIENT_ID (Basic Information > App Credentials)');
	if (oauth && !SLACK_CLIENT_SECRET) missing.push('SLACK_CLIENT_SECRET (Basic Information > App Credentials)');
	if (oauth && !env.ENCRYPTION_KEY)
		missing.push('ENCRYPTION_KEY (seals the tokens of the workspaces; make one with: openssl rand -base64 32)');
	if (missing.length > 0) {
		throw new UserError(
			'configuration',
			`Slack is set up in part. Still missing, from https://api.slack.com/apps:\n${missing.map((name) => `  ${name}`).join('\n')}`,
		);
	}
	return {
		delivery,
		access: oauth
			? {
					kind: 'oauth',
					clientId: SLACK_CLIENT_ID ?? '',
					clientSecret: SLACK_CLIENT_SECRET ?? '',
					encryptionKey: env.ENCRYPTION_KEY ?? '',
					previousEncryptionKeys: env.ENCRYPTION_KEY_PREVIOUS,
				}
			: { kind: 'token', botToken: SLACK_BOT_TOKEN ?? '' },
		admins: env.SLACK_ADMINS,
		apiUrl: env.SLACK_API_URL,
		host: env.HOST,
		port: env.PORT,
	};
}
