import { type APIRole, PermissionFlagsBits, type RoleFlags } from 'discord-api-types/v10';
import type { Snowflakes } from './snowflakes.ts';

const HALF_A_YEAR_MS = 182 * 24 * 3600 * 1000;

/** What the link for adding the bot to a server asks for. */
export const INVITED_WITH =
	PermissionFlagsBits.ViewChannel |
	PermissionFlagsBits.SendMessages |
	PermissionFlagsBits.SendMessagesInThreads |
	PermissionFlagsBits.CreatePublicThreads |
	PermissionFlagsBits.AttachFiles |
	PermissionFlagsBits.ReadMessageHistory;

/** What people may do everywhere here. */
const OF_MEMBERS =
	INVITED_WITH |
	PermissionFlagsBits.EmbedLinks |
	PermissionFlagsBits.AddReactions |
	PermissionFlagsBits.Connect |
	PermissionFlagsBits.UseApplicationCommands |
	PermissionFlagsBits.UseExternalApps;

export interface GuildMember {
	readonly userId: string;
	readonly roles: Set<string>;
	readonly joinedAt: string;
}

/** A server. */
export interface Guild {
	readonly id: string;
	readonly name: string;
	readonly ownerId: string;
	/** The bot is a member of it. */
	hasBot: boolean;
	readonly roles: Map<string, APIRole>;
	readonly botRole: string;
	readonly memberRole: string;
	readonly adminRole: string;
	readonly members: Map<string, GuildMember>;
	/** As many threads are active as there can be. */
	full: boolean;
}

export interface GuildOptions {
	readonly name: string;
	readonly id?: string;
	/** The bot is in it. Default true. */
	readonly bot?: boolean;
	/** Of the bot's own role; default: what the invite link asks for. */
	readonly botPermissions?: bigint;
}

/**
 * A server of a careful owner: `@everyone` may do nothing, people have a role of their own, so that the bot can do
 * what its role allows and no more (discord.com/developers/docs/topics/permissions).
 */
export function createGuild(
	options: GuildOptions & { readonly botId: string; readonly ownerId: string; readonly snowflakes: Snowflakes },
): Guild {
	const { snowflakes, botId, ownerId } = options;
	const id = options.id ?? snowflakes.before(HALF_A_YEAR_MS);
	const fresh = () => snowflakes.before(HALF_A_YEAR_MS - 1000);
	const everyone = role(id, '@everyone', 0n, 0);
	const member = role(fresh(), 'Members', OF_MEMBERS, 1);
	const admin = role(fresh(), 'Admins', PermissionFlagsBits.ManageGuild, 3);
	const bot: APIRole = {
		...role(fresh(), 'ToolCoder', options.botPermissions ?? INVITED_WITH, 2),
		managed: true,
		mentionable: true,
		tags: { bot_id: botId },
	};
	const guild: Guild = {
		id,
		name: options.name,
		ownerId,
		hasBot: options.bot ?? true,
		roles: new Map([everyone, member, bot, admin].map((item) => [item.id, item])),
		botRole: bot.id,
		memberRole: member.id,
		adminRole: admin.id,
		members: new Map(),
		full: false,
	};
	join(guild, ownerId, [member.id]);
	if (guild.hasBot) join(guild, botId, [bot.id]);
	return guild;
}

export function join(guild: Guild, userId: string, roles: readonly string[]): GuildMember {
	const known = guild.members.get(userId);
	if (known) return known;
	const joined = { userId, roles: new Set(roles), joinedAt: new Date().toISOString() };
	guild.members.set(userId, joined);
	return joined;
}

function role(id: string, name: string, permissions: bigint, position: number): APIRole {
	const colors = { primary_color: 0, secondary_color: null, tertiary_color: null };
	const shown = { color: 0, colors, hoist: false, icon: null, unicode_emoji: null, managed: false, mentionable: false };
	return { id, name, permissions: String(permissions), position, flags: 0 as RoleFlags, ...shown };
}
