import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './errors.ts';
import type { BudgetLimits } from './runs/budget-limits.ts';
import { HIGHEST_MEMORY_MB, LOWEST_MEMORY_MB } from './sandbox/limits.ts';
import { budgetLimits, budgetSettings } from './settings/budgets.ts';
import { type DiscordConfig, discordConfig, discordSettings } from './settings/discord.ts';
import { isHttpUrl, list, optionalText, wholeNumber } from './settings/kinds.ts';
import { readMcpCommands } from './settings/mcp.ts';
import { type OpsConfig, observabilityConfig, observabilitySettings, type TracesConfig } from './settings/observability.ts';
import { formerPrices, modelPrices, type Prices } from './settings/prices.ts';
import { type ScalingConfig, scalingConfig, scalingProblems, scalingSettings } from './settings/scaling.ts';
import { type SlackConfig, slackConfig, slackSettings } from './settings/slack.ts';
import type { OperatorCommand } from './toolset/mcp/operator-command.ts';
import { type OperatorSecret, readOperatorSecrets } from './toolset/operator-secret.ts';

/** Every setting, its default, and what is accepted. `.env.example` documents each; a test holds the two together. */
export const settings = {
	OPENAI_API_KEY: optionalText,
	OPENAI_BASE_URL: optionalText.refine((text) => text === undefined || isHttpUrl(text), 'must be an http:// or https:// address'),
	MODEL: optionalText.transform((text) => text ?? 'gpt-4o-mini'),
	EMBEDDING_MODEL: optionalText,
	MODEL_TIMEOUT_SECONDS: wholeNumber(120, 1, 3600),
	MODEL_CONCURRENCY: wholeNumber(4, 1, 1000),
	DATABASE_URL: optionalText,
	...scalingSettings,
	ENCRYPTION_KEY: optionalText.refine(
		(text) => text === undefined || text.length >= 32,
		'must have at least 32 characters; make one with: openssl rand -base64 32',
	),
	ENCRYPTION_KEY_PREVIOUS: list.refine(
		(keys) => keys.every((key) => key.length >= 32),
		'must be former keys of at least 32 characters, separated by commas',
	),
	...slackSettings,
	...discordSettings,
	HOST: optionalText,
	PORT: wholeNumber(3000, 0, 65_535),
	ALLOW_PRIVATE_HOSTS: list,
	MODEL_PRICES: modelPrices,
	...budgetSettings,
	RUN_CONCURRENCY: wholeNumber(32, 1, 1000),
	RUN_TIMEOUT_SECONDS: wholeNumber(60, 1, 3600),
	APPROVAL_TIMEOUT_SECONDS: wholeNumber(900, 1, 86_400),
	FUNCTION_LIMIT: wholeNumber(10_000, 1, 1_000_000),
	RUN_RETENTION_DAYS: wholeNumber(90, 0, 36_500),
	SHUTDOWN_SECONDS: wholeNumber(8, 1, 3600),
	SANDBOX_PROCESSES: wholeNumber(2, 1, 64),
	SANDBOX_MEMORY_MB: wholeNumber(64, LOWEST_MEMORY_MB, HIGHEST_MEMORY_MB),
	...observabilitySettings,
	LOG_LEVEL: optionalText
		.transform((text) => text ?? 'warn')
		.refine(
			(text) => ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].includes(text),
			'must be a pino level, for example info',
		),
};

export type { DiscordConfig } from './settings/discord.ts';
export type { SlackConfig } from './settings/slack.ts';

