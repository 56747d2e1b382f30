import type { Logger } from 'pino';
import type { Storage } from '../../storage/storage.ts';
import type { Tool } from '../tool.ts';
import { openVectorStore, type StoredVector, storedVector } from './vector-store.ts';
import { splitWords } from './words.ts';

/** What makes vectors of texts; see `Embedder` of the model's side. */
export interface TextEmbedder {
	readonly name: string;
	embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/** Tools ranked by what they mean. Never rejects; without tools when the server fails, is slow, or has not seen them yet. */
export type RankByMeaning = (text: string, signal: AbortSignal) => Promise<readonly Tool[]>;

export interface ToolVectors {
	/** Begins to make the vectors of these tools that are not stored yet, in the background, in place of what was begun for this workspace before. */
	rank(workspaceId: string, tools: readonly Tool[]): RankByMeaning;
	/** Ends what goes on in the background; what is made stays stored. */
	close(): Promise<void>;
}

export interface ToolVectorsOptions {
	readonly embedder: TextEmbedder;
	readonly storage: Pick<Storage, 'records'>;
	readonly logger: Logger;
	/** How long a question waits for its vector: a person does, too. Milliseconds. */
	readonly limitMs?: number;
	/** How long the server is left alone after a failure. Milliseconds. */
	readonly restMs?: number;
}

const LIMIT_MS = 1500;
const REST_MS = 60_000;
/** Servers limit the texts of a request: OpenAI to 2,048, several local ones to far fewer. */
const BATCH = 64;
const TEXT_CHARACTERS = 800;
const QUESTION_CHARACTERS = 2000;
const RANKED = 100;

export function createToolVectors(options: ToolVectorsOptions): ToolVectors {
	const { embedder, storage, logger, limitMs = LIMIT_MS, restMs = REST_MS } = options;
	const working = new Map<string, { readonly stop: AbortController; filling: Promise<void> }>();
	let restsUntil = 0;
	let isWarned = false;

	const failed = (error: unknown): void => {
		restsUntil = Date.now() + restMs;
		if (!isWarned)
			logger.warn({ model: embedder.name, err: error }, 'no vectors from EMBEDDING_MODEL: tools are found by their words alone');
		isWarned = true;
	};
	const worked = (): void => {
		isWarned = false;
	};

	/** Adds what is stored, then what is missing; a batch that was made is stored whatever happens after it. */
	async function fill(vectors: Map<Tool, StoredVector>, workspaceId: string, tools: readonly Tool[], signal: AbortSignal): Promise<void> {
		const store = openVectorStore(storage, workspaceId);
		const stored = await store.all();
		const keys = new Map(tools.map((tool) => [tool, store.keyOf(embedder.name, textOf(tool))]));
		const missing: Tool[] = [];
		for (const [tool, key] of keys) {
			const vector = stored.get(key);
			if (vector) vectors.set(tool, vector);
			else missing.push(tool);
		}
		for (let at = 0; at < missing.length; at += BATCH) {
			const batch = missing.slice(at, at + BATCH);
			const embedded = await embedder.embed(batch.map(textOf), signal);
			for (const [place, tool] of batch.entries()) {
				const vector = storedVector(embedded[place] ?? new Float32Array());
				await store.put(keys.get(tool) ?? '', vector);
				vectors.set(tool, vector);
			}
			worked();
		}
		// Of tools that are gone, or of another model. A few stay: a toolset that is switched off may come back.
		const needed = new Set(keys.values());
		const stale = [...stored.keys()].filter((key) => !needed.has(key));
		if (stale.length > tools.length) for (const key of stale) await store.delete(key);
	}

	return {
		rank(workspaceId, tools) {
			const vectors = new Map<Tool, StoredVector>();
			const stop = new AbortController();
			const work = { stop, filling: Promise.resolve() };
			working.get(workspaceId)?.stop.abort();
			working.set(workspaceId, work);
			let isFilling = false;
			const goOn = (): void => {
				if (isFilling || vectors.size === tools.length || Date.now() < restsUntil || stop.signal.aborted) return;
				isFilling = true;
				work.filling = fill(vectors, workspaceId, tools, stop.signal)
					.catch((error: unknown) => {
						if (!stop.signal.aborted) failed(error);
					})
					.finally(() => {
						isFilling = false;
					});
			};
			goOn();
			return async (text, signal) => {
				goOn();
				if (vectors.size === 0 || Date.now() < restsUntil) return [];
				try {
					const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
					const [vector] = await embedder.embed([text.slice(0, QUESTION_CHARACTERS)], limited);
					const ranked = nearest(vector ?? new Float32Array(), vectors);
					worked();
					return ranked;
				} catch (error) {
					if (!signal.aborted) failed(error);
					return [];
				}
			};
		},
		async close() {
			const all = [...working.values()];
			for (const { stop } of all) stop.abort();
			await Promise.all(all.map(({ filling }) => filling));
		},
	};
}

/** What a tool is for, in words: no arguments, they are the same everywhere. */
function textOf({ toolset, name, summary, description = '' }: Tool): string {
	return `${toolset} ${splitWords(name).join(' ')}: ${summary} ${description}`.slice(0, TEXT_CHARACTERS).trim();
}

/** By cosine. Throws when the vectors of the tools have another length: the server has another model under the same name. */
function nearest(question: Float32Array, vectors: ReadonlyMap<Tool, StoredVector>): Tool[] {
	const comparable = [...vectors].filter(([, { length }]) => length === question.length);
	if (comparable.length === 0)
		throw new Error(`the vector of the question has ${question.length} dimensions, those of the tools have others`);
	const scored = comparable.map(([tool, vector]) => ({ tool, score: cosine(question, vector) }));
	return scored
		.sort((a, b) => b.score - a.score)
		.slice(0, RANKED)
		.map(({ tool }) => tool);
}

/** Up to the length of the question's vector, which is the same for all. */
function cosine(question: Float32Array, vector: StoredVector): number {
	let product = 0;
	let square = 0;
	for (let at = 0; at < question.length; at += 1) {
		const value = vector[at] ?? 0;
		product += (question[at] ?? 0) * value;
		square += value * value;
	}
	return product / (Math.sqrt(square) || 1);
}
