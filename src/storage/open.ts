import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { createSqliteStorage } from './sqlite-storage.ts';
import type { Storage } from './storage.ts';
import { openingError } from './storage-error.ts';

const SQLITE = 'sqlite://';

/**
 * Opens the database that `url` names:
 *
 * - `sqlite://data/bot.sqlite` (relative to the working directory), `sqlite:///var/lib/bot.sqlite`; file and folders are created
 * - `sqlite://:memory:`, for tests
 * - `redis://host:6379`, `rediss://user:password@host:6379/0`
 *
 * Rejects with a UserError `storage` that says why it cannot be used and what to do; credentials are left out of it.
 */
export async function openStorage(url: string, { logger }: { logger: Logger }): Promise<Storage> {
	if (url.startsWith(SQLITE) && url.length > SQLITE.length) return openSqlite(url.slice(SQLITE.length), logger);
	if (/^rediss?:\/\//.test(url) && URL.parse(url)?.hostname) return openRedis(url, logger);
	const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0];
	throw new UserError(
		'storage',
		`DATABASE_URL ${scheme ? `(${scheme}…) ` : ''}is no database address the bot can use. Set it to sqlite://<file>, for example sqlite://data/toolcoder.sqlite, or to redis://<host>:<port>.`,
	);
}

async function openSqlite(file: string, logger: Logger): Promise<Storage> {
	let database: SqliteDatabase | undefined;
	try {
		database = await SqliteDatabase.open(file);
		return await createSqliteStorage(database, { logger });
	} catch (error) {
		await database?.close();
		throw openingError(`${SQLITE}${file}`, error);
	}
}

async function openRedis(url: string, logger: Logger): Promise<Storage> {
	try {
		// Only where it is used: its client takes a tenth of a second to load.
		const { openRedisStorage } = await import('./redis-storage.ts');
		return await openRedisStorage(url, { logger });
	} catch (error) {
		const { protocol, host } = new URL(url);
		throw openingError(`${protocol}//${host}`, error);
	}
}
