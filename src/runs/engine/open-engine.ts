import type { Logger } from 'pino';
import type { Engine } from './engine.ts';

export interface EngineOptions {
	/** A Redis server; without it every process answers what it has accepted. */
	readonly queueUrl?: string;
	readonly role: 'all' | 'front' | 'worker';
	/** Runs at once in this process. */
	readonly runConcurrency: number;
}

/** What hands runs to all processes; undefined where there is nothing to share them on. */
export async function openSharedEngine({ queueUrl, role, runConcurrency }: EngineOptions, logger: Logger): Promise<Engine | undefined> {
	if (queueUrl === undefined) return undefined;
	// Only where it is used: the library takes a fifth of a second to load.
	const { createBullEngine } = await import('./bull.ts');
	return createBullEngine({ url: queueUrl, concurrency: role === 'front' ? 0 : runConcurrency, logger });
}
