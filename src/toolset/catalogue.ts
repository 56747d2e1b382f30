import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { Storage } from '../storage/storage.ts';
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
	/** A reference to the operator's secret, never the secret. */
	readonly credential?: string;
	readonly addedAt: string;
	readonly addedBy: string;
}

/** The toolsets of every workspace: what is stored, and loaded from it what programs can call. */
export interface Catalogue {
	/** Opens it first: what cannot be used is not stored. Rejects with `bad-input` when the name is taken. */
	add(record: ToolsetRecord, document?: string): Promise<Toolset>;
	/** The records, by name. */
	list(workspaceId: string): Promise<readonly ToolsetRecord[]>;
	/** True when there was one. */
	remove(workspaceId: string, name: string): Promise<boolean>;
	/** One of them, loaded; undefined when there is none of that name. */
	load(workspaceId: string, name: string): Promise<Toolset | undefined>;
	/** All that can be loaded. The same array while nothing changed. What cannot be loaded is reported and left out. */
	toolsets(workspaceId: string): Promise<readonly Toolset[]>;
}

export interface CatalogueOptions {
	readonly storage: Storage;
	/** Makes a toolset of a record and its stored document (an example has none); rejects with a UserError when either is unusable. */
	readonly open: (record: ToolsetRecord, document: string | undefined) => Promise<Toolset>;
	/** Told of every toolset that is stored but cannot be opened now. */
	readonly onFailure: (record: ToolsetRecord, error: unknown) => void;
}

export function createCatalogue({ storage, open, onFailure }: CatalogueOptions): Catalogue {
	const records = storage.records<ToolsetRecord>('toolsets');
	// Apart from the records, which are read for every question: a document may be many megabytes.
	const documents = storage.records<{ text: string }>('toolset-documents');
	const opened = new Map<string, { version: string; toolset: Promise<Toolset> }>();
	const current = new Map<string, { version: string; toolsets: readonly Toolset[] }>();
	const keyOf = (workspaceId: string, name: string) => `${workspaceId}/${name}`;

	const list = async (workspaceId: string) => {
		const found: ToolsetRecord[] = [];
		for await (const [, record] of records.entries(`${workspaceId}/`)) found.push(record);
		return found.sort((a, b) => a.name.localeCompare(b.name));
	};

	/** Opens a record once; another version of it, written here or by another process, is opened anew. */
	const openOnce = (record: ToolsetRecord, document?: string): Promise<Toolset> => {
		const key = keyOf(record.workspaceId, record.name);
		const version = hashJson(record);
		const known = opened.get(key);
		if (known?.version === version) return known.toolset;
		const stored = async () => document ?? (await documents.get(key))?.text;
		const toolset = stored().then((text) => open(record, text));
		opened.set(key, { version, toolset });
		// A failure may pass (a server that was down): it must not stick.
		toolset.catch(() => opened.delete(key));
		return toolset;
	};

	return {
		list,
		async add(record, document) {
			const key = keyOf(record.workspaceId, record.name);
			if (await records.get(key)) {
				throw new UserError(
					'bad-input',
					`There is a toolset named ${record.name} already. Remove it first with /toolset remove ${record.name}, or choose another name.`,
				);
			}
			const toolset = await openOnce(record, document);
			if (document !== undefined) await documents.put(key, { text: document });
			await records.put(key, record);
			return toolset;
		},
		async remove(workspaceId, name) {
			const key = keyOf(workspaceId, name);
			opened.delete(key);
			const existed = await records.delete(key);
			await documents.delete(key);
			return existed;
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
