import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Storage } from '../../src/storage/storage.ts';

/**
 * What earlier versions of the bot stored: each was asked the same sample questions, rated, and killed while it answered one more. Dumped as they stood
 * on the disk: namespace, key and value.
 */
const FOLDER = path.join(import.meta.dirname, '../fixtures/stored');

export interface OlderVersion {
	readonly name: string;
	readonly records: readonly { readonly namespace: string; readonly key: string; readonly value: object }[];
}

export const OLDER_VERSIONS: readonly OlderVersion[] = readdirSync(FOLDER)
	.sort()
	.map((name) => {
		const lines = readFileSync(path.join(FOLDER, name, 'records.jsonl'), 'utf8')
			.trim()
			.split('\n');
		return { name, records: lines.map((line) => JSON.parse(line)) };
	});

export async function restore({ records }: OlderVersion, storage: Storage): Promise<void> {
	for (const { namespace, key, value } of records) await storage.records(namespace).put(key, value);
}
