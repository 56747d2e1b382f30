import { OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel } from './channels.ts';
import type { Guild } from './guilds.ts';

const ALL = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n);

/**
 * In direct messages nothing is forbidden that can be done there;
 * discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
export const IN_PRIVATE = PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks | PermissionFlagsBits.MentionEveryone;

/** In the server as a whole: discord.com/developers/docs/topics/permissions#permission-hierarchy. None when they are not a member. */
export function basePermissions(guild: Guild, userId: string): bigint {
	const member = guild.members.get(userId);
	if (!member) return 0n;
	if (guild.ownerId === userId) return ALL;
	const roles = [guild.id, ...member.roles].flatMap((id) => guild.roles.get(id) ?? []);
	const sum = roles.reduce((bits, role) => bits | BigInt(role.permissions), 0n);
	return sum & PermissionFlagsBits.Administrator ? ALL : sum;
}

/**
 * With the overwrites of a channel (of a thread: those of its parent), in the order of
 * discord.com/developers/docs/topics/permissions#permission-overwrites.
 */
export function permissionsIn(guild: Guild, channel: Pick<Channel, 'overwrites'>, userId: string): bigint {
	const base = basePermissions(guild, userId);
	if (base === ALL) return ALL;
	const member = guild.members.get(userId);
	const sum = (overwrites: Channel['overwrites'], kind: 'allow' | 'deny') =>
		overwrites.reduce((bits, overwrite) => bits | BigInt(overwrite[kind]), 0n);
	const { overwrites } = channel;
	const ofEveryone = overwrites.filter((item) => item.id === guild.id);
	const ofRoles = overwrites.filter((item) => item.type === OverwriteType.Role && item.id !== guild.id && member?.roles.has(item.id));
	const ofMember = overwrites.filter((item) => item.type === OverwriteType.Member && item.id === userId);
	const bits = [ofEveryone, ofRoles, ofMember].reduce((left, level) => (left & ~sum(level, 'deny')) | sum(level, 'allow'), base);
	// Who cannot see a channel can do nothing in it (implicit permissions, same page).
	return bits & PermissionFlagsBits.ViewChannel ? bits : 0n;
}
