import type { Storage } from '../../src/storage/storage.ts';

/**
 * The conversations in which the bot answers without being mentioned, over restarts. A thread that began with a question to the bot is open to
 * everybody in it; in one that was about something else, only those who asked the bot there are understood to go on asking.
 */
export interface Engagements {
	/** `asker` alone, or everybody when left out. */
	join(conversation: string, asker?: string): Promise<void>;
	includes(conversation: string, user: string): Promise<boolean>;
}

export function createEngagements(storage: Storage): Engagements {
	// One key for each, so that two questions at once cannot undo one another.
	const records = storage.records<{ since: string }>('engagements');
	const keyOf = (conversation: string, user = '') => `${conversation}/${user}`;
	return {
		join: (conversation, asker) => records.put(keyOf(conversation, asker), { since: new Date().toISOString() }),
		async includes(conversation, user) {
			const found = await Promise.all([records.get(keyOf(conversation)), records.get(keyOf(conversation, user))]);
			return found.some((record) => record !== undefined);
		},
	};
}
