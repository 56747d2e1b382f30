import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionRecord } from '../repository/function-record.ts';
import { exampleKey, prefixOf } from '../repository/record-keys.ts';
import type { Storage } from '../storage/storage.ts';
import { createStoredToolsets } from '../toolset/stored-toolsets.ts';
import { partOf } from './namespace.ts';
import { workspacesIn } from './workspaces.ts';

export interface OrphanOptions {
	/** Conversations of which nothing is remembered any more, and in which the bot began to listen before that, are forgotten. Milliseconds since 1970. */
	readonly silentSince: number | undefined;
	readonly signal: AbortSignal;
	/** How long an example may stand before the function that it is of. Milliseconds. */
	readonly graceMs?: number;
}

/** A function is written milliseconds after its examples, or, where others change it, within 15 s. */
const GRACE_MS = 60_000;

/**
 * Removes what nothing refers to: documents, credentials and vectors without a toolset, examples without a function, and conversations that have fallen
 * silent. Gives the namespace of each record that it removed, undefined for those it left, and may be left at any of them.
 */
export async function* collectOrphans(storage: Storage, options: OrphanOptions): AsyncGenerator<string | undefined> {
	yield* withoutToolset(storage);
	yield* vectorsWithoutTools(storage);
	yield* examplesWithoutFunction(storage, options);
	if (options.silentSince !== undefined) yield* silent(storage, options.silentSince);
}

async function* withoutToolset(storage: Storage): AsyncGenerator<string | undefined> {
	const toolsets = createStoredToolsets(storage);
	for (const name of ['toolset-documents', 'toolset-credentials']) {
		const records = storage.records(name);
		for await (const key of records.keys()) {
			const parts = key.split('/');
			const owner = { workspaceId: parts.slice(0, -2).join('/'), name: parts.at(-2) ?? '' };
			if (await toolsets.get(owner)) {
				yield undefined;
				continue;
			}
			// Nobody connects it meanwhile: its document is written before it is.
			const removed = await toolsets.exclusively(owner, async (toolset) => toolset === undefined && (await records.delete(key)));
			yield removed ? name : undefined;
		}
	}
}

/** As long as there is a toolset, whoever makes vectors tidies them up. */
async function* vectorsWithoutTools(storage: Storage): AsyncGenerator<string | undefined> {
	const vectors = storage.records('tool-vectors');
	const known = new Map<string, boolean>();
	for await (const key of vectors.keys()) {
		const workspaceId = decodeURIComponent(partOf(key, 0));
		const isEmpty = known.get(workspaceId) ?? (await isWithoutToolsets(storage, workspaceId));
		known.set(workspaceId, isEmpty);
		yield isEmpty && (await vectors.delete(key)) ? 'tool-vectors' : undefined;
	}
}

async function isWithoutToolsets(storage: Storage, workspaceId: string): Promise<boolean> {
	for await (const _key of storage.records('toolsets').keys(`${workspaceId}/`)) return false;
	return true;
}

async function* examplesWithoutFunction(
	storage: Storage,
	{ signal, graceMs = GRACE_MS }: OrphanOptions,
): AsyncGenerator<string | undefined> {
	const examples = storage.records('function-examples');
	for (const workspaceId of await workspacesIn(storage)) {
		const found = await unnamedExamples(storage, workspaceId);
		yield undefined;
		if (found.size === 0) continue;
		await delay(graceMs, undefined, { signal, ref: false });
		const still = await unnamedExamples(storage, workspaceId);
		for (const key of found) yield still.has(key) && (await examples.delete(key)) ? 'function-examples' : undefined;
	}
}

async function unnamedExamples(storage: Storage, workspaceId: string): Promise<ReadonlySet<string>> {
	const keys = new Set<string>();
	for await (const key of storage.records('function-examples').keys(prefixOf(workspaceId))) keys.add(key);
	if (keys.size === 0) return keys;
	for await (const [, record] of storage.records<FunctionRecord>('function-versions').entries(prefixOf(workspaceId))) {
		for (const digest of record.examples) keys.delete(exampleKey(record, digest));
	}
	return keys;
}

/** People mention the bot there once more, and it listens again. */
async function* silent(storage: Storage, since: number): AsyncGenerator<string | undefined> {
	const engagements = storage.records<{ readonly since: string }>('engagements');
	const remembered = new Set<string>();
	for await (const key of storage.records('turns').keys()) {
		const topic = decodeURIComponent(partOf(key, 0));
		remembered.add(topic.slice(topic.indexOf(' ') + 1));
		yield undefined;
	}
	for await (const [key, engagement] of engagements.entries()) {
		const conversation = key.slice(0, key.lastIndexOf('/'));
		const isOver = Date.parse(engagement.since) < since && !remembered.has(conversation);
		yield isOver && (await engagements.delete(key)) ? 'engagements' : undefined;
	}
}
