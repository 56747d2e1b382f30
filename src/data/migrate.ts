import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import { type Lease, takeLease } from '../runs/lease.ts';
import { createProcessIdentity } from '../runs/process-identity.ts';
import type { Records, Storage } from '../storage/storage.ts';
import { MIGRATIONS, type Migration } from './migration.ts';
import type { StepContext } from './step.ts';

export interface MigrateOptions {
	readonly logger: Logger;
	/** Those there are when left out. */
	readonly migrations?: readonly Migration[];
	/** How long another process may take. Milliseconds. */
	readonly patienceMs?: number;
	/** How long a process that gives no sign of life keeps others from it, and how often it gives one. Milliseconds. */
	readonly lease?: { readonly ttlMs: number; readonly renewMs: number };
}

interface SchemaRecord {
	/** How many migrations it has been through. */
	readonly version: number;
	readonly at: string;
}

/** The version of what this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

const KEY = 'version';
/** A million records take a minute. */
const PATIENCE_MS = 10 * 60_000;
const LOOK_MS = 100;
const LEASE = { ttlMs: 15_000, renewMs: 5_000 };

/**
 * Brings the database up to date, before anything else reads it: one read when it is. Of several processes one does it, and the others wait; what a process
 * that was killed has left is gone on with. Rejects with a UserError: `configuration` when a newer version of the bot wrote the database, `storage` when
 * the storage fails, or another process has not finished in time.
 */
export async function migrate(storage: Storage, options: MigrateOptions): Promise<void> {
	const { logger, migrations = MIGRATIONS, patienceMs = PATIENCE_MS } = options;
	const schema = storage.records<SchemaRecord>('schema');
	const isCurrent = async () => (await versionOf(schema, migrations.length)) === migrations.length;
	const terms = { ...(options.lease ?? LEASE), owner: createProcessIdentity(), logger };
	const deadline = Date.now() + patienceMs;
	for (let waits = false; !(await isCurrent()); waits = true) {
		const lease = await takeLease(storage, 'migration', terms);
		if (lease) return applyAll(storage, schema, migrations, lease, logger);
		if (!waits) logger.info('another process brings the database up to date; waiting for it');
		if (Date.now() >= deadline) throw takesTooLong();
		await delay(LOOK_MS);
	}
}

/**
 * Brings records of an older version, which were written into a current database, up to date.
 *
 * @param version of what was written
 */
export async function migrateFrom(version: number, storage: Storage, { logger }: Pick<MigrateOptions, 'logger'>): Promise<void> {
	for (const migration of MIGRATIONS.slice(version)) await apply(migration, storage, { logger, check: () => {} });
}

/** Reads alone. Rejects with a UserError `configuration` when a newer version of the bot wrote the database. */
export async function requireNotNewer(storage: Storage): Promise<void> {
	await versionOf(storage.records<SchemaRecord>('schema'), MIGRATIONS.length);
}

async function applyAll(
	storage: Storage,
	schema: Records<SchemaRecord>,
	migrations: readonly Migration[],
	lease: Lease,
	logger: Logger,
): Promise<void> {
	const check = () => {
		if (!lease.held())
			throw new UserError('storage', 'The database answered too slowly while it was brought up to date. Start the bot again.');
	};
	try {
		// Another process may have been at it until now.
		for (let version = await versionOf(schema, migrations.length); version < migrations.length; version += 1) {
			const migration = migrations[version];
			if (!migration) break;
			await apply(migration, storage, { logger, check });
			check();
			await schema.put(KEY, { version: version + 1, at: new Date().toISOString() });
		}
	} finally {
		await lease.release();
	}
	logger.info({ version: migrations.length }, 'the database is up to date');
}

async function apply({ what, from, load }: Migration, storage: Storage, context: StepContext): Promise<void> {
	for await (const _key of storage.records(from).keys()) {
		context.logger.info({ what }, 'older records are looked for');
		return (await load()).step(storage, context);
	}
}

async function versionOf(schema: Records<SchemaRecord>, known: number): Promise<number> {
	const version = (await schema.get(KEY))?.version ?? 0;
	if (version > known) throw isNewer(version, known);
	return version;
}

function isNewer(version: number, known: number): UserError {
	return new UserError(
		'configuration',
		`The database was written by a newer version of the bot (its data has version ${version}, this bot knows ${known}). Start that version again, or restore the backup from before the update.`,
	);
}

function takesTooLong(): UserError {
	return new UserError(
		'storage',
		'Another process of the bot has been bringing the database up to date for too long. Look at the log of that process, end it if it hangs, and start this one again: it goes on from there.',
	);
}
