import type { Logger } from 'pino';
import { openStorage } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { migrate } from './migrate.ts';

/** The database that `url` names, brought up to date. Rejects as `openStorage` and `migrate` do. */
export async function openMigrated(url: string, { logger }: { readonly logger: Logger }): Promise<Storage> {
	const storage = await openStorage(url, { logger });
	try {
		await migrate(storage, { logger });
	} catch (error) {
		await storage.close();
		throw error;
	}
	return storage;
}
