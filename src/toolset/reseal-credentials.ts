import { UserError } from '../errors.ts';
import type { Resealed, SealedRecords } from '../storage/reseal.ts';
import { CREDENTIAL_RECORDS, type CredentialRecord, contextOf } from './sealed-credentials.ts';
import { createStoredToolsets } from './stored-toolsets.ts';

/** The credentials that admins typed in, sealed anew. */
export const toolsetCredentials: SealedRecords = {
	what: 'toolset credentials',
	async *reseal(storage, seal) {
		const credentials = storage.records<CredentialRecord>(CREDENTIAL_RECORDS);
		const toolsets = createStoredToolsets(storage);
		for await (const [key] of credentials.entries()) {
			const [owner, id] = readKey(key);
			// Nobody sets or removes it meanwhile: what is put here is the one that was read here.
			const resealed = await toolsets.exclusively(owner, async (record): Promise<Resealed | undefined> => {
				const stored = await credentials.get(key);
				if (!stored) return undefined;
				if (record?.sealed?.id !== id) {
					await credentials.delete(key);
					return { outcome: 'deleted' };
				}
				let renewed: string | undefined;
				try {
					renewed = seal.renew(stored.sealed, contextOf(owner, record.sealed));
				} catch (error) {
					if (!(error instanceof UserError)) throw error;
					return { outcome: 'unreadable', whose: `the credential of ${owner.name} in ${owner.workspaceId}` };
				}
				if (renewed === undefined) return { outcome: 'current' };
				await credentials.put(key, { sealed: renewed });
				return { outcome: 'renewed' };
			});
			if (resealed) yield resealed;
		}
	},
};

/** The inverse of `credentialKey`: neither a toolset's name nor an id has a slash in it. */
function readKey(key: string): [owner: { workspaceId: string; name: string }, id: string] {
	const [id = '', name = '', ...workspace] = key.split('/').reverse();
	return [{ workspaceId: workspace.reverse().join('/'), name }, id];
}
