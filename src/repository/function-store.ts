import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Records, Storage } from '../storage/storage.ts';
import type { FunctionRecord } from './function-record.ts';
import { createFunctionSearch, type FunctionSearch } from './function-search.ts';

/** The functions of all workspaces, one record each. Every method rejects with a UserError `storage` when the store cannot do it. */
export interface FunctionStore {
	/** Writes a record, in place of one of the same workspace and name. */
	put(record: FunctionRecord): Promise<void>;
	get(workspaceId: string, name: string): Promise<FunctionRecord | undefined>;
	/** By name. */
	list(workspaceId: string): Promise<readonly FunctionRecord[]>;
	/**
	 * The functions that have to do with `text`, best first; empty when none has. Writes of other processes are seen after 2 seconds at the latest,
	 * own ones at once.
	 */
	search(workspaceId: string, text: string, limit: number): Promise<readonly FunctionRecord[]>;
	/** True when there was one. */
	forget(workspaceId: string, name: string): Promise<boolean>;
	/** Counts a use of a function for a question; nothing happens when it is gone. */
	recordUse(workspaceId: string, name: string, use: FunctionUse): Promise<void>;
	/** Counts a person who disliked an answer that used it, or takes that back; nothing happens when it is gone. */
	recordFeedback(workspaceId: string, name: string, change: 1 | -1): Promise<void>;
}

export interface FunctionUse {
	readonly succeeded: boolean;
	readonly question: string;
}

/** The index of a workspace is read anew after that; reading and indexing 1,000 functions takes about 50 ms. */
const INDEX_MS = 2000;
/** Indexes kept at once; older ones are dropped, which costs the next search in that workspace a read. */
const INDEXES = 50;
const MOST_QUESTIONS = 10;
/** How long a process may take to count something before another one may; it takes milliseconds. */
const CLAIM_MS = 10_000;
const CLAIM_RETRY_MS = 10;

interface Index {
	readonly search: Promise<FunctionSearch>;
	readonly madeAt: number;
}

export function createFunctionStore(storage: Storage): FunctionStore {
	const records = storage.records<FunctionRecord>('functions');
	const indexes = new Map<string, Index>();
	const list = (workspaceId: string) => listRecords(records, workspaceId);
	const indexOf = (workspaceId: string): Promise<FunctionSearch> => {
		const known = indexes.get(workspaceId);
		if (known && performance.now() - known.madeAt < INDEX_MS) return known.search;
		const search = list(workspaceId).then(createFunctionSearch);
		const made = { search, madeAt: performance.now() };
		indexes.delete(workspaceId);
		indexes.set(workspaceId, made);
		for (const oldest of [...indexes.keys()].slice(0, -INDEXES)) indexes.delete(oldest);
		search.catch(() => indexes.get(workspaceId) === made && indexes.delete(workspaceId));
		return search;
	};
	/** A name with a slash in it must not reach into another workspace. */
	const get = async (workspaceId: string, name: string) => {
		const record = await records.get(keyOf(workspaceId, name));
		return record?.workspaceId === workspaceId && record.name === name ? record : undefined;
	};
	const put = async (record: FunctionRecord) => {
		await records.put(keyOf(record.workspaceId, record.name), record);
		indexes.delete(record.workspaceId);
	};
	/** One change at a time, in all processes: each builds on the record as the last one left it. */
	const change = async (workspaceId: string, name: string, changed: (record: FunctionRecord) => FunctionRecord) => {
		const [claim, owner] = [`function/${keyOf(workspaceId, name)}`, randomUUID()];
		while (!(await storage.claim(claim, owner, CLAIM_MS))) await delay(CLAIM_RETRY_MS);
		try {
			const record = await get(workspaceId, name);
			if (record) await put(changed(record));
		} finally {
			await storage.release(claim, owner);
		}
	};
	return {
		put,
		list,
		get,
		async search(workspaceId, text, limit) {
			const index = await indexOf(workspaceId);
			return index.search(text, limit);
		},
		async forget(workspaceId, name) {
			if (!(await get(workspaceId, name))) return false;
			const existed = await records.delete(keyOf(workspaceId, name));
			indexes.delete(workspaceId);
			return existed;
		},
		recordUse: (workspaceId, name, use) => change(workspaceId, name, (record) => withUse(record, use)),
		recordFeedback: (workspaceId, name, by) => change(workspaceId, name, (record) => withFeedback(record, by)),
	};
}

function withUse(record: FunctionRecord, { succeeded, question }: FunctionUse): FunctionRecord {
	const { statistics, questions } = record;
	return {
		...record,
		questions: succeeded ? withQuestion(questions, question) : questions,
		statistics: {
			...statistics,
			succeeded: statistics.succeeded + (succeeded ? 1 : 0),
			failed: statistics.failed + (succeeded ? 0 : 1),
			lastUsedAt: new Date().toISOString(),
		},
	};
}

function withFeedback(record: FunctionRecord, change: 1 | -1): FunctionRecord {
	const { statistics } = record;
	return { ...record, statistics: { ...statistics, disliked: Math.max(0, (statistics.disliked ?? 0) + change) } };
}

/** The questions with one more, newest last, each once, at most 10. */
export function withQuestion(questions: readonly string[], question: string): readonly string[] {
	return [...questions.filter((known) => known !== question), question].slice(-MOST_QUESTIONS);
}

function keyOf(workspaceId: string, name: string): string {
	return `${workspaceId}/${name}`;
}

async function listRecords(records: Records<FunctionRecord>, workspaceId: string): Promise<FunctionRecord[]> {
	const found: FunctionRecord[] = [];
	// A workspace id may hold a slash, and then be the beginning of another's keys: the record says whose it is.
	for await (const [, record] of records.entries(keyOf(workspaceId, ''))) {
		if (record.workspaceId === workspaceId) found.push(record);
	}
	return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
