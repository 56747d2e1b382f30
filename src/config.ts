import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { HIGHEST_MEMORY_MB, LOWEST_MEMORY_MB } from './sandbox/limits.ts';

/** The prefix of environment variables that an admin may name as a toolset's credential; no other variable can be named. */
const SECRET_PREFIX = 'TOOLSET_SECRET_';

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

/** Every setting, its default, and what is accepted. `.env.example` documents each; a test holds the two together. */
export const settings = {
	OPENAI_API_KEY: optionalText,
	OPENAI_BASE_URL: optionalText.refine((text) => text === undefined || isHttpUrl(text), 'must be an http:// or https:// address'),
	MODEL: optionalText.transform((text) => text ?? 'gpt-4o-mini'),
	MODEL_TIMEOUT_SECONDS: wholeNumber(120, 1, 3600),
	MODEL_CONCURRENCY: wholeNumber(4, 1, 1000),
	DATABASE_URL: optionalText.transform((text) => text ?? 'sqlite://data/toolcoder.sqlite'),
	ALLOW_PRIVATE_HOSTS: list,
	RUN_CONCURRENCY: wholeNumber(4, 1, 1000),
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
	readonly databaseUrl: string;
	readonly allowPrivateHosts: readonly string[];
	readonly runConcurrency: number;
	readonly runTimeoutMs: number;
	readonly sandbox: { readonly processes: number; readonly memoryMb: number };
	readonly logLevel: string;
	/** Operator secrets by the name an admin refers to them with: `TOOLSET_SECRET_TMDB` is `TMDB`. */
	readonly toolsetSecrets: ReadonlyMap<string, string>;
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
	if (!parsed.success) {
		const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
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
		databaseUrl: env.DATABASE_URL,
		allowPrivateHosts: env.ALLOW_PRIVATE_HOSTS,
		runConcurrency: env.RUN_CONCURRENCY,
		runTimeoutMs: env.RUN_TIMEOUT_SECONDS * 1000,
		sandbox: { processes: env.SANDBOX_PROCESSES, memoryMb: env.SANDBOX_MEMORY_MB },
		logLevel: env.LOG_LEVEL,
		toolsetSecrets: new Map(
			Object.entries(environment).flatMap(([name, value]) =>
				name.startsWith(SECRET_PREFIX) && value ? [[name.slice(SECRET_PREFIX.length), value] as const] : [],
			),
		),
	});
}

function isHttpUrl(text: string): boolean {
	return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
