import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { Storage } from '../storage/storage.ts';
import type { ToolsetRecord } from './toolset-record.ts';

/** How long a process may take to write a toolset before another one may; it takes milliseconds. */
const CLAIM_MS = 10_000;
const CLAIM_RETRY_MS = 50;

/** Which toolset of which workspace. */
export type ToolsetId = Pick<ToolsetRecord, 'workspaceId' | 'name'>;

/** The records and documents of all toolsets. What is written under a name is written by one process at a time. */
export interface StoredToolsets {
	get(id: ToolsetId): Promise<ToolsetRecord | undefined>;
	/** By name. */
	list(workspaceId: string): Promise<readonly ToolsetRecord[]>;
	/** Undefined for an example, which has none, and when it is gone. */
	documentOf(record: ToolsetRecord): Promise<string | undefined>;
	/** Rejects with `bad-input` when the name is taken, unless by the very same. */
	insert(record: ToolsetRecord, document: string | undefined): Promise<void>;
	/**
	 * Stores what `next` makes of the record as it is now, and its document where that is another one. Nobody else writes under this name meanwhile.
	 * What `next` throws leaves everything as it was. Rejects with `not-found` without such a toolset, and with `bad-input` when the hold on it lapsed.
	 */
	change(id: ToolsetId, next: (now: ToolsetRecord) => ToolsetRecord | Promise<ToolsetRecord>, also?: AlsoChanged): Promise<ToolsetRecord>;
	/** Does `work` with the record as it is now, while nobody else writes under its name. */
	exclusively<R>(id: ToolsetId, work: (now: ToolsetRecord | undefined) => Promise<R>): Promise<R>;
	/** True when there was one. `tidy` runs before anybody else can write under this name. */
	delete(id: ToolsetId, tidy: () => Promise<void>): Promise<boolean>;
}

export interface AlsoChanged {
	readonly document?: string;
	/** Runs once the record is stored, before anybody else can write under this name. */
	readonly tidy?: (record: ToolsetRecord) => Promise<void>;
}

export function createStoredToolsets(storage: Storage): StoredToolsets {
	const records = storage.records<ToolsetRecord>('toolsets');
	// Apart from the records, which are read for every question: a document may be many megabytes.
	// Key: `<workspaceId>/<name>/<hash>`, so that a record never meets the document of another that had its name.
	const documents = storage.records<{ text: string }>('toolset-documents');

	/** Runs `work` while no other process writes under this name. `hold` tells whether that is still so. */
	const claimed = async <R>(id: ToolsetId, work: (hold: () => Promise<boolean>) => Promise<R>): Promise<R> => {
		const [claim, owner] = [`toolset/${keyOf(id)}`, randomUUID()];
		const hold = () => storage.claim(claim, owner, CLAIM_MS);
		while (!(await hold())) await delay(CLAIM_RETRY_MS);
		try {
			return await work(hold);
		} finally {
			await storage.release(claim, owner);
		}
	};

	/** The record last: what it names is there, and without it nothing is connected. */
	const write = async (record: ToolsetRecord, document: string | undefined, hold: () => Promise<boolean>, lapsed: () => UserError) => {
		if (document !== undefined && record.documentHash !== undefined) {
			await documents.put(`${keyOf(record)}/${record.documentHash}`, { text: document });
		}
		if (!(await hold())) throw lapsed();
		await records.put(keyOf(record), record);
	};

	const tidyDocuments = async (id: ToolsetId, kept: readonly (string | undefined)[]) => {
		const prefix = `${keyOf(id)}/`;
		for await (const [key] of documents.entries(prefix)) if (!kept.includes(key.slice(prefix.length))) await documents.delete(key);
	};

	return {
		get: (id) => records.get(keyOf(id)),
		async list(workspaceId) {
			const found: ToolsetRecord[] = [];
			for await (const [, record] of records.entries(`${workspaceId}/`)) found.push(record);
			return found.sort((a, b) => a.name.localeCompare(b.name));
		},
		async documentOf(record) {
			if (record.documentHash === undefined) return undefined;
			return (await documents.get(`${keyOf(record)}/${record.documentHash}`))?.text;
		},
		insert: (record, document) =>
			claimed(record, async (hold) => {
				const stored = await records.get(keyOf(record));
				if (stored && isSame(stored, record)) return;
				if (stored) throw taken(record.name);
				await write(record, document, hold, () => taken(record.name));
			}),
		change: (id, next, { document, tidy } = {}) =>
			claimed(id, async (hold) => {
				const now = await records.get(keyOf(id));
				if (!now) throw noSuch(id.name);
				const record = await next(now);
				await write(record, document, hold, () => changedMeanwhile(id.name));
				// Another process may have read the former record just now: it still finds its document.
				if (record.documentHash !== now.documentHash) await tidyDocuments(id, [record.documentHash, now.documentHash]);
				await tidy?.(record);
				return record;
			}),
		exclusively: (id, work) => claimed(id, async () => work(await records.get(keyOf(id)))),
		delete: (id, tidy) =>
			claimed(id, async () => {
				const existed = await records.delete(keyOf(id));
				await tidyDocuments(id, []);
				await tidy();
				return existed;
			}),
	};
}

/** `<workspaceId>/<name>` */
export function keyOf({ workspaceId, name }: ToolsetId): string {
	return `${workspaceId}/${name}`;
}

/** The same API with the same document at the same credential, whoever asked for it. */
function isSame(a: ToolsetRecord, b: ToolsetRecord): boolean {
	const common = { addedAt: '', addedBy: '' };
	return hashJson({ ...a, ...common }) === hashJson({ ...b, ...common });
}

export function taken(name: string): UserError {
	return new UserError(
		'bad-input',
		`There is a toolset named ${name} already. Remove it first with /toolset remove ${name}, or choose another name.`,
	);
}

export function noSuch(name: string): UserError {
	return new UserError('not-found', `There is no toolset named ${name}. /toolset list shows all.`);
}

export function changedMeanwhile(name: string): UserError {
	return new UserError(
		'bad-input',
		`Somebody changed ${name} meanwhile, so nothing was done. Look at /toolset show ${name} and try again.`,
	);
}
