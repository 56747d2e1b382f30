import type { FunctionKey } from '../repository/function-record.ts';
import type { Storage } from '../storage/storage.ts';
import { exclusively } from './exclusively.ts';
import type { Run } from './run.ts';

export type Rating = 'up' | 'down';

export interface Feedback {
	/**
	 * The last rating of a person for a run holds. A `down` of a person counts once against the stored functions that stand for the answer;
	 * changing to `up` takes that back. Rejects with a UserError when the storage fails, or holds an earlier rating up for more than 15 s.
	 *
	 * @returns names of the functions that the rating counts against
	 */
	give(run: Run, feedback: { readonly by: string; readonly rating: Rating; readonly reason?: string }): Promise<readonly string[]>;
	/** Functions are kept behind the answer: ratings that were quicker count from now on. Rejects as `give` does. */
	heed(run: Run): Promise<void>;
}

export interface FeedbackOptions {
	readonly storage: Storage;
	readonly standing: {
		/** The stored functions that stand for the answer of a run. */
		answeredBy(runId: string, workspaceId: string): Promise<readonly FunctionKey[]>;
		/** Counts somebody who disliked an answer of a function, or takes that back. */
		recordFeedback(workspaceId: string, key: FunctionKey, change: 1 | -1): Promise<void>;
	};
}

interface FeedbackRecord {
	readonly rating: Rating;
	readonly reason?: string;
	readonly at: string;
	/** Functions that this rating counts against; names alone where it was given before functions had versions. */
	readonly against: readonly (FunctionKey | string)[];
}

const TURN = { ttlMs: 10_000, retryMs: 20 };

export function createFeedback({ storage, standing }: FeedbackOptions): Feedback {
	const records = storage.records<FeedbackRecord>('feedback');

	async function against(run: Run, rating: Rating, before: FeedbackRecord | undefined): Promise<readonly FunctionKey[]> {
		if (rating === 'up') return [];
		const known = keysOf(before);
		return known.length > 0 ? known : standing.answeredBy(run.id, run.workspaceId);
	}

	async function count(workspaceId: string, keys: readonly FunctionKey[], change: 1 | -1): Promise<void> {
		for (const key of keys) await standing.recordFeedback(workspaceId, key, change);
	}

	const prefixOf = ({ workspaceId, id }: Run) => `${encodeURIComponent(workspaceId)}/${id}/`;
	const feedback: Feedback = {
		give(run, { by, rating, reason }) {
			const key = prefixOf(run) + encodeURIComponent(by);
			// One rating of a person for a run at a time, in all processes.
			return exclusively(storage, `feedback/${key}`, TURN, async () => {
				const before = await records.get(key);
				const counted = keysOf(before);
				const disliked = await against(run, rating, before);
				// The reason is asked for after the rating; the rating alone, given once more, does not take it back.
				const said = reason ?? (before?.rating === rating ? before.reason : undefined);
				// Recorded first: of a process that dies in between a count may be missing, and none is made twice.
				await records.put(key, { rating, reason: said, at: new Date().toISOString(), against: disliked });
				await count(run.workspaceId, without(disliked, counted), 1);
				await count(run.workspaceId, without(counted, disliked), -1);
				return disliked.map(({ name }) => name);
			});
		},
		async heed(run) {
			for await (const [key, { rating }] of records.entries(prefixOf(run))) {
				if (rating === 'down') await feedback.give(run, { by: decodeURIComponent(key.slice(prefixOf(run).length)), rating });
			}
		},
	};
	return feedback;
}

function keysOf(record: FeedbackRecord | undefined): readonly FunctionKey[] {
	return (record?.against ?? []).map((key) => (typeof key === 'string' ? { name: key, version: 1 } : key));
}

function without(keys: readonly FunctionKey[], others: readonly FunctionKey[]): readonly FunctionKey[] {
	return keys.filter((key) => !others.some(({ name, version }) => name === key.name && version === key.version));
}
