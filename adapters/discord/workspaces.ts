import type { Client } from 'discord.js';
import type { Storage } from '../../src/storage/storage.ts';
import type { People } from './people.ts';
import { personalWorkspaceOf, workspaceOf } from './place.ts';

/** Whose APIs answer somebody who asks outside of a server: in a direct message, or where they have brought the bot along. */
export interface Workspaces {
	/**
	 * The server they last asked in, or the only one that the bot is in, as long as they are a member of it; otherwise a workspace of their own, which
	 * nobody else sees. Rejects with a UserError when Discord or the storage does not say.
	 */
	of(user: string): Promise<string>;
	/** They have asked in this server. */
	remember(user: string, guild: string): Promise<void>;
	/** Resolves when the workspace is ready to be asked in. */
	welcome(workspaceId: string): Promise<void>;
}

export interface WorkspacesOptions {
	readonly client: Client;
	readonly storage: Storage;
	readonly people: Pick<People, 'isMember'>;
	/** Called once for each workspace in this process; again when it was rejected. */
	readonly welcome: (workspaceId: string) => Promise<void>;
}

export function createWorkspaces({ client, storage, people, welcome }: WorkspacesOptions): Workspaces {
	const homes = storage.records<{ readonly guild: string }>('discord-homes');
	const welcomed = new Map<string, Promise<void>>();

	const homeOf = async (user: string): Promise<string | undefined> => {
		const guilds = client.guilds.cache;
		const last = (await homes.get(user))?.guild;
		return last !== undefined && guilds.has(last) ? last : guilds.size === 1 ? guilds.firstKey() : undefined;
	};
	return {
		async of(user) {
			const home = await homeOf(user);
			return home !== undefined && (await people.isMember(home, user)) ? workspaceOf(home) : personalWorkspaceOf(user);
		},
		async remember(user, guild) {
			// Always looked up: another process may have been asked meanwhile.
			if ((await homes.get(user))?.guild !== guild) await homes.put(user, { guild });
		},
		welcome(workspaceId) {
			const known = welcomed.get(workspaceId);
			if (known) return known;
			const welcoming = welcome(workspaceId).catch((error) => {
				welcomed.delete(workspaceId);
				throw error;
			});
			welcomed.set(workspaceId, welcoming);
			return welcoming;
		},
	};
}
