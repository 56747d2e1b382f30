/** The thread of `readAside`: reads the document it was started with, answers once, and is done. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, UserError } from '../../errors.ts';
import { type Api, type ApiText, readApi } from './read-api.ts';

/** A `UserError` as its parts: of an error, a message between threads keeps neither its class nor its code. */
export type Answer =
	| { readonly ok: true; readonly api: Api }
	| { readonly ok: false; readonly code: ErrorCode; readonly userMessage: string; readonly cause: Error | undefined };

/** Throws what is no `UserError`: the thread ends with it, and who started it gets it. */
function answerTo(document: ApiText): Answer {
	try {
		return { ok: true, api: readApi(document) };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const { code, userMessage, cause } = error;
		return { ok: false, code, userMessage, cause: cause instanceof Error ? cause : undefined };
	}
}

parentPort?.postMessage(answerTo(workerData));
