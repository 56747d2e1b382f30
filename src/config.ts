import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { HIGHEST_MEMORY_MB, LOWEST_MEMORY_MB } from './sandbox/limits.ts';
import { type OperatorSecret, readOperatorSecrets } from './toolset/operator-secret.ts';

const list = z
	.string()
	.default('')
	.transform((text) =>
		text
			.split(',')
			.map((part) => part.trim())
			.filter((part) => part !== ''),
	);

/** A variable set to nothing counts as unset: `.env` files and compose files carry empty lines. */
const optionalText = z
	.string()
	.optional()
	.transform((text) => (text?.trim() ? text.trim() : undefined));

const wholeNumber = (fallback: number, least: number, most: number) =>
	z
		.string()
		.optional()
		.transform((text, context) => {
			if (!text?.trim()) return fallback;
			const number = Number(text);
			if (Number.isInteger(number) && number >= least && number <= most) return number;
			context.addIssue({ code: 'custom', message: `must be a whole number from ${least} to ${most}` });
			return z.NEVER;
		});

/** US dollars for a million tokens; undefined when nobody said. */
const price = z
	.string()
	.optional()
	.transform((text, context) => {
		if (!text?.trim()) return undefined;
		const number = Number(text);
		if (Number.isFinite(number) && number >= 0) return number;
		context.addIssue({ code: 'custom', message: 'must be US dollars for a million tokens, for example 0.15' });
		return z.NEVER;
	});

/** A message never repeats what was set: it may be a secret in the wrong variable. */
const token = (prefix: string, what: string) =>
	optionalText.refine((text) => text === undefined || text.startsWith(prefix), `must be ${what}, which starts with ${prefix}`);

/** Every setting, its default, and what is accepted. `.env.example` documents each; a test holds the two together. */
export const settings = {
	OPENAI_API_KEY: optionalText,
	OPENAI_BASE_URL: optionalText.refine((text) => text === undefined || isHttpUrl(text), 'must be an http:// or https:// address'),
	MODEL: optionalText.transform((text) => text ?? 'gpt-4o-mini'),
	MODEL_TIMEOUT_SECONDS: wholeNumber(120, 1, 3600),
	MODEL_CONCURRENCY: wholeNumber(4, 1, 1000),
	DATABASE_URL: optionalText.transform((text) => text ?? 'sqlite://data/toolcoder.sqlite'),
	ENCRYPTION_KEY: optionalText.refine(
		(text) => text === undefined || text.length >= 32,
		'must have at least 32 characters; make one with: openssl rand -base64 32',
	),
	SLACK_BOT_TOKEN: token('xoxb-', 'the bot token of your Slack app'),
	SLACK_APP_TOKEN: token('xapp-', 'the app-level token of your Slack app'),
	SLACK_SIGNING_SECRET: optionalText,
	SLACK_CLIENT_ID: optionalText,
	SLACK_CLIENT_SECRET: optionalText,
	SLACK_ADMINS: list,
	SLACK_API_URL: optionalText
		.transform((text) => text ?? 'https://slack.com/api/')
		.refine((text) => isHttpUrl(text) && text.endsWith('/'), 'must be an http:// or https:// address that ends with a slash'),
	HOST: optionalText,
	PORT: wholeNumber(3000, 0, 65_535),
	ALLOW_PRIVATE_HOSTS: list,
	MODEL_PRICE_INPUT: price,
	MODEL_PRICE_OUTPUT: price,
	RUN_CONCURRENCY: wholeNumber(32, 1, 1000),
	RUN_TIMEOUT_SECONDS: wholeNumber(60, 1, 3600),
	SANDBOX_PROCESSES: wholeNumber(2, 1, 64),
	SANDBOX_MEMORY_MB: wholeNumber(64, LOWEST_MEMORY_MB, HIGHEST_MEMORY_MB),
	LOG_LEVEL: optionalText
		.transform((text) => text ?? 'warn')
		.refine(
			(text) => ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].includes(text),
			'must be a pino level, for example info',
		),
};

