import { messageOf, UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { Seal } from '../storage/sealed.ts';
import type { Storage } from '../storage/storage.ts';
import { createKeptRefreshes } from './kept-refreshes.ts';
import { createOpenedToolsets } from './opened-toolsets.ts';
import type { Policy } from './policy.ts';
import { createPolicyViews } from './policy-views.ts';
import { createSealedCredentials, noKey, type TypedCredential } from './sealed-credentials.ts';
import { changedMeanwhile, createStoredToolsets, keyOf, noSuch, taken } from './stored-toolsets.ts';
import type { Toolset } from './tool.ts';
import {
	hashText,
	type NewCredential,
	type OpenedToolset,
	type ReadSource,
	type ToolsetRecord,
	versionOf,
	withBinding,
	withCredential,
	withDocument,
} from './toolset-record.ts';

export type { NewCredential, OpenedToolset, ToolsetRecord } from './toolset-record.ts';

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
	 * `query:key`, `cookie:session` or `oauth2`), which is stored sealed and only ever sent to where the calls go now, or one of the operator's by
	 * reference. Opens the toolset with it first; rejects with a UserError, and leaves everything as it was, when that fails, when there is no such
	 * toolset, when the bot has no key to seal with, and when somebody changes the toolset meanwhile.
	 */
	setCredential(workspaceId: string, name: string, credential: NewCredential | undefined): Promise<void>;
	/** Changes what is decided about its calls. Of those who do so at the same time each one's change is made. */
	changePolicy(workspaceId: string, name: string, change: (policy: Policy) => Policy): Promise<ToolsetRecord>;
	/** Offers it to questions, or no longer. */
	setEnabled(workspaceId: string, name: string, enabled: boolean): Promise<ToolsetRecord>;
	/**
	 * Opens the toolset with another document and changes nothing. Policy and credential stay: it rejects with a UserError when the document cannot
	 * be used, and when the credential may not go where calls would go then.
	 */
	prepareRefresh(workspaceId: string, name: string, read: ReadSource): Promise<Refresh>;
	/** Keeps what was prepared, in any process, until another one is kept for this toolset. */
	keepRefresh(refresh: Refresh): Promise<void>;
	/** What was kept, prepared again. Rejects with a UserError when it is gone, or the toolset was changed since. */
	keptRefresh(workspaceId: string, name: string, id: string): Promise<Refresh>;
	/** Replaces the document. Rejects with `bad-input`, and changes nothing, when somebody changed the toolset since this was prepared. */
	refresh(refresh: Refresh, by: string): Promise<ToolsetRecord>;
	/** True when there was one. Its credential goes, too. */
	remove(workspaceId: string, name: string): Promise<boolean>;
	/** One of them as its policy leaves it, enabled or not; undefined when there is none of that name. */
	load(workspaceId: string, name: string): Promise<Toolset | undefined>;
	/** The same without its policy: what admins decide about, and nothing for programs. */
	loadWhole(workspaceId: string, name: string): Promise<Toolset | undefined>;
	/** The same, opened for the caller alone, who closes it. */
	openAnew(workspaceId: string, name: string): Promise<Toolset | undefined>;
	/** All enabled ones that can be loaded. The same array while nothing changed. What cannot be loaded is reported and left out. */
	toolsets(workspaceId: string): Promise<readonly Toolset[]>;
	/** Ends the connections of all. Never rejects. */
	close(): Promise<void>;
}

/** A toolset with another document, ready to be stored. */
export interface Refresh {
	/** 10 hexadecimal digits, so that a button of a chat can carry it: the same for the same document and an unchanged toolset. */
	readonly id: string;
	readonly before: ToolsetRecord;
	/** As it is open now, without its policy; undefined when it cannot be opened any more. */
	readonly former: Toolset | undefined;
	readonly read: ReadSource;
	/** As it will be, without its policy. */
	readonly toolset: OpenedToolset;
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
	/** Told of every toolset that is stored but cannot be opened now: once, until it opens again or fails for another reason. */
	readonly onFailure: (record: ToolsetRecord, error: unknown) => void;
	/** What was replaced or removed is closed when nobody has called it for so long; an hour when left out. */
	readonly idleMs?: number;
}

const HOUR_MS = 60 * 60 * 1000;

