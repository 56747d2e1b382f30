import {
	type APIAuthorizingIntegrationOwnersMap,
	type APIInteraction,
	type APIMessageInteractionMetadata,
	ChannelType,
	InteractionContextType,
	type InteractionType,
	Locale,
	PermissionFlagsBits,
} from 'discord-api-types/v10';
import { LARGEST_FILE } from '../checks/message-body.ts';
import { channelPayload } from '../payloads/channel-payload.ts';
import { interactionGuildPayload, memberPayload } from '../payloads/guild-payload.ts';
import { messagePayload } from '../payloads/message-payload.ts';
import type { Channel } from '../state/channels.ts';
import type { Interaction } from '../state/interactions.ts';
import { IN_PRIVATE, permissionsIn } from '../state/permissions.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import { governing, guildOf, type World } from '../world.ts';
import type { Actor } from './actor.ts';

/** What became of something a person did. */
export interface InteractionHandle {
	readonly id: string;
	readonly acknowledged: boolean;
	/** How long that took. */
	readonly ms: number;
	/** The reply (the original response) in its newest version, once there is one. */
	reply(): Message | undefined;
	followups(): readonly Message[];
}

export interface Deed {
	readonly type: InteractionType;
	readonly channel: Channel;
	readonly data: object;
	readonly owners: APIAuthorizingIntegrationOwnersMap;
	readonly metadata?: object;
	readonly commandName?: string;
	/** The message that a component is on. */
	readonly message?: Message;
}

/**
 * Tells the app what a person did: discord.com/developers/docs/interactions/receiving-and-responding#interaction-object. Resolves once it
 * is acknowledged, or 3 s have passed.
 */
export async function interact(actor: Actor, deed: Deed): Promise<Interaction> {
	const { world, account } = actor;
	const { channel, type, owners, message } = deed;
	const id = world.snowflakes.next();
	const metadata = { id, type, user: account.user, authorizing_integration_owners: owners, ...deed.metadata };
	const interaction = world.interactions.create({
		id,
		type,
		user: account.user.id,
		channelId: channel.id,
		owners,
		metadata: metadata as unknown as APIMessageInteractionMetadata,
		...(channel.guildId === undefined ? {} : { guildId: channel.guildId }),
		...(deed.commandName === undefined ? {} : { commandName: deed.commandName }),
		...(message ? { source: { channel_id: message.channel_id, id: message.id } } : {}),
	});
	const d = payloadOf(actor, deed, interaction);
	world.gateway.announce(
		{ event: { t: 'INTERACTION_CREATE', d }, ...(channel.guildId === undefined ? {} : { guildId: channel.guildId }) },
		id,
	);
	await interaction.settled;
	return interaction;
}

function payloadOf(actor: Actor, deed: Deed, interaction: Interaction): APIInteraction {
	const { world, account } = actor;
	const { channel, message } = deed;
	const guild = guildOf(world, channel);
	const permissions = guild ? permissionsIn(guild, governing(world, channel), account.user.id) : IN_PRIVATE;
	const who = guild
		? { member: { ...memberPayload(world, guild, account.user.id), permissions: String(permissions) } }
		: { user: account.user };
	return {
		id: interaction.id,
		application_id: world.application.id,
		type: deed.type,
		data: deed.data,
		token: interaction.token,
		version: 1,
		...(guild ? { guild_id: guild.id, guild: interactionGuildPayload(guild), guild_locale: Locale.EnglishUS } : {}),
		channel_id: channel.id,
		channel: { ...channelPayload(world, channel), permissions: String(permissions) },
		...who,
		...(message ? { message: messagePayload(world, message) } : {}),
		app_permissions: String(appPermissions(world, channel)),
		locale: Locale.EnglishUS,
		entitlements: [],
		entitlement_sku_ids: [],
		authorizing_integration_owners: deed.owners,
		context: contextOf(channel),
		attachment_size_limit: LARGEST_FILE,
		// Which data belongs to which type is up to whoever describes the deed.
	} as unknown as APIInteraction;
}

export function contextOf(channel: Channel): InteractionContextType {
	if (channel.guildId !== undefined) return InteractionContextType.Guild;
	return channel.type === ChannelType.DM ? InteractionContextType.BotDM : InteractionContextType.PrivateChannel;
}

/** Where the app is no member, what it could do there at most is what is told of direct messages. */
function appPermissions(world: World, channel: Channel): bigint {
	const guild = guildOf(world, channel);
	if (guild?.hasBot) return permissionsIn(guild, governing(world, channel), world.application.id);
	return channel.type === ChannelType.DM ? IN_PRIVATE | PermissionFlagsBits.UseExternalEmojis : IN_PRIVATE;
}

export function handleOf(world: World, interaction: Interaction): InteractionHandle {
	const newest = (ref: MessageRef | undefined) => (ref ? world.transcript.present(ref) : undefined);
	return {
		id: interaction.id,
		get acknowledged() {
			return interaction.callback !== undefined;
		},
		get ms() {
			return interaction.ms ?? Number.POSITIVE_INFINITY;
		},
		reply: () => newest(interaction.original),
		followups: () => interaction.followups.flatMap((ref) => newest(ref) ?? []),
	};
}
