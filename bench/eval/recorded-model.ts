import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../src/errors.ts';
import { hashJson, isJsonObject, type JsonValue } from '../../src/json.ts';
import type { Model } from '../../src/model/model.ts';
import { readLines } from './lines.ts';
import type { Exchange } from './metered-model.ts';
import { nearestDifference, type SentRequest } from './nearest-request.ts';
import { ModelMissing } from './outage.ts';

type Fetch = typeof globalThis.fetch;

/** Between the client of a model and its server. */
export interface Tape {
	/** For `ModelClientOptions`. */
	readonly fetch: Fetch;
	/** The model behind `fetch`; it rejects with `ModelMissing` where the tape does not have a request. */
	model(model: Model): Model;
	/** Of the recording's first line: sessions of the run it is of are called so. Requests can hold their addresses. */
	readonly run: string;
	/** Writes what these exchanges of a task were sent and answered. What comes of no whole task is not written: a replay would follow it, and end there. */
	keep(exchanges: readonly Pick<Exchange, 'messages'>[]): Promise<void>;
	/** Tells which requests were answered before, so that equal ones get the next reply. */
	skip(exchanges: readonly Pick<Exchange, 'messages'>[]): void;
}

/** A line of a recording. */
interface Recorded extends SentRequest {
	/** SHA-256 of the canonical JSON of path and body, 16 hex digits. */
	readonly request: string;
	readonly status: number;
	/** Its JSON; the text where it is none. */
	readonly reply: JsonValue;
}

/** What a server says of the moment, and not of the request. */
const PASSING = new Set([401, 402, 403, 404, 408, 409, 425, 429]);
/** For a request that is not recorded: a status that no client sends again, or learns from. */
const NOT_RECORDED = 410;

/** The run whose sessions a recording speaks of; undefined where there is no such file yet. */
export async function recordedRun(file: string): Promise<string | undefined> {
	return (await readLines(file)).length === 0 ? undefined : (await readRecording(file))[0].run;
}

/**
 * Appends all that a server answers to a file, which is made where it is missing. Rejects with a UserError when the file is of another run: a replay has
 * the names of one.
 *
 * @param baseUrl what paths are recorded below
 */
export async function recordTo(file: string, run: string, baseUrl: string): Promise<Tape> {
	await mkdir(path.dirname(path.resolve(file)), { recursive: true });
	const known = await recordedRun(file);
	if (known === undefined) await appendFile(file, `${JSON.stringify({ recording: 1, run })}\n`);
	else if (known !== run)
		throw new UserError('bad-input', `${file} is the recording of another run than --out. Choose another file for --record.`);
	const pending = new Map<string, Recorded[]>();
	return {
		run,
		model: (model) => model,
		skip() {},
		async fetch(input, init) {
			const response = await fetch(input, init);
			const text = await response.text();
			if (response.status < 500 && !PASSING.has(response.status)) {
				const sent = sentRequest(input, init, baseUrl);
				const recorded = { request: hashJson([sent.path, sent.body]), ...sent, status: response.status, reply: jsonOrText(text) };
				const key = messagesKey(sent.body);
				pending.set(key, [...(pending.get(key) ?? []), recorded]);
			}
			return new Response(text, { status: response.status, headers: response.headers });
		},
		async keep(exchanges) {
			const kept = exchanges.flatMap(({ messages }) => {
				const key = hashJson(messages);
				const recorded = pending.get(key) ?? [];
				pending.delete(key);
				return recorded;
			});
			if (kept.length > 0) await appendFile(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(''), { flush: true });
		},
	};
}

/** Answers from a recording, and asks nobody. Equal requests get their replies in the order in which these were recorded, and then the last one. */
export async function replayFrom(file: string, baseUrl: string): Promise<Tape> {
	const [{ run }, ...recorded] = await readRecording(file);
	const queues = Map.groupBy(recorded as Recorded[], ({ request }) => request);
	const byMessages = Map.groupBy(queues, ([, [first]]) => messagesKey(first?.body ?? null));
	let missing: ModelMissing | undefined;
	const advance = (queue: Recorded[]) => (queue.length > 1 ? queue.shift() : queue[0]);
	return {
		run,
		async keep() {},
		skip(exchanges) {
			for (const { messages } of exchanges) for (const [, queue] of byMessages.get(hashJson(messages)) ?? []) advance(queue);
		},
		async fetch(input, init) {
			const sent = sentRequest(input, init, baseUrl);
			const found = advance(queues.get(hashJson([sent.path, sent.body])) ?? []);
			if (found) return answer(found.status, found.reply);
			const first = [...queues.values()].flatMap((queue) => queue.slice(0, 1));
			missing ??= new ModelMissing(
				`A request is not recorded in ${file}. ${nearestDifference(sent, first)} Replay with the options that it was recorded with, or record anew.`,
			);
			return answer(NOT_RECORDED, { error: { message: 'not recorded' } });
		},
		model: (model) => ({
			name: model.name,
			async complete(request) {
				try {
					return await model.complete(request);
				} catch (error) {
					throw missing ?? error;
				}
			},
		}),
	};
}

/** The first line, and those that follow. */
async function readRecording(file: string): Promise<[{ readonly run: string }, ...unknown[]]> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (cause) {
		throw new UserError('not-found', `There is no recording ${file}. Make one with --record ${file}.`, { cause });
	}
	// What a kill cut off is no line.
	const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
	try {
		const [first, ...rest] = lines.slice(0, -1).map((line) => JSON.parse(line) as JsonValue);
		if (isJsonObject(first) && first.recording === 1 && typeof first.run === 'string') return [{ run: first.run }, ...rest];
	} catch {
		// Told below.
	}
	throw new UserError('bad-input', `${file} is no recording of this program. Name one that --record made.`);
}

function sentRequest(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1], baseUrl: string): SentRequest {
	const { pathname, search } = new URL(input instanceof Request ? input.url : input);
	const below = new URL(baseUrl).pathname.replace(/\/+$/, '');
	return { path: pathname.slice(pathname.startsWith(below) ? below.length : 0) + search, body: jsonOrText(String(init?.body ?? '')) };
}

function messagesKey(body: JsonValue): string {
	return hashJson(isJsonObject(body) ? (body.messages ?? null) : null);
}

function jsonOrText(text: string): JsonValue {
	try {
		return JSON.parse(text) as JsonValue;
	} catch {
		return text;
	}
}

function answer(status: number, reply: JsonValue): Response {
	if (typeof reply === 'string') return new Response(reply, { status });
	return Response.json(reply, { status });
}