export interface Config extends ScalingConfig {
	readonly model: {
		readonly apiKey?: string;
		readonly baseUrl?: string;
		readonly name: string;
		/** Of the same server, for the search of tools by meaning; by words alone without it. */
		readonly embedding?: string;
		readonly timeoutMs: number;
		readonly concurrency: number;
		/** False when neither a key nor a server is set: the bot then answers its sample questions only. */
		readonly configured: boolean;
	};
	/** Of the models that the operator gave one. */
	readonly prices: Prices;
	readonly budgets: BudgetLimits;
	readonly databaseUrl: string;
	/** The setting that names it, or would. */
	readonly databaseSetting: 'DATABASE_URL' | 'REDIS_URL';
	/** Seals what admins type in and what Slack hands out; without it, neither can be stored. */
	readonly encryptionKey?: string;
	/** Former ones: what was sealed with them still opens. */
	readonly previousEncryptionKeys: readonly string[];
	/** Absent when nothing of Slack is set. */
	readonly slack?: SlackConfig;
	/** Absent when no bot of Discord is set. */
	readonly discord?: DiscordConfig;
	readonly allowPrivateHosts: readonly string[];
	readonly runConcurrency: number;
	readonly runTimeoutMs: number;
	/** How long a person has to allow a write, or to answer what a program asks. */
	readonly approvalMs: number;
	/** Functions that a workspace may have on offer. */
	readonly functionLimit: number;
	/** Days that a run is kept after its end; 0 for ever. */
	readonly runRetentionDays: number;
	/** From the request to end until the process has ended. */
	readonly shutdownMs: number;
	readonly sandbox: { readonly processes: number; readonly memoryMb: number };
	readonly logLevel: string;
	/** Absent when the operator's server is off. */
	readonly ops?: OpsConfig;
	/** Absent when nobody collects traces. */
	readonly traces?: TracesConfig;
	/** Operator secrets by the name an admin refers to them with, and where they may go: `TOOLSET_SECRET_TMDB` is `TMDB`. */
	readonly toolsetSecrets: ReadonlyMap<string, OperatorSecret>;
	/** Command lines of MCP servers by the name a toolset's source has: `MCP_COMMAND_FILES` is `FILES`, or `mcp:files`. */
	readonly mcpCommands: ReadonlyMap<string, OperatorCommand>;
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
	const mcp = readMcpCommands(environment, isOwn);
	const issues = parsed.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
	const former = formerPrices(environment, settings.MODEL.parse(environment.MODEL));
	const unfit = parsed.success ? scalingProblems(parsed.data) : [];
	const problems = [...issues, ...unfit, ...former, ...toolsetSecrets.problems, ...mcp.problems].map((problem) => `  ${problem}`);
	if (!parsed.success || problems.length > 0) {
		throw new UserError('configuration', `Wrong settings (see .env.example):\n${problems.join('\n')}`);
	}
	const env = parsed.data;
	return Object.freeze({
		model: {
			apiKey: env.OPENAI_API_KEY,
			baseUrl: env.OPENAI_BASE_URL,
			name: env.MODEL,
			embedding: env.EMBEDDING_MODEL,
			timeoutMs: env.MODEL_TIMEOUT_SECONDS * 1000,
			concurrency: env.MODEL_CONCURRENCY,
			configured: env.OPENAI_API_KEY !== undefined || env.OPENAI_BASE_URL !== undefined,
		},
		prices: env.MODEL_PRICES,
		budgets: budgetLimits(env),
		...scalingConfig(env),
		encryptionKey: env.ENCRYPTION_KEY,
		previousEncryptionKeys: env.ENCRYPTION_KEY_PREVIOUS,
		slack: slackConfig(env),
		discord: discordConfig(env),
		allowPrivateHosts: env.ALLOW_PRIVATE_HOSTS,
		runConcurrency: env.RUN_CONCURRENCY,
		shutdownMs: env.SHUTDOWN_SECONDS * 1000,
		runTimeoutMs: env.RUN_TIMEOUT_SECONDS * 1000,
		approvalMs: env.APPROVAL_TIMEOUT_SECONDS * 1000,
		functionLimit: env.FUNCTION_LIMIT,
		runRetentionDays: env.RUN_RETENTION_DAYS,
		sandbox: { processes: env.SANDBOX_PROCESSES, memoryMb: env.SANDBOX_MEMORY_MB },
		logLevel: env.LOG_LEVEL,
		...observabilityConfig(env),
		toolsetSecrets: toolsetSecrets.secrets,
		mcpCommands: mcp.commands,
	});
}

/** Whether a variable belongs to the bot alone. */
function isOwn(variable: string): boolean {
	return Object.hasOwn(settings, variable) || /^(TOOLSET_SECRET|MCP_COMMAND)_/.test(variable);
}
