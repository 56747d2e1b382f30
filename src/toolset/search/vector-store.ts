import { hashJson } from '../../json.ts';
import type { Storage } from '../../storage/storage.ts';

/** A vector in a byte a dimension: for ranking that is exact enough, and thousands of them are read at every start. */
export type StoredVector = Int8Array;

/** The vectors of one workspace's tools, by what they were made of. */
export interface VectorStore {
	/** Under which the vector of a text by a model is kept. */
	keyOf(model: string, text: string): string;
	all(): Promise<Map<string, StoredVector>>;
	put(key: string, vector: StoredVector): Promise<void>;
	delete(key: string): Promise<void>;
}

export function openVectorStore(storage: Pick<Storage, 'records'>, workspaceId: string): VectorStore {
	const records = storage.records<{ readonly vector: string }>('tool-vectors');
	const prefix = `${encodeURIComponent(workspaceId)}/`;
	return {
		keyOf: (model, text) => `${prefix}${hashJson([model, text])}`,
		async all() {
			const vectors = new Map<string, StoredVector>();
			for await (const [key, { vector }] of records.entries(prefix)) vectors.set(key, new Int8Array(Buffer.from(vector, 'base64')));
			return vectors;
		},
		put: (key, vector) => records.put(key, { vector: Buffer.from(vector.buffer).toString('base64') }),
		async delete(key) {
			await records.delete(key);
		},
	};
}

const LARGEST = 127;

/** The same direction in whole numbers from -127 to 127. */
export function storedVector(vector: Float32Array): StoredVector {
	const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
	return Int8Array.from(vector, (value) => Math.round((value / largest) * LARGEST));
}