export interface Config {
	readonly model: {
		readonly apiKey?: string;
		readonly baseUrl?: string;
		readonly name: string;
		readonly timeoutMs: number;
		readonly concurrency: number;
		/** False when neither a key nor a server is set: the bot then answers its sample questions only. */
		readonly configured: boolean;
	};
	/** US dollars for a million tokens, where the operator said so. */
	readonly price: { readonly input?: number; readonly output?: number };
	readonly databaseUrl: string;
	/** Seals what admins type in and what Slack hands out; without it, neither can be stored. */
	readonly encryptionKey?: string;
	/** Absent when nothing of Slack is set. */
	readonly slack?: SlackConfig;
	readonly allowPrivateHosts: readonly string[];
	readonly runConcurrency: number;
	readonly runTimeoutMs: number;
	readonly sandbox: { readonly processes: number; readonly memoryMb: number };
	readonly logLevel: string;
	/** Operator secrets by the name an admin refers to them with, and where they may go: `TOOLSET_SECRET_TMDB` is `TMDB`. */
	readonly toolsetSecrets: ReadonlyMap<string, OperatorSecret>;
}

export interface SlackConfig {
	/** Events come over a WebSocket that the bot opens, or as signed HTTP requests to `port`. */
	readonly delivery: { readonly mode: 'socket'; readonly appToken: string } | { readonly mode: 'http'; readonly signingSecret: string };
	/** One workspace by its bot token, or as many as install the app. */
	readonly access:
		| { readonly kind: 'token'; readonly botToken: string }
		| { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly encryptionKey: string };
	/** Ids of users who count as admins besides those of the workspace. */
	readonly admins: readonly string[];
	/** Ends with a slash. */
	readonly apiUrl: string;
	/** Of the HTTP server: events, health, and the installation of the app. All addresses of the machine when left out. */
	readonly host?: string;
	readonly port: number;
}

/** The environment of this process, with what a `.env` file in the current folder adds to it. What is set already stays. */
function readEnvironment(): NodeJS.ProcessEnv {
	if (existsSync('.env')) {
		try {
			process.loadEnvFile('.env');
		} catch (error) {
			throw new UserError('configuration', 'The file .env cannot be read. Check its permissions, or start without it.', { cause: error });
		}
	}
	return process.env;
}

/** The configuration of this process, frozen. Throws one UserError that names every wrong setting at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = readEnvironment()): Config {
	const parsed = z.object(settings).safeParse(environment);
	const toolsetSecrets = readOperatorSecrets(environment);
	const issues = parsed.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
	const problems = [...issues, ...toolsetSecrets.problems].map((problem) => `  ${problem}`);
	if (!parsed.success || problems.length > 0) {
		throw new UserError('configuration', `Wrong settings (see .env.example):\n${problems.join('\n')}`);
	}
	const env = parsed.data;
	return Object.freeze({
		model: {
			apiKey: env.OPENAI_API_KEY,
			baseUrl: env.OPENAI_BASE_URL,
			name: env.MODEL,
			timeoutMs: env.MODEL_TIMEOUT_SECONDS * 1000,
			concurrency: env.MODEL_CONCURRENCY,
			configured: env.OPENAI_API_KEY !== undefined || env.OPENAI_BASE_URL !== undefined,
		},
		price: { input: env.MODEL_PRICE_INPUT, output: env.MODEL_PRICE_OUTPUT },
		databaseUrl: env.DATABASE_URL,
		encryptionKey: env.ENCRYPTION_KEY,
		slack: slackConfig(env),
		allowPrivateHosts: env.ALLOW_PRIVATE_HOSTS,
		runConcurrency: env.RUN_CONCURRENCY,
		runTimeoutMs: env.RUN_TIMEOUT_SECONDS * 1000,
		sandbox: { processes: env.SANDBOX_PROCESSES, memoryMb: env.SANDBOX_MEMORY_MB },
		logLevel: env.LOG_LEVEL,
		toolsetSecrets: toolsetSecrets.secrets,
	});
}

type Environment = z.infer<z.ZodObject<typeof settings>>;

function slackConfig(env: Environment): SlackConfig | undefined {
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
			? { kind: 'oauth', clientId: SLACK_CLIENT_ID ?? '', clientSecret: SLACK_CLIENT_SECRET ?? '', encryptionKey: env.ENCRYPTION_KEY ?? '' }
			: { kind: 'token', botToken: SLACK_BOT_TOKEN ?? '' },
		admins: env.SLACK_ADMINS,
		apiUrl: env.SLACK_API_URL,
		host: env.HOST,
		port: env.PORT,
	};
}

function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
