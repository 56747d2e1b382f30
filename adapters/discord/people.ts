import { type Client, type GuildMember, PermissionFlagsBits, RESTJSONErrorCodes } from 'discord.js';
import { refusalOf } from './outbound/discord-failure.ts';
import type { Outbound } from './outbound/outbound.ts';
import { guildOf } from './place.ts';

/** Who somebody is in a server. Rights are asked for anew every time: they are taken away, too. */
export interface People {
	/** By the server's own word (Manage Server) or the operator's list. Rejects with a UserError when Discord does not say. */
	isAdmin(workspaceId: string, user: string): Promise<boolean>;
	/** Whether the operator has listed them. */
	isListed(user: string): boolean;
	/** Rejects with a UserError when Discord does not say. */
	isMember(guild: string, user: string): Promise<boolean>;
	/** As others see them; the id when Discord does not say. Never rejects. */
	nameOf(workspaceId: string, user: string): Promise<string>;
}

export interface PeopleOptions {
	readonly client: Client;
	readonly outbound: Pick<Outbound, 'call'>;
	/** User ids that the operator listed. */
	readonly admins: readonly string[];
}

const UNKNOWN: ReadonlySet<unknown> = new Set([
	RESTJSONErrorCodes.UnknownMember,
	RESTJSONErrorCodes.UnknownUser,
	RESTJSONErrorCodes.UnknownGuild,
	RESTJSONErrorCodes.MissingAccess,
]);

export function createPeople({ client, outbound, admins }: PeopleOptions): People {
	/** As the gateway keeps it; without a connection it is asked for anew. */
	const serverOf = async (guild: string) =>
		client.isReady() ? client.guilds.cache.get(guild) : client.guilds.fetch({ guild, force: true, cache: false });
	/** Undefined for somebody who is not in the server, and for a server that the bot is not in. */
	const memberOf = (guild: string, user: string): Promise<GuildMember | undefined> =>
		outbound.call(async () => {
			try {
				return await (await serverOf(guild))?.members.fetch({ user, force: true, cache: false });
			} catch (error) {
				if (UNKNOWN.has(refusalOf(error))) return undefined;
				throw error;
			}
		});
	return {
		isListed: (user) => admins.includes(user),
		async isAdmin(workspaceId, user) {
			if (admins.includes(user)) return true;
			const guild = guildOf(workspaceId);
			const member = guild === undefined ? undefined : await memberOf(guild, user);
			return member?.permissions.has(PermissionFlagsBits.ManageGuild) ?? false;
		},
		isMember: async (guild, user) => (await memberOf(guild, user)) !== undefined,
		async nameOf(workspaceId, user) {
			try {
				const guild = guildOf(workspaceId);
				const member = guild === undefined ? undefined : await memberOf(guild, user);
				return member?.displayName ?? (await client.users.fetch(user)).displayName;
			} catch {
				return user;
			}
		},
	};
}
