import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { requireNotNewer } from '../data/migrate.ts';
import { toUserError, UserError } from '../errors.ts';
import { openStorage } from '../storage/open.ts';
import type { SealedRecords } from '../storage/reseal.ts';
import { createSeal, type Seal } from '../storage/sealed.ts';
import type { Storage } from '../storage/storage.ts';
import type { Check } from './check.ts';

/** Long enough for one write; it goes by itself. */
const PROBE_MS = 1000;
/** A wrong key opens none of them; one that is damaged is not worth reading all. */
const LOOKED_AT = 20;

/** That the database can be written, and was not written by a newer version. `storage` rejects when it cannot be opened. */
export function checkStorage(
	{ databaseUrl, databaseSetting }: Pick<Config, 'databaseUrl' | 'databaseSetting'>,
	storage: Promise<Storage>,
): Check {
	return {
		settings: databaseSetting,
		async run() {
			const owner = randomUUID();
			const opened = await storage;
			await opened.claim('start-check', owner, PROBE_MS);
			await requireNotNewer(opened);
			return /^rediss?:/.test(databaseUrl) ? `Redis at ${new URL(databaseUrl).host} can be written.` : 'The SQLite file can be written.';
		},
	};
}

/**
 * That the Redis server of the queue can be written, where that is not the database. Optional: a process waits for it while it runs, and so it does when
 * it starts.
 */
export function checkQueue({ queueUrl, databaseUrl }: Pick<Config, 'queueUrl' | 'databaseUrl'>, logger: Logger): readonly Check[] {
	if (queueUrl === undefined || queueUrl === databaseUrl) return [];
	const { host } = new URL(queueUrl);
	const run = async () => {
		try {
			const storage = await openStorage(queueUrl, { logger });
			await storage.claim('start-check', randomUUID(), PROBE_MS).finally(() => storage.close());
		} catch (error) {
			// To its errors, a Redis server is the database.
			const words = toUserError(error)
				.userMessage.replaceAll(/DATABASE_URL or REDIS_URL(, whichever is set)?/g, 'REDIS_URL')
				.replace('The database', 'The queue at');
			throw new UserError('storage', words, { cause: error });
		}
		return `Redis at ${host} can be written.`;
	};
	return [{ settings: 'REDIS_URL', optional: true, run }];
}

/**
 * That the key opens what is stored sealed. Optional: the bot answers with everything else, and a key that is lost for good must not keep people
 * from entering their secrets again.
 */
export function checkEncryptionKey(
	{ encryptionKey, previousEncryptionKeys }: Pick<Config, 'encryptionKey' | 'previousEncryptionKeys'>,
	storage: Promise<Storage>,
	kinds: readonly SealedRecords[],
): Check {
	return {
		settings: 'ENCRYPTION_KEY',
		optional: true,
		async run() {
			const opened = await storage.catch(() => undefined);
			if (!opened) return undefined;
			const lost = await unreadable(opened, opens(encryptionKey, previousEncryptionKeys), kinds);
			if (lost.length === 0) return encryptionKey === undefined ? undefined : 'What is stored sealed opens.';
			const remedy =
				encryptionKey === undefined ? 'Set it to what it was' : 'Put the former key back, or add it to ENCRYPTION_KEY_PREVIOUS';
			throw new UserError(
				'configuration',
				`${encryptionKey === undefined ? 'ENCRYPTION_KEY is not set, and sealed with it is' : 'ENCRYPTION_KEY does not open'} ${inWords(lost)}. ${remedy}; if it is lost, the secrets have to be entered again.`,
			);
		},
	};
}

/** A seal under which nothing is due to be sealed anew: walking through the records with it changes none that somebody may need. */
function opens(key: string | undefined, previousKeys: readonly string[]): Seal {
	const seal = key === undefined ? undefined : createSeal(key, previousKeys);
	const noKey = () => new UserError('configuration', 'ENCRYPTION_KEY is not set.');
	const open: Seal['open'] = (sealed, context) => {
		if (!seal) throw noKey();
		return seal.open(sealed, context);
	};
	return {
		open,
		seal: () => {
			throw noKey();
		},
		renew(sealed, context) {
			open(sealed, context);
			return undefined;
		},
	};
}

async function unreadable(storage: Storage, seal: Seal, kinds: readonly SealedRecords[]): Promise<readonly string[]> {
	const lost: string[] = [];
	for (const { reseal } of kinds) {
		let seen = 0;
		for await (const record of reseal(storage, seal)) {
			if (record.outcome === 'unreadable') lost.push(record.whose);
			seen += 1;
			if (seen === LOOKED_AT) break;
		}
	}
	return lost;
}

function inWords(lost: readonly string[]): string {
	const [first = '', ...others] = lost;
	return others.length === 0 ? first : `${first} and ${others.length === 1 ? 'one more' : `${others.length} more`}`;
}
