import {
	type APIGuild,
	type APIGuildMember,
	type APIGuildMemberNoUser,
	type APIPartialInteractionGuild,
	type GatewayGuildCreateDispatchData,
	GatewayIntentBits,
	GuildDefaultMessageNotifications,
	GuildExplicitContentFilter,
	type GuildMemberFlags,
	GuildMFALevel,
	GuildNSFWLevel,
	GuildPremiumTier,
	type GuildSystemChannelFlags,
	GuildVerificationLevel,
	Locale,
} from 'discord-api-types/v10';
import type { Announcement } from '../gateway/session.ts';
import { isThread } from '../state/channels.ts';
import type { Guild } from '../state/guilds.ts';
import type { World } from '../world.ts';
import { guildChannelPayload, threadPayload } from './channel-payload.ts';

/** discord.com/developers/docs/resources/guild#guild-object */
export function guildPayload(guild: Guild): APIGuild {
	return {
		id: guild.id,
		name: guild.name,
		icon: null,
		splash: null,
		discovery_splash: null,
		owner_id: guild.ownerId,
		region: '',
		afk_channel_id: null,
		afk_timeout: 300,
		verification_level: GuildVerificationLevel.None,
		default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
		explicit_content_filter: GuildExplicitContentFilter.Disabled,
		roles: [...guild.roles.values()],
		emojis: [],
		features: [],
		mfa_level: GuildMFALevel.None,
		application_id: null,
		system_channel_id: null,
		system_channel_flags: 0 as GuildSystemChannelFlags,
		rules_channel_id: null,
		vanity_url_code: null,
		description: null,
		banner: null,
		premium_tier: GuildPremiumTier.None,
		preferred_locale: Locale.EnglishUS,
		public_updates_channel_id: null,
		nsfw_level: GuildNSFWLevel.Default,
		premium_progress_bar_enabled: false,
		stickers: [],
		safety_alerts_channel_id: null,
		hub_type: null,
		incidents_data: null,
	};
}

export function interactionGuildPayload(guild: Guild): APIPartialInteractionGuild {
	return { id: guild.id, locale: Locale.EnglishUS, features: [] };
}

/** discord.com/developers/docs/resources/guild#guild-member-object */
export function memberPayload(world: World, guild: Guild, userId: string): APIGuildMember | undefined {
	const user = world.people.get(userId)?.user;
	const partial = partialMemberPayload(guild, userId);
	return user && partial && { user, ...partial };
}

/** As messages have it, which say who it is beside it. */
export function partialMemberPayload(guild: Guild, userId: string): APIGuildMemberNoUser | undefined {
	const member = guild.members.get(userId);
	if (!member) return undefined;
	return {
		nick: null,
		avatar: null,
		banner: null,
		roles: [...member.roles],
		joined_at: member.joinedAt,
		premium_since: null,
		deaf: false,
		mute: false,
		flags: 0 as GuildMemberFlags,
		pending: false,
		communication_disabled_until: null,
	};
}

/** Of the members only the bot is told without the intent for members: discord.com/developers/docs/events/gateway-events#guild-create */
export function guildCreateEvent(world: World, guild: Guild): Announcement {
	const own = memberPayload(world, guild, world.application.id);
	const channels = world.channels.all().filter((channel) => channel.guildId === guild.id);
	const d: GatewayGuildCreateDispatchData = {
		...guildPayload(guild),
		joined_at: guild.members.get(world.application.id)?.joinedAt ?? '',
		large: false,
		unavailable: false,
		member_count: guild.members.size,
		voice_states: [],
		members: own ? [own] : [],
		channels: channels.filter((channel) => !isThread(channel)).map(guildChannelPayload),
		threads: channels.filter(isThread).flatMap((thread) => (thread.thread?.archived === false ? [threadPayload(world, thread)] : [])),
		presences: [],
		stage_instances: [],
		guild_scheduled_events: [],
		soundboard_sounds: [],
	};
	return { event: { t: 'GUILD_CREATE', d }, guildId: guild.id, intent: GatewayIntentBits.Guilds };
}
