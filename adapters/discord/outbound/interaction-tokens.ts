import { UserError } from '../../../src/errors.ts';
import type { Storage } from '../../../src/storage/storage.ts';

/** What lets the answer of an interaction be changed, for 15 minutes (discord.com/developers/docs/interactions/receiving-and-responding). */
export interface InteractionTokens {
	keep(interaction: string, token: string): Promise<void>;
	/** Rejects with a UserError when it has lapsed. */
	of(interaction: string): Promise<string>;
	forget(interaction: string): Promise<void>;
}

const VALID_MS = 15 * 60_000;

/** In the storage: the process that goes on with a run is not always the one that was asked. */
export function createInteractionTokens(storage: Storage): InteractionTokens {
	const records = storage.records<{ readonly token: string; readonly until: number }>('discord-interactions');
	return {
		keep: (interaction, token) => records.put(interaction, { token, until: Date.now() + VALID_MS }),
		async of(interaction) {
			const record = await records.get(interaction);
			if (record && record.until > Date.now()) return record.token;
			await records.delete(interaction);
			throw lapsed();
		},
		async forget(interaction) {
			await records.delete(interaction);
		},
	};
}

function lapsed(): UserError {
	return new UserError('not-found', 'Discord takes an answer for 15 minutes after a command, and it took longer. Ask again.');
}
