import pino from 'pino';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { openStorage } from './storage/open.ts';
import type { Resealed, SealedRecords } from './storage/reseal.ts';
import { createSeal, type Seal } from './storage/sealed.ts';
import type { Storage } from './storage/storage.ts';

/**
 * Seals everything in the storage with ENCRYPTION_KEY that was sealed with one of ENCRYPTION_KEY_PREVIOUS, and says on standard output when these are
 * needed no more. May be ended at any moment, begun again, and run while the bot runs with both keys. Resolves with the exit status: 0 when all of it
 * opens with the current key. Rejects with a UserError when there is no key or the storage fails.
 */
export async function rotateKey(config: Config, kinds: readonly SealedRecords[]): Promise<number> {
	const { encryptionKey, previousEncryptionKeys } = config;
	if (encryptionKey === undefined) {
		throw new UserError(
			'configuration',
			'ENCRYPTION_KEY is not set. Set it to the new key (openssl rand -base64 32) and ENCRYPTION_KEY_PREVIOUS to the one that was used until now.',
		);
	}
	const storage = await openStorage(config.databaseUrl, { logger: pino({ level: 'silent' }) });
	try {
		const seal = createSeal(encryptionKey, previousEncryptionKeys);
		const lost: string[] = [];
		for (const kind of kinds) lost.push(...(await resealKind(kind, storage, seal)));
		process.stdout.write(`${advice(lost, previousEncryptionKeys.length > 0)}\n`);
		return lost.length === 0 ? 0 : 1;
	} finally {
		await storage.close();
	}
}

/** Gives what cannot be opened. */
async function resealKind({ what, reseal }: SealedRecords, storage: Storage, seal: Seal): Promise<string[]> {
	const counts: Record<Resealed['outcome'], number> = { renewed: 0, current: 0, deleted: 0, unreadable: 0 };
	const lost: string[] = [];
	for await (const resealed of reseal(storage, seal)) {
		counts[resealed.outcome] += 1;
		if (resealed.outcome === 'unreadable') lost.push(resealed.whose);
	}
	const more = [
		...(counts.deleted > 0 ? [`${counts.deleted} that nothing refers to deleted`] : []),
		...(counts.unreadable > 0 ? [`${counts.unreadable} that cannot be opened`] : []),
	];
	process.stdout.write(
		`${[`${what}: ${counts.renewed} sealed anew, ${counts.current} already with the current key`, ...more].join(', ')}\n`,
	);
	return lost;
}

function advice(lost: readonly string[], hasPrevious: boolean): string {
	if (lost.length > 0) {
		return `No key that is set opens ${lost.join('; ')}. Add the key that was used for it to ENCRYPTION_KEY_PREVIOUS and run this again, or have it entered again. Until then, remove no key.`;
	}
	if (!hasPrevious) return 'Everything opens with ENCRYPTION_KEY.';
	return 'Everything opens with ENCRYPTION_KEY. Once every process of the bot was started with it, run this once more and remove ENCRYPTION_KEY_PREVIOUS.';
}