export function createCatalogue({ storage, seal, open, onFailure, idleMs = HOUR_MS }: CatalogueOptions): Catalogue {
	const stored = createStoredToolsets(storage);
	const credentials = createSealedCredentials(storage, seal);
	const refreshes = createKeptRefreshes(storage);
	const opened = createOpenedToolsets(idleMs);
	const viewOf = createPolicyViews();
	const current = new Map<string, readonly Toolset[]>();
	const reported = new Map<string, string>();

	const openRecord = async (record: ToolsetRecord, document?: string): Promise<OpenedToolset> => {
		const typed = record.sealed && (await credentials.get(record, record.sealed));
		return open(record, document ?? (await stored.documentOf(record)), typed);
	};
	/** Opens a record once; another version of it, written here or by another process, is opened anew. */
	const openOnce = (record: ToolsetRecord) => opened.get(keyOf(record), versionOf(record), () => openRecord(record));
	const recordOf = async (workspaceId: string, name: string) => {
		const record = await stored.get({ workspaceId, name });
		if (!record) throw noSuch(name);
		return record;
	};

	const prepareRefresh: Catalogue['prepareRefresh'] = async (workspaceId, name, read) => {
		const before = await recordOf(workspaceId, name);
		const record = withDocument(before, read);
		const former = await openOnce(before).catch(() => undefined);
		const toolset =
			former && versionOf(record) === versionOf(before)
				? former
				: await openRecord(record, read.document).catch((error: unknown) => {
						throw before.credential === undefined ? error : withCredentialAdvice(error, name);
					});
		return { id: hashJson([versionOf(before), versionOf(record)]).slice(0, 10), before, former, read, toolset };
	};
	/** The last one that was kept here: it need not be opened again for whoever says yes to it. */
	let latest: Refresh | undefined;

	return {
		list: stored.list,
		async add(asked, document) {
			if (await stored.get(asked)) throw taken(asked.name);
			const opening = document === undefined ? asked : { ...asked, documentHash: hashText(document) };
			const toolset = await openRecord(opening, document);
			const record = withBinding(opening, toolset);
			await stored.insert(record, document);
			opened.put(keyOf(record), versionOf(record), toolset);
			return viewOf(toolset, record.policy);
		},
		remove(workspaceId, name) {
			const id = { workspaceId, name };
			opened.drop(keyOf(id));
			return stored.delete(id, async () => {
				await credentials.delete(id);
				await refreshes.delete(id);
			});
		},
		async setCredential(workspaceId, name, credential) {
			const before = await recordOf(workspaceId, name);
			const secret = credential && 'secret' in credential ? credential.secret : undefined;
			const asked = withCredential(before, credential);
			if (secret !== undefined && !seal) noKey();
			const toolset = await open(asked, await stored.documentOf(before), secret === undefined ? undefined : { secret });
			const change = async (now: ToolsetRecord) => {
				// The credential was checked against, and is meant for, the toolset as it was.
				if (versionOf(now) !== versionOf(before)) throw changedMeanwhile(name);
				const tokenUrl = toolset.oauth2 && { tokenUrl: toolset.oauth2.tokenUrl };
				const bound = { secret: secret ?? '', origin: new URL(toolset.address).origin, ...tokenUrl };
				const sealed = secret === undefined ? undefined : await credentials.put(asked, bound);
				return withBinding({ ...withCredential(now, credential), ...(sealed && { sealed }) }, toolset);
			};
			const record = await stored.change(before, change, { tidy: ({ sealed }) => credentials.delete(before, sealed) });
			opened.put(keyOf(record), versionOf(record), toolset);
		},
		changePolicy: (workspaceId, name, change) =>
			stored.change({ workspaceId, name }, ({ policy, ...record }) => {
				const changed = change(policy ?? {});
				return Object.keys(changed).length === 0 ? record : { ...record, policy: changed };
			}),
		setEnabled: (workspaceId, name, enabled) =>
			stored.change({ workspaceId, name }, ({ disabled: _former, ...record }) => (enabled ? record : { ...record, disabled: true })),
		prepareRefresh,
		async keepRefresh(refresh) {
			await refreshes.keep(refresh.before, refresh.id, refresh.read);
			latest = refresh;
		},
		async keptRefresh(workspaceId, name, id) {
			const read = await refreshes.get({ workspaceId, name }, id);
			const now = read && (await recordOf(workspaceId, name));
			if (now && latest?.id === id && versionOf(now) === versionOf(latest.before)) return { ...latest, before: now };
			const refresh = read && (await prepareRefresh(workspaceId, name, read));
			if (refresh?.id === id) return refresh;
			throw new UserError(
				'bad-input',
				`${name} was changed, or its document was read again, since this was shown, so nothing was done. Type /toolset refresh ${name} again.`,
			);
		},
		async refresh({ before, read, toolset }, by) {
			latest = undefined;
			const change = (now: ToolsetRecord) => {
				if (versionOf(now) !== versionOf(before)) throw changedMeanwhile(before.name);
				const record = { ...withDocument(now, read), refreshedAt: new Date().toISOString(), refreshedBy: by };
				return withBinding(record, toolset);
			};
			const record = await stored.change(before, change, { document: read.document, tidy: () => refreshes.delete(before) });
			if (versionOf(record) !== versionOf(before)) opened.put(keyOf(record), versionOf(record), toolset);
			return record;
		},
		async load(workspaceId, name) {
			const record = await stored.get({ workspaceId, name });
			return record && viewOf(await openOnce(record), record.policy);
		},
		async loadWhole(workspaceId, name) {
			const record = await stored.get({ workspaceId, name });
			return record && openOnce(record);
		},
		async openAnew(workspaceId, name) {
			const record = await stored.get({ workspaceId, name });
			return record && openRecord(record);
		},
		async toolsets(workspaceId) {
			const records = await stored.list(workspaceId);
			opened.keepOnly(`${workspaceId}/`, new Set(records.map(keyOf)));
			const openedOrNot = await Promise.all(
				records.map(async (record) => {
					if (record.disabled) return undefined;
					try {
						const toolset = viewOf(await openOnce(record), record.policy);
						reported.delete(keyOf(record));
						return toolset;
					} catch (error) {
						// Every question asks for them anew.
						if (reported.get(keyOf(record)) !== messageOf(error)) onFailure(record, error);
						reported.set(keyOf(record), messageOf(error));
						return undefined;
					}
				}),
			);
			const toolsets = openedOrNot.filter((toolset) => toolset !== undefined);
			const known = current.get(workspaceId);
			if (known?.length === toolsets.length && known.every((toolset, at) => toolset === toolsets[at])) return known;
			current.set(workspaceId, toolsets);
			return toolsets;
		},
		close: () => opened.close(),
	};
}

/** A document that leads elsewhere does not take the credential along, and setting it again would be for the document as it was. */
function withCredentialAdvice(error: unknown, name: string): unknown {
	if (!(error instanceof UserError) || !['not-allowed', 'bad-input', 'configuration'].includes(error.code)) return error;
	const advice = `Nothing was changed. If the new document is right, take the credential away with /toolset auth ${name} none, refresh, and then set it for where calls go then.`;
	return new UserError(error.code, `${error.userMessage} ${advice}`, { cause: error });
}
