import type { APIApplicationCommand } from 'discord-api-types/v10';

/** The application's commands: global ones and those of single servers. */
export interface Commands {
	of(guildId: string | undefined): readonly APIApplicationCommand[];
	replace(guildId: string | undefined, commands: readonly APIApplicationCommand[]): void;
	/** Bulk overwrites so far. */
	readonly registrations: () => number;
}

export function createCommands(): Commands {
	const registered = new Map<string, readonly APIApplicationCommand[]>();
	let registrations = 0;
	return {
		of: (guildId) => registered.get(guildId ?? '') ?? [],
		replace(guildId, commands) {
			registered.set(guildId ?? '', commands);
			registrations += 1;
		},
		registrations: () => registrations,
	};
}
