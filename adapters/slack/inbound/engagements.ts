import type { Storage } from '../../../src/storage/storage.ts';
import type { Place } from '../place.ts';

/**
 * The threads in which the bot answers without being mentioned, over restarts. A thread that began with a question to the bot is open to
 * everybody in it; in one that was about something else, only those who asked the bot there are understood to go on asking.
 */
export interface Engagements {
	/** `asker` alone, or everybody when left out. */
	join(place: Place, asker?: string): Promise<void>;
	includes(place: Place, user: string): Promise<boolean>;
}

export function createEngagements(storage: Storage): Engagements {
	// One key for each, so that two questions at once cannot undo one another.
	const records = storage.records<{ since: string }>('slack-threads');
	const keyOf = ({ team, channel, threadTs }: Place, user = '') => `${team}/${channel}/${threadTs}/${user}`;
	return {
		join: (place, asker) => records.put(keyOf(place, asker), { since: new Date().toISOString() }),
		async includes(place, user) {
			const found = await Promise.all([records.get(keyOf(place)), records.get(keyOf(place, user))]);
			return found.some((record) => record !== undefined);
		},
	};
}
