import type { Storage } from '../../src/storage/storage.ts';

/**
 * The conversations in which the bot answers without being mentioned, over restarts. A thread that began with a question to the bot is open to
 * everybody in it; in one that was about something else, only those who asked the bot there are understood to go on asking.
 */
export interface Engagements {
	/** `asker` alone, or everybody when left out. Counts from the first time on. */
	join(conversation: string, asker?: string): Promise<void>;
	/** Whether it does now, or did already at that time (ms). */
	includes(conversation: string, user: string, at?: number): Promise<boolean>;
}

export function createEngagements(storage: Storage): Engagements {
	// One key for each, so that two questions at once cannot undo one another.
	const records = storage.records<{ since: string }>('engagements');
	const keyOf = (conversation: string, user = '') => `${conversation}/${user}`;
	return {
		async join(conversation, asker) {
			const key = keyOf(conversation, asker);
			if (!(await records.get(key))) await records.put(key, { since: new Date().toISOString() });
		},
		async includes(conversation, user, at = Number.POSITIVE_INFINITY) {
			const found = await Promise.all([records.get(keyOf(conversation)), records.get(keyOf(conversation, user))]);
			return found.some((record) => record !== undefined && Date.parse(record.since) <= at);
		},
	};
}
