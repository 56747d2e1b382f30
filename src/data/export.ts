import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Storage } from '../storage/storage.ts';
import { belongingsOf, keysOf } from './belongings.ts';
import { EXPORT_FORMAT, EXPORT_VERSION, type ExportedRecord, type ExportHeader } from './export-format.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import type { Namespace } from './namespace.ts';
import { NAMESPACES } from './namespaces.ts';
import { requireWorkspace } from './workspaces.ts';

/** The runs first, by which the rest is found, and what is unfinished last: nobody takes it up before the rest is there. */
export const EXPORTED: readonly Namespace[] = NAMESPACES.filter(({ exported }) => exported === 'yes').reverse();

/** Records that are read at once: files are 11 MB each in base64. */
const BATCH = 16;

/**
 * Everything of a workspace as JSON Lines: a header, a record a line, and an end that counts them. Without what is sealed and what the bot makes anew. Of
 * what changes meanwhile it has one state or the other. Rejects with a UserError `not-found`, before the first line, when there is no such workspace.
 */
export async function* exportLines(storage: Storage, workspaceId: string): AsyncGenerator<string> {
	await requireWorkspace(storage, workspaceId);
	const header: ExportHeader = {
		format: EXPORT_FORMAT,
		formatVersion: EXPORT_VERSION,
		workspace: workspaceId,
		exportedAt: new Date().toISOString(),
		schemaVersion: SCHEMA_VERSION,
	};
	yield lineOf(header);
	let records = 0;
	for await (const record of exportedRecords(storage, workspaceId)) {
		records += 1;
		yield lineOf(record);
	}
	yield lineOf({ end: true, records });
}

/** Writes it where it is read as slowly as it likes; leaves `output` open. False when nobody reads it any more before its end. */
export async function exportWorkspace(storage: Storage, workspaceId: string, output: Writable): Promise<boolean> {
	try {
		await pipeline(Readable.from(exportLines(storage, workspaceId)), output, { end: false });
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return false;
		throw error;
	}
}

async function* exportedRecords(storage: Storage, workspaceId: string): AsyncGenerator<ExportedRecord> {
	const belongings = await belongingsOf(storage, workspaceId);
	for (const namespace of EXPORTED) {
		const records = storage.records(namespace.name);
		for await (const keys of inBatches(keysOf(storage, namespace, belongings))) {
			const values = await records.getMany(keys);
			for (const [place, key] of keys.entries()) {
				const value = values[place];
				if (value !== undefined) yield { namespace: namespace.name, key, value: value as ExportedRecord['value'] };
			}
		}
	}
}

async function* inBatches(keys: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
	let batch: string[] = [];
	for await (const key of keys) {
		batch.push(key);
		if (batch.length < BATCH) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}

function lineOf(value: object): string {
	return `${JSON.stringify(value)}\n`;
}
