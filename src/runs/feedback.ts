import { randomUUID } from 'node:crypto';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { exclusively } from './exclusively.ts';
import type { Run } from './run.ts';

export type Rating = 'up' | 'down';

export interface Feedback {
	/**
	 * The last rating of a person for a run holds. A first `down` of a person counts once against every stored function the answer used; changing
	 * to `up` takes that back. Rejects with a UserError when the storage fails, or holds an earlier rating up for more than 15 s.
	 */
	give(run: Run, feedback: { readonly by: string; readonly rating: Rating; readonly reason?: string }): Promise<void>;
}

export interface FeedbackOptions {
	readonly storage: Storage;
	/** The function store, or what of it is needed. */
	readonly functions: { recordFeedback(workspaceId: string, name: string, change: 1 | -1): Promise<void> };
	/** How the run ended. */
	readonly ending: (runId: string) => Promise<Result | Failure | undefined>;
}

interface FeedbackRecord {
	readonly rating: Rating;
	readonly reason?: string;
	readonly at: string;
	/** Functions that this rating counts against. */
	readonly against: readonly string[];
}

const TURN = { ttlMs: 10_000, retryMs: 20 };

export function createFeedback({ storage, functions, ending }: FeedbackOptions): Feedback {
	const records = storage.records<FeedbackRecord>('feedback');

	async function reusedBy(run: Run): Promise<readonly string[]> {
		return [...new Set((await ending(run.id))?.totals.reused)];
	}

	async function against(run: Run, rating: Rating, before: FeedbackRecord | undefined): Promise<readonly string[]> {
		if (rating === 'up') return [];
		return before?.rating === 'down' ? before.against : reusedBy(run);
	}

	async function count(workspaceId: string, names: readonly string[], change: 1 | -1): Promise<void> {
		for (const name of names) await functions.recordFeedback(workspaceId, name, change);
	}

	return {
		give(run, { by, rating, reason }) {
			const key = `${encodeURIComponent(run.workspaceId)}/${run.id}/${encodeURIComponent(by)}`;
			// One rating of a person for a run at a time, in all processes.
			return exclusively(storage, `feedback/${key}`, { owner: randomUUID(), ...TURN }, async () => {
				const before = await records.get(key);
				const counted = before?.against ?? [];
				const disliked = await against(run, rating, before);
				// The reason is asked for after the rating; the rating alone, given once more, does not take it back.
				const said = reason ?? (before?.rating === rating ? before.reason : undefined);
				// Recorded first: of a process that dies in between a count may be missing, and none is made twice.
				await records.put(key, { rating, reason: said, at: new Date().toISOString(), against: disliked });
				await count(run.workspaceId, without(disliked, counted), 1);
				await count(run.workspaceId, without(counted, disliked), -1);
			});
		},
	};
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
	return names.filter((name) => !others.includes(name));
}
