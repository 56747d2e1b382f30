import { channelPayload } from '../payloads/channel-payload.ts';
import { partialMemberPayload } from '../payloads/guild-payload.ts';
import type { Channel } from '../state/channels.ts';
import { basePermissions, permissionsIn } from '../state/permissions.ts';
import { governing, guildOf, type World } from '../world.ts';

/** What ids stand for: discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-resolved-data-structure */
export function resolvedEntities(world: World, place: Channel, ids: readonly string[]): object {
	const guild = guildOf(world, place);
	const users: Record<string, unknown> = {};
	const members: Record<string, unknown> = {};
	const roles: Record<string, unknown> = {};
	const channels: Record<string, unknown> = {};
	for (const id of ids) {
		const user = world.people.get(id)?.user;
		const role = guild?.roles.get(id);
		const channel = world.channels.get(id);
		if (user) users[id] = user;
		else if (role) roles[id] = role;
		else if (channel)
			channels[id] = {
				...channelPayload(world, channel),
				permissions: guild ? String(permissionsIn(guild, governing(world, channel), world.application.id)) : '0',
			};
		else throw new Error(`There is nothing with the id ${id}.`);
		const member = user && guild ? partialMemberPayload(guild, id) : undefined;
		if (member && guild) members[id] = { ...member, permissions: String(basePermissions(guild, id)) };
	}
	return Object.fromEntries(Object.entries({ users, members, roles, channels }).filter(([, found]) => Object.keys(found).length > 0));
}
