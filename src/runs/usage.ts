import type { Totals } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import type { Run } from './run.ts';

export interface UsageCounts {
	readonly runs: number;
	readonly modelCalls: number;
	readonly toolCalls: number;
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
	/** Counts a run on the day (UTC) it was asked; once, however often it is called. */
	record(run: Run, totals: Totals): Promise<void>;
	/** Of all runs since the beginning of that day (UTC), `yyyy-mm-dd`. The cost is that of the runs since then. */
	sum(workspaceId: string, since: string): Promise<UsageSum>;
}

interface UsageRecord extends Omit<UsageCounts, 'runs'> {
	readonly user: { readonly id: string; readonly name?: string };
}

const DAY_MS = 24 * 60 * 60_000;
const NOTHING: UsageCounts = { runs: 0, modelCalls: 0, toolCalls: 0, promptTokens: 0, completionTokens: 0 };

/** The day (UTC) of a moment, `yyyy-mm-dd`. */
export function dayOf(moment: Date): string {
	return moment.toISOString().slice(0, 10);
}

export function createUsage(storage: Storage): Usage {
	const records = storage.records<UsageRecord>('usage');
	const prefix = (workspaceId: string, day: string) => `${encodeURIComponent(workspaceId)}/${day}/`;
	return {
		record(run, { modelCalls, toolCalls, promptTokens, completionTokens }) {
			const { askedBy: user } = run.question;
			return records.put(prefix(run.workspaceId, run.createdAt.slice(0, 10)) + run.id, {
				user,
				modelCalls,
				toolCalls,
				promptTokens,
				completionTokens,
			});
		},
		async sum(workspaceId, since) {
			let all = NOTHING;
			const users = new Map<string, UserUsage>();
			for (const day of daysSince(since)) {
				for await (const [, record] of records.entries(prefix(workspaceId, day))) {
					all = plus(all, record);
					const { user } = record;
					users.set(user.id, { ...user, ...plus(users.get(user.id) ?? NOTHING, record) });
				}
			}
			return { ...all, users: [...users.values()].sort((a, b) => tokens(b) - tokens(a)) };
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
	};
}

function tokens({ promptTokens, completionTokens }: UsageCounts): number {
	return promptTokens + completionTokens;
}
