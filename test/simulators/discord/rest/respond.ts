import { InteractionType, MessageFlags, MessageType } from 'discord-api-types/v10';
import type { Draft } from '../checks/message-body.ts';
import type { Interaction } from '../state/interactions.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import type { World } from '../world.ts';
import { inGuild } from './messages.ts';
import { changeMessage, createMessage } from './write-message.ts';

const { Ephemeral, Loading } = MessageFlags;

/** A message of the bot that answers an interaction: discord.com/developers/docs/resources/message#message-interaction-metadata-object */
export function createResponse(world: World, interaction: Interaction, draft: Draft, refersTo?: MessageRef): Message {
	const channel = world.channels.get(interaction.channelId);
	if (!channel) throw new Error(`The channel of interaction ${interaction.id} is gone.`);
	const reference = refersTo
		? { message_reference: { type: 0, channel_id: channel.id, message_id: refersTo.id, ...inGuild(channel) } }
		: {};
	const isEphemeral = ((draft.flags ?? 0) & Ephemeral) !== 0;
	return createMessage(world, {
		channel,
		author: world.application.bot,
		draft,
		type: typeOf(interaction, refersTo),
		extra: {
			webhook_id: world.application.id,
			application_id: world.application.id,
			interaction_metadata: interaction.metadata,
			...reference,
			...ofCommand(world, interaction),
			...(isEphemeral ? { ephemeralFor: interaction.user } : {}),
		},
	});
}

function typeOf(interaction: Interaction, refersTo: MessageRef | undefined): MessageType {
	if (refersTo) return MessageType.Reply;
	if (interaction.type !== InteractionType.ApplicationCommand) return MessageType.Default;
	return interaction.metadata && 'target_message_id' in interaction.metadata
		? MessageType.ContextMenuCommand
		: MessageType.ChatInputCommand;
}

/**
 * Deprecated, and still sent with responses to commands:
 * discord.com/developers/docs/interactions/receiving-and-responding#message-interaction-object
 */
function ofCommand(world: World, { id, type, user, commandName }: Interaction): Pick<Message, 'interaction'> {
	const account = world.people.get(user);
	return commandName === undefined || !account ? {} : { interaction: { id, type, name: commandName, user: account.user } };
}

export function isLoading(message: Pick<Message, 'flags'> | undefined): boolean {
	return ((message?.flags ?? 0) & Loading) !== 0;
}

/** What "is thinking" until now gets its content; that does not count as an edit. Whether it is ephemeral stays as it was. */
export function changeResponse(world: World, message: Message, draft: Draft): Message {
	const kept = (message.flags ?? 0) & Ephemeral;
	const flags = (((draft.flags ?? message.flags ?? 0) & ~(Loading | Ephemeral)) | kept) as MessageFlags;
	return changeMessage(world, message, draft, { flags, ...(isLoading(message) ? { edited_timestamp: null } : {}) });
}
