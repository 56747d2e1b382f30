import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { UserError } from '../../errors.ts';
import { type Api, type ApiText, readApi } from './read-api.ts';
import type { Answer } from './read-thread.ts';

export interface AsideLimits {
	/** From how many characters on a document gets a thread; 300,000 when left out. */
	readonly largeCharacters?: number;
	/** How long a thread may take, without its turn to come; 30,000 when left out. */
	readonly timeoutMs?: number;
	/** How much its objects may take; 1,024 when left out. */
	readonly memoryMb?: number;
}

/** JSON of this size is read in 20 ms, YAML in 150. A thread takes 100 ms to start, and 3 to end: not worth keeping one. */
const LARGE_CHARACTERS = 300_000;
/** GitHub's document (13 MB) takes 1.3 s as JSON and 8 s as YAML, which is the slowest to read. */
const TIMEOUT_MS = 30_000;
/** The same takes less than 128 MB as JSON and less than 512 as YAML. */
const MEMORY_MB = 1024;

/** A workspace's toolsets are opened all at once, and each thread may take that much memory. */
const threads = new PQueue({ concurrency: 2 });

/**
 * Does what `readApi` does without holding up the event loop: what is large is read in a thread of its own. Rejects as `readApi` throws, and with
 * UserError `document` when reading takes too much time or memory.
 */
export async function readAside(document: ApiText, limits: AsideLimits = {}): Promise<Api> {
	if (document.text.length < (limits.largeCharacters ?? LARGE_CHARACTERS)) return readApi(document);
	return threads.add(() => readInThread(document, limits));
}

async function readInThread(
	{ name, text, sourceUrl, baseUrl }: ApiText,
	{ timeoutMs = TIMEOUT_MS, memoryMb = MEMORY_MB }: AsideLimits,
): Promise<Api> {
	const { promise, resolve, reject } = Promise.withResolvers<Api>();
	// It keeps the process alive while somebody waits for it, which is not for long: it is ended below, whatever happens.
	const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
		workerData: { name, text, sourceUrl, baseUrl } satisfies ApiText,
		resourceLimits: { maxOldGenerationSizeMb: memoryMb },
	});
	const timer = setTimeout(() => reject(tooLarge(`takes longer than ${timeoutMs / 1000} s to read`)), timeoutMs);
	thread.once('message', (answer: Answer) => {
		if (answer.ok) resolve(answer.api);
		else reject(new UserError(answer.code, answer.userMessage, { cause: answer.cause }));
	});
	thread.once('messageerror', reject);
	thread.once('error', (error) =>
		reject(isOutOfMemory(error) ? tooLarge(`takes more than ${memoryMb} MB of memory to read`, error) : error),
	);
	thread.once('exit', (code) => reject(tooLarge('could not be read to its end', new Error(`the thread ended with ${code}`))));
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		await thread.terminate();
	}
}

function isOutOfMemory(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooLarge(what: string, cause?: unknown): UserError {
	return new UserError('document', `The document ${what}. Give one that holds only the operations you need, as JSON if it is YAML.`, {
		cause,
	});
}
