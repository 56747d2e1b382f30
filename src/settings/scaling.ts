import { z } from 'zod';
import { optionalText, wholeNumber } from './kinds.ts';

const ROLES = ['all', 'front', 'worker'] as const;

/** What a process does of the work: takes in what people ask (front), answers it (worker), or both. */
export type Role = (typeof ROLES)[number];

export interface ScalingConfig {
	readonly role: Role;
	/** Where processes hand runs to one another; absent where each answers what it has accepted. */
	readonly queueUrl?: string;
	/** Runs of one workspace at once, in all processes. */
	readonly workspaceConcurrency: number;
}

export const scalingSettings = {
	REDIS_URL: optionalText.refine(
		(text) => text === undefined || isRedisUrl(text),
		'must be redis://host:6379 or rediss://user:password@host:6379',
	),
	ROLE: optionalText.transform((text) => text ?? 'all').pipe(z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` })),
	WORKSPACE_CONCURRENCY: wholeNumber(24, 1, 1000),
};

interface Database {
	readonly databaseUrl: string;
	/** The setting that names it, or would. */
	readonly databaseSetting: 'DATABASE_URL' | 'REDIS_URL';
}

interface Settings {
	readonly REDIS_URL?: string;
	readonly ROLE: Role;
	readonly WORKSPACE_CONCURRENCY: number;
	readonly DATABASE_URL?: string;
}

/** A database on Redis is a queue as well; REDIS_URL alone is a database as well. */
export function scalingConfig({ REDIS_URL, ROLE, WORKSPACE_CONCURRENCY, DATABASE_URL }: Settings): ScalingConfig & Database {
	const queueUrl = REDIS_URL ?? (DATABASE_URL !== undefined && isRedisUrl(DATABASE_URL) ? DATABASE_URL : undefined);
	return {
		role: ROLE,
		...(queueUrl !== undefined && { queueUrl }),
		workspaceConcurrency: WORKSPACE_CONCURRENCY,
		databaseSetting: DATABASE_URL === undefined && REDIS_URL !== undefined ? 'REDIS_URL' : 'DATABASE_URL',
		databaseUrl: DATABASE_URL ?? REDIS_URL ?? 'sqlite://data/toolcoder.sqlite',
	};
}

/** Those that only fit together in another way. */
export function scalingProblems(settings: Settings): string[] {
	const { role, queueUrl, databaseUrl } = scalingConfig(settings);
	if (role === 'all') return [];
	if (queueUrl === undefined) return [`ROLE ${role} needs REDIS_URL: processes hand questions to one another on a Redis server`];
	if (isRedisUrl(databaseUrl)) return [];
	return [`ROLE ${role} needs a database that all processes share: remove DATABASE_URL, and the server of REDIS_URL is used for it, too`];
}

function isRedisUrl(text: string): boolean {
	return /^rediss?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '';
}
