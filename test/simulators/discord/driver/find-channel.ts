import type { Channel } from '../state/channels.ts';
import { guildNamed, type World } from '../world.ts';

/** By id, or by name in the first server and then in the others. */
export function findChannel(world: World, idOrName: string): Channel | undefined {
	const first = world.guilds.size > 0 ? [guildNamed(world, undefined)] : [];
	const [found] = [...first, ...world.guilds.values()].flatMap((guild) => world.channels.find(idOrName, guild.id) ?? []);
	return found ?? world.channels.get(idOrName);
}

export function channelNamed(world: World, idOrName: string): Channel {
	const found = findChannel(world, idOrName);
	if (!found) throw new Error(`There is no channel ${idOrName}.`);
	return found;
}
