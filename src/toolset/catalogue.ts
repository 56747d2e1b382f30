import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { canonicalJson, hashJson } from '../json.ts';
import type { Seal } from '../storage/sealed.ts';
import type { Storage } from '../storage/storage.ts';
import { parseTypedForm, referenceText } from './http/credential-reference.ts';
import type { OAuth2Binding, OAuth2Settings } from './http/oauth-binding.ts';
import { createSealedCredentials, noKey, type SealedReference, type TypedCredential } from './sealed-credentials.ts';
import type { Toolset } from './tool.ts';

/** A connected API as stored. Key: `<workspaceId>/<name>`. */
export interface ToolsetRecord {
	readonly workspaceId: string;
	/** A TypeScript identifier: programs call `<name>.<tool>(…)`. */
	readonly name: string;
	/** The address or file the document was read from, or `example:<name>` for one that comes with the bot. */
	readonly source: string;
	/** What relative server addresses of the document are relative to. */
	readonly sourceUrl?: string;
	/** Where calls go instead of where the document says. */
	readonly baseUrl?: string;
	/** A reference to the operator's secret (`bearer:CRM`), or to the sealed one of this toolset (`bearer:*`), never the secret. */
	readonly credential?: string;
	/** For `oauth2:…`: where access tokens come from. Of what is given here, the catalogue stores what it was bound to. */
	readonly oauth2?: OAuth2Settings;
	/** The sealed one that `credential` refers to; only `setCredential` sets it. */
	readonly sealed?: SealedReference;
	readonly addedAt: string;
	readonly addedBy: string;
	/** SHA-256 of the stored document, which the catalogue sets; absent for an example. */
	readonly documentHash?: string;
}

/** How long a process may take to write a toolset before another one may; it takes milliseconds. */
const CLAIM_MS = 10_000;
const CLAIM_RETRY_MS = 50;

/** The toolsets of every workspace: what is stored, and loaded from it what programs can call. */
export interface Catalogue {
	/**
	 * Opens it first: what cannot be used is not stored. Rejects with `bad-input` when the name is taken. Of those who add one name at the same time
	 * the first succeeds, and what is stored is theirs alone; so do those who add the very same.
	 */
	add(record: ToolsetRecord, document?: string): Promise<Toolset>;
	/** The records, by name. */
	list(workspaceId: string): Promise<readonly ToolsetRecord[]>;
	/**
	 * Has a toolset's calls carry another credential from now on, or none: one that was typed in (`form` is `bearer`, `basic`, `header:X-Api-Key`,
	 * `query:key` or `cookie:session`), which is stored sealed and only ever sent to where the calls go now, or one of the operator's by reference.
	 * Opens the toolset with it first; rejects with a UserError, and leaves everything as it was, when that fails, when there is no such toolset, when
	 * the bot has no key to seal with, and when somebody changes the toolset meanwhile.
	 */
	setCredential(workspaceId: string, name: string, credential: NewCredential | undefined): Promise<void>;
	/** True when there was one. Its credential goes, too. */
	remove(workspaceId: string, name: string): Promise<boolean>;
	/** One of them, loaded; undefined when there is none of that name. */
	load(workspaceId: string, name: string): Promise<Toolset | undefined>;
	/** All that can be loaded. The same array while nothing changed. What cannot be loaded is reported and left out. */
	toolsets(workspaceId: string): Promise<readonly Toolset[]>;
}

export type NewCredential = ({ readonly form: string; readonly secret: string } | { readonly reference: string }) & {
	/** For `oauth2`: the address where access tokens come from, and scopes with spaces in between. */
	readonly oauth2?: Pick<OAuth2Settings, 'tokenUrl' | 'scope'>;
};

/** A toolset as it is opened from its record. */
export interface OpenedToolset extends Toolset {
	/** What its access tokens are bound to; absent where its calls carry none. */
	readonly oauth2?: OAuth2Binding;
}

