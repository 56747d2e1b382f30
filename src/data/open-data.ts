import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Storage } from '../storage/storage.ts';
import { openMigrated } from './open-migrated.ts';
import { startRetention } from './retention.ts';

/** The database of a bot that serves: brought up to date, and cleared of what was kept long enough until it is closed. Rejects as `openMigrated` does. */
export async function openData(
	{ databaseUrl, runRetentionDays: days }: Pick<Config, 'databaseUrl' | 'runRetentionDays'>,
	{ logger }: { readonly logger: Logger },
): Promise<Storage> {
	const storage = await openMigrated(databaseUrl, { logger });
	const retention = startRetention(storage, { days, logger });
	return {
		...storage,
		async close() {
			await retention.stop();
			await storage.close();
		},
	};
}
