import type { Storage } from '../storage/storage.ts';
import { overRate } from './over-budget.ts';

/**
 * How often one person asks in a workspace: no more than so many questions within any 60 s, over all processes.
 *
 * A sliding window in one record of ours. The stores of rate-limiter-flexible each want a connection of their own; fitted to `Records` by its base class,
 * it would be more code than this, let twice as many through where two of its fixed windows meet, and write at every refusal.
 */
export interface QuestionRate {
	/** Counts a question, or rejects with a UserError `over-budget` and counts nothing. Gives what takes the question back. */
	take(workspaceId: string, user: string): Promise<() => Promise<void>>;
	/** Rejects as `take` would now; counts nothing. */
	check(workspaceId: string, user: string): Promise<void>;
}

const WINDOW_MS = 60_000;

export function createQuestionRate(storage: Storage, limit: number, clock: () => number): QuestionRate {
	/** Milliseconds since 1970; at most `limit` of them. */
	const records = storage.records<{ readonly asked: readonly number[] }>('question-rates');
	const keyOf = (workspaceId: string, user: string) => `${encodeURIComponent(workspaceId)}/${encodeURIComponent(user)}`;

	/** The questions of the last minute. Throws when there is no room for one more. */
	function lately(asked: readonly number[], now: number): readonly number[] {
		const counted = within(asked, now);
		const first = counted.at(-limit);
		if (first !== undefined) throw overRate(limit, first + WINDOW_MS - now);
		return counted;
	}

	return {
		async check(workspaceId, user) {
			lately((await records.get(keyOf(workspaceId, user)))?.asked ?? [], clock());
		},
		async take(workspaceId, user) {
			const key = keyOf(workspaceId, user);
			let now = 0;
			await records.change(key, (before) => {
				now = clock();
				return { asked: [...lately(before?.asked ?? [], now), now] };
			});
			return async () => {
				await records.change(key, (before) => {
					const asked = before?.asked ?? [];
					const at = asked.lastIndexOf(now);
					return at === -1 ? undefined : { asked: asked.toSpliced(at, 1) };
				});
			};
		},
	};
}

/** In order. A moment far ahead is of a clock that was wrong: it must not keep anybody waiting. */
function within(asked: readonly number[], now: number): number[] {
	return asked.filter((at) => Math.abs(now - at) < WINDOW_MS).sort((a, b) => a - b);
}