export interface CatalogueOptions {
	readonly storage: Storage;
	/** For credentials that are typed in; absent when the operator has set no key. */
	readonly seal?: Seal;
	/**
	 * Makes a toolset of a record, its stored document (an example has none) and what was typed in as its credential; rejects with a UserError when
	 * any is unusable.
	 */
	readonly open: (record: ToolsetRecord, document: string | undefined, typed?: TypedCredential) => Promise<OpenedToolset>;
	/** Told of every toolset that is stored but cannot be opened now. */
	readonly onFailure: (record: ToolsetRecord, error: unknown) => void;
}

export function createCatalogue({ storage, seal, open, onFailure }: CatalogueOptions): Catalogue {
	const records = storage.records<ToolsetRecord>('toolsets');
	// Apart from the records, which are read for every question: a document may be many megabytes.
	// Key: `<workspaceId>/<name>/<hash>`, so that a record never meets the document of another that had its name.
	const documents = storage.records<{ text: string }>('toolset-documents');
	const credentials = createSealedCredentials(storage, seal);
	const opened = new Map<string, { version: string; toolset: Promise<OpenedToolset> }>();
	const current = new Map<string, { version: string; toolsets: readonly Toolset[] }>();
	const keyOf = (workspaceId: string, name: string) => `${workspaceId}/${name}`;
	const documentKeyOf = (key: string, hash: string) => `${key}/${hash}`;

	const list = async (workspaceId: string) => {
		const found: ToolsetRecord[] = [];
		for await (const [, record] of records.entries(`${workspaceId}/`)) found.push(record);
		return found.sort((a, b) => a.name.localeCompare(b.name));
	};

	const documentOf = async (record: ToolsetRecord) => {
		if (record.documentHash === undefined) return undefined;
		return (await documents.get(documentKeyOf(keyOf(record.workspaceId, record.name), record.documentHash)))?.text;
	};

	const openStored = async (record: ToolsetRecord, document: string | undefined): Promise<OpenedToolset> => {
		const typed = record.sealed && (await credentials.get(record, record.sealed));
		return open(record, document ?? (await documentOf(record)), typed);
	};

	/** Opens a record once; another version of it, written here or by another process, is opened anew. */
	const openOnce = (record: ToolsetRecord, document?: string): Promise<OpenedToolset> => {
		const key = keyOf(record.workspaceId, record.name);
		const version = hashJson(record);
		const known = opened.get(key);
		if (known?.version === version) return known.toolset;
		const toolset = openStored(record, document);
		opened.set(key, { version, toolset });
		// A failure may pass (a server that was down): it must not stick.
		toolset.catch(() => opened.delete(key));
		return toolset;
	};

	/** Runs `work` while no other process writes under this name. `hold` tells whether that is still so. */
	const claimed = async <R>(key: string, work: (hold: () => Promise<boolean>) => Promise<R>): Promise<R> => {
		const [claim, owner] = [`toolset/${key}`, randomUUID()];
		const hold = () => storage.claim(claim, owner, CLAIM_MS);
		while (!(await hold())) await delay(CLAIM_RETRY_MS);
		try {
			return await work(hold);
		} finally {
			await storage.release(claim, owner);
		}
	};

	const store = (key: string, record: ToolsetRecord, document: string | undefined) =>
		claimed(key, async (hold) => {
			const stored = await records.get(key);
			if (stored && isSame(stored, record)) return;
			if (stored) throw taken(record.name);
			// The record last: what it names is there, and without it nothing is connected.
			if (document !== undefined && record.documentHash !== undefined) {
				await documents.put(documentKeyOf(key, record.documentHash), { text: document });
			}
			if (!(await hold())) throw taken(record.name);
			await records.put(key, record);
		});

	return {
		list,
		async add(asked, document) {
			const key = keyOf(asked.workspaceId, asked.name);
			if (await records.get(key)) throw taken(asked.name);
			const record = document === undefined ? asked : { ...asked, documentHash: hashText(document) };
			const toolset = await openOnce(record, document);
			await store(key, withBinding(record, toolset), document);
			return toolset;
		},
		remove(workspaceId, name) {
			const key = keyOf(workspaceId, name);
			opened.delete(key);
			return claimed(key, async () => {
				const existed = await records.delete(key);
				for await (const [document] of documents.entries(`${key}/`)) await documents.delete(document);
				await credentials.delete({ workspaceId, name });
				return existed;
			});
		},
		async setCredential(workspaceId, name, credential) {
			const key = keyOf(workspaceId, name);
			const before = await records.get(key);
			if (!before) throw new UserError('not-found', `There is no toolset named ${name}. /toolset list shows all.`);
			const asked = withCredential(before, credential);
			const secret = credential && 'secret' in credential ? credential.secret : undefined;
			if (secret !== undefined && !seal) noKey();
			const toolset = await open(asked, await documentOf(before), secret === undefined ? undefined : { secret });
			await claimed(key, async (hold) => {
				const now = await records.get(key);
				// The credential was checked against, and is meant for, the toolset as it was.
				if (canonicalJson(now) !== canonicalJson(before)) throw changed(name);
				const tokenUrl = toolset.oauth2 && { tokenUrl: toolset.oauth2.tokenUrl };
				const sealed =
					secret === undefined ? undefined : await credentials.put(asked, { secret, origin: new URL(toolset.address).origin, ...tokenUrl });
				if (!(await hold())) throw changed(name);
				const record = withBinding(sealed ? { ...asked, sealed } : asked, toolset);
				await records.put(key, record);
				opened.set(key, { version: hashJson(record), toolset: Promise.resolve(toolset) });
				await credentials.delete(asked, sealed);
			});
		},
		async load(workspaceId, name) {
			const record = await records.get(keyOf(workspaceId, name));
			return record && openOnce(record);
		},
		async toolsets(workspaceId) {
			const stored = await list(workspaceId);
			const version = hashJson(stored);
			const known = current.get(workspaceId);
			if (known?.version === version) return known.toolsets;
			const openedOrNot = await Promise.all(
				stored.map((record) =>
					openOnce(record).catch((error: unknown) => {
						onFailure(record, error);
						return undefined;
					}),
				),
			);
			const toolsets = openedOrNot.filter((toolset) => toolset !== undefined);
			// With one missing, the next question tries again.
			if (toolsets.length === stored.length) current.set(workspaceId, { version, toolsets });
			return toolsets;
		},
	};
}

