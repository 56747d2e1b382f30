import { randomUUID } from 'node:crypto';
import { UserError } from '../errors.ts';
import type { Seal } from '../storage/sealed.ts';
import type { Storage } from '../storage/storage.ts';

/** Which credential a toolset's record means. Each one that is set has an id of its own, so that a record never meets another one's. */
export interface SealedReference {
	readonly id: string;
	/** The only origin it was given for. */
	readonly origin: string;
	/** Of OAuth2: the only address that tokens are asked for at. */
	readonly tokenUrl?: string;
}

export interface TypedCredential {
	readonly secret: string;
	/** Left out while it is being set: it is then bound to where the toolset's calls go. */
	readonly origin?: string;
	readonly tokenUrl?: string;
}

/** The namespace of what is sealed; the key is `credentialKey`. */
export const CREDENTIAL_RECORDS = 'toolset-credentials';

export interface CredentialRecord {
	readonly sealed: string;
}

/** Whose it is. */
interface Owner {
	readonly workspaceId: string;
	/** Of the toolset. */
	readonly name: string;
}

/** The credentials that admins typed in, sealed for workspace, toolset, origin and token address: none opens under another key or for another server. */
export interface SealedCredentials {
	/** Rejects with UserError `configuration` when the bot has no key, or another one. */
	get(owner: Owner, reference: SealedReference): Promise<TypedCredential>;
	put(owner: Owner, credential: TypedCredential & { readonly origin: string }): Promise<SealedReference>;
	/** All of this toolset but the one that is kept. */
	delete(owner: Owner, kept?: SealedReference): Promise<void>;
}

/** @param seal absent when the operator has set no ENCRYPTION_KEY */
export function createSealedCredentials(storage: Storage, seal: Seal | undefined): SealedCredentials {
	const records = storage.records<CredentialRecord>(CREDENTIAL_RECORDS);
	return {
		async get(owner, { id, ...bound }) {
			const record = await records.get(credentialKey(owner, id));
			if (!record) throw lost(owner);
			if (!seal) throw keyGone(owner);
			return { secret: seal.open(record.sealed, contextOf(owner, bound)), ...bound };
		},
		async put(owner, { secret, ...bound }) {
			const id = randomUUID();
			await records.put(credentialKey(owner, id), { sealed: (seal ?? noKey()).seal(secret, contextOf(owner, bound)) });
			return { id, ...bound };
		},
		async delete(owner, kept) {
			const keptKey = kept && credentialKey(owner, kept.id);
			for await (const [key] of records.entries(credentialKey(owner, ''))) if (key !== keptKey) await records.delete(key);
		},
	};
}

/** `<workspaceId>/<name>/<id>` */
export function credentialKey({ workspaceId, name }: Owner, id: string): string {
	return `${workspaceId}/${name}/${id}`;
}

/** What a credential is sealed for. As JSON: no choice of names makes two contexts one. */
export function contextOf({ workspaceId, name }: Owner, { origin, tokenUrl }: Omit<SealedReference, 'id'>): string {
	return JSON.stringify(['toolset-credential', workspaceId, name, origin, ...(tokenUrl === undefined ? [] : [tokenUrl])]);
}

export function noKey(): never {
	throw new UserError(
		'configuration',
		'Credentials that are typed in cannot be stored: ENCRYPTION_KEY is not set. The operator sets it (openssl rand -base64 32) and restarts the bot, or puts the secret into a variable TOOLSET_SECRET_NAME that you then name.',
	);
}

function keyGone({ name }: Owner): UserError {
	return new UserError(
		'configuration',
		`The credential of ${name} was typed in and is sealed, and ENCRYPTION_KEY is not set. The operator should set it to what it was; or set another credential with /toolset auth ${name}.`,
	);
}

function lost({ name }: Owner): UserError {
	return new UserError('storage', `The credential of ${name} is gone. Set it again with /toolset auth ${name}.`);
}
