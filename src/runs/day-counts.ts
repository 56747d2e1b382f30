import type { Storage } from '../storage/storage.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Of one day (UTC). */
export interface DayCount {
	/** Accepted ones. */
	readonly questions: number;
	/** Of the runs that have ended, in and out; a run counts on the day it was asked. */
	readonly tokens: number;
}

/** Whose day it is: a person's in a workspace, or, without `user`, that of everybody in it. */
export interface Counted {
	readonly workspaceId: string;
	/** `yyyy-mm-dd` */
	readonly day: string;
	readonly user?: string;
}

/**
 * Sums of a day, a small record each: reading one costs the same however much was asked. Of past days nothing reads them. Every method rejects with a
 * UserError when the storage fails.
 */
export interface DayCounts {
	/** Of a person, and of everybody in their workspace, in one round trip. */
	of(workspaceId: string, day: string, user: string): Promise<readonly [own: DayCount, all: DayCount]>;
	/** Everybody who has asked that day. */
	people(counted: Omit<Counted, 'user'>): Promise<readonly (DayCount & { readonly user: string })[]>;
	/** Counts a question, unless `check` throws at what was counted before: then that is thrown, and nothing counted. In one step, over processes. */
	addQuestion(counted: Counted, check: (before: DayCount) => void): Promise<void>;
	/** Takes a question back. */
	removeQuestion(counted: Counted): Promise<void>;
	/** Counts the tokens of a run; once, however often it is called before `settle` is. */
	addTokens(counted: Counted, tokens: number, runId: string): Promise<void>;
	/** It is known elsewhere that the tokens of this run were counted: nobody will count them again. */
	settle(counted: Counted, runId: string): Promise<void>;
}

interface DayRecord extends DayCount {
	/** Runs whose tokens are in the sum and that are not settled: a process that dies in between counts them again. */
	readonly unsettled?: readonly string[];
}

const NOTHING: DayRecord = { questions: 0, tokens: 0 };

export function createDayCounts(storage: Storage): DayCounts {
	const records = storage.records<DayRecord>('day-counts');
	const inTurn = oneAtATime();
	/** `make` gives undefined to leave the record as it is. */
	const change = async (counted: Counted, make: (before: DayRecord) => DayRecord | undefined) => {
		const key = keyOf(counted);
		await inTurn(key, () => records.change(key, (before = NOTHING) => make(before)));
	};
	return {
		async of(workspaceId, day, user) {
			const [own = NOTHING, all = NOTHING] = await records.getMany([keyOf({ workspaceId, day, user }), keyOf({ workspaceId, day })]);
			return [countOf(own), countOf(all)];
		},
		async people(counted) {
			const prefix = `${keyOf(counted)}/`;
			const found: (DayCount & { user: string })[] = [];
			for await (const [key, record] of records.entries(prefix)) {
				found.push({ user: decodeURIComponent(key.slice(prefix.length)), ...countOf(record) });
			}
			return found;
		},
		async addQuestion(counted, check) {
			await change(counted, (before) => {
				check(countOf(before));
				return { ...before, questions: before.questions + 1 };
			});
		},
		async removeQuestion(counted) {
			await change(counted, (before) => (before.questions === 0 ? undefined : { ...before, questions: before.questions - 1 }));
		},
		async addTokens(counted, tokens, runId) {
			await change(counted, (before) => {
				const { unsettled = [] } = before;
				if (unsettled.includes(runId)) return undefined;
				return { ...before, tokens: before.tokens + tokens, unsettled: [...unsettled, runId] };
			});
		},
		async settle(counted, runId) {
			await change(counted, (before) => {
				const { unsettled = [], ...count } = before;
				if (!unsettled.includes(runId)) return undefined;
				const others = unsettled.filter((id) => id !== runId);
				return others.length === 0 ? count : { ...count, unsettled: others };
			});
		},
	};
}

function keyOf({ workspaceId, day, user }: Counted): string {
	const workspace = `${encodeURIComponent(workspaceId)}/${day}`;
	return user === undefined ? workspace : `${workspace}/${encodeURIComponent(user)}`;
}

function countOf({ questions, tokens }: DayRecord): DayCount {
	return { questions, tokens };
}