/** The record with a reference to the credential; what is sealed is still to come. */
function withCredential(record: ToolsetRecord, credential: NewCredential | undefined): ToolsetRecord {
	const { credential: _former, sealed: _formerlySealed, oauth2: _formerlyBound, ...bare } = record;
	if (!credential) return bare;
	const asked = { ...bare, ...(credential.oauth2 && { oauth2: credential.oauth2 }) };
	if ('reference' in credential) return { ...asked, credential: credential.reference.trim() };
	const reference = parseTypedForm(credential.form);
	if (reference) return { ...asked, credential: referenceText(reference) };
	throw new UserError('bad-input', 'Say how the credential is sent: bearer, basic, header:X-Api-Key, query:key or oauth2.');
}

/** The record with what its access tokens were bound to when it was opened. */
function withBinding(record: ToolsetRecord, { oauth2 }: OpenedToolset): ToolsetRecord {
	const { oauth2: _asked, ...bare } = record;
	return oauth2 ? { ...bare, oauth2 } : bare;
}

function hashText(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** The same API with the same document at the same credential, whoever asked for it. */
function isSame(a: ToolsetRecord, b: ToolsetRecord): boolean {
	const common = { addedAt: '', addedBy: '' };
	return hashJson({ ...a, ...common }) === hashJson({ ...b, ...common });
}

function taken(name: string): UserError {
	return new UserError(
		'bad-input',
		`There is a toolset named ${name} already. Remove it first with /toolset remove ${name}, or choose another name.`,
	);
}

function changed(name: string): UserError {
	return new UserError(
		'bad-input',
		`Somebody changed ${name} meanwhile, so its credential was not set. Look at /toolset show ${name} and try again.`,
	);
}
