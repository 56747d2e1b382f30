import type { Totals } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { createDayCounts } from './day-counts.ts';
import type { Run } from './run.ts';

export interface UsageCounts {
	readonly runs: number;
	readonly modelCalls: number;
	readonly toolCalls: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** The same tokens by what they were used with, in the order of first use; without runs that used none. */
	readonly models: readonly ModelTokens[];
}

export interface ModelTokens {
	/** Left out for runs of a version that did not record it: nobody knows any more which model was configured then. */
	readonly model?: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
}

export interface UserUsage extends UsageCounts {
	readonly id: string;
	readonly name?: string;
}

export interface UsageSum extends UsageCounts {
	/** Who used most tokens first. */
	readonly users: readonly UserUsage[];
}

/** What the runs of each workspace cost. Its methods reject with a UserError when the storage fails. */
export interface Usage {
	/**
	 * Counts a run on the day (UTC) it was asked; once, however often it is called and wherever a process dies in it, as long as no two do it for the same run
	 * at the same moment, which the lease of a run sees to. Budgets keep what it was called with first, the sums what it was called with last.
	 */
	record(run: Run, totals: Totals): Promise<void>;
	/** Of all runs since the beginning of that day (UTC), `yyyy-mm-dd`. The cost is that of the runs since then. */
	sum(workspaceId: string, since: string): Promise<UsageSum>;
	/** The same of what one person asked. */
	sumOf(workspaceId: string, user: string, since: string): Promise<UsageCounts>;
}

interface UsageRecord extends Omit<UsageCounts, 'runs' | 'models'> {
	readonly user: { readonly id: string; readonly name?: string };
	/** Left out where no model was asked, and by earlier versions. */
	readonly model?: string;
	/** Its tokens are in the counts of the day. Left out by earlier versions, which had none. */
	readonly counted?: true;
}

export const DAY_MS = 24 * 60 * 60_000;
const NOTHING: UsageCounts = { runs: 0, modelCalls: 0, toolCalls: 0, promptTokens: 0, completionTokens: 0, models: [] };

/** The day (UTC) of a moment, `yyyy-mm-dd`. */
export function dayOf(moment: Date): string {
	return moment.toISOString().slice(0, 10);
}

export function createUsage(storage: Storage): Usage {
	const records = storage.records<UsageRecord>('usage');
	const counts = createDayCounts(storage);
	const prefix = (workspaceId: string, day: string) => `${encodeURIComponent(workspaceId)}/${day}/`;

	async function* since(workspaceId: string, first: string): AsyncGenerator<UsageRecord> {
		for (const day of daysSince(first)) {
			for await (const [, record] of records.entries(prefix(workspaceId, day))) yield record;
		}
	}

	return {
		async record({ id, workspaceId, createdAt, question }, { model, modelCalls, toolCalls, promptTokens, completionTokens }) {
			const { askedBy: user } = question;
			const day = createdAt.slice(0, 10);
			const key = prefix(workspaceId, day) + id;
			const used = tokens({ promptTokens, completionTokens });
			const both = [
				{ workspaceId, day },
				{ workspaceId, day, user: user.id },
			];
			// The sums know the run as long as this record does not say that they do.
			if (used > 0 && !(await records.get(key))?.counted) await Promise.all(both.map((counted) => counts.addTokens(counted, used, id)));
			await records.put(key, {
				user,
				...(model !== undefined && { model }),
				modelCalls,
				toolCalls,
				promptTokens,
				completionTokens,
				counted: true,
			});
			if (used > 0) await Promise.all(both.map((counted) => counts.settle(counted, id)));
		},
		async sum(workspaceId, first) {
			let all = NOTHING;
			const users = new Map<string, UserUsage>();
			for await (const record of since(workspaceId, first)) {
				all = plus(all, record);
				const { user } = record;
				users.set(user.id, { ...user, ...plus(users.get(user.id) ?? NOTHING, record) });
			}
			return { ...all, users: [...users.values()].sort((a, b) => tokens(b) - tokens(a)) };
		},
		async sumOf(workspaceId, user, first) {
			let own = NOTHING;
			for await (const record of since(workspaceId, first)) {
				if (record.user.id === user) own = plus(own, record);
			}
			return own;
		},
	};
}

function* daysSince(since: string): Generator<string> {
	// A day more than this clock's, for runs that a host with a faster clock accepted.
	const end = Date.now() + DAY_MS;
	for (let time = Date.parse(`${since}T00:00:00Z`); time <= end; time += DAY_MS) yield dayOf(new Date(time));
}

function plus(counts: UsageCounts, record: UsageRecord): UsageCounts {
	return {
		runs: counts.runs + 1,
		modelCalls: counts.modelCalls + record.modelCalls,
		toolCalls: counts.toolCalls + record.toolCalls,
		promptTokens: counts.promptTokens + record.promptTokens,
		completionTokens: counts.completionTokens + record.completionTokens,
		models: plusModel(counts.models, record),
	};
}

function plusModel(models: readonly ModelTokens[], { model, promptTokens, completionTokens }: UsageRecord): readonly ModelTokens[] {
	if (promptTokens + completionTokens === 0) return models;
	const known = models.find((candidate) => candidate.model === model);
	if (!known) return [...models, { ...(model !== undefined && { model }), promptTokens, completionTokens }];
	const sum = {
		...known,
		promptTokens: known.promptTokens + promptTokens,
		completionTokens: known.completionTokens + completionTokens,
	};
	return models.map((candidate) => (candidate === known ? sum : candidate));
}

function tokens({ promptTokens, completionTokens }: Pick<UsageCounts, 'promptTokens' | 'completionTokens'>): number {
	return promptTokens + completionTokens;
}
