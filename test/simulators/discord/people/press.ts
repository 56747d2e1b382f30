import { ComponentType, InteractionType } from 'discord-api-types/v10';
import { componentFields } from '../checks/mentions.ts';
import { type Fields, text } from '../fields.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import { guildOf } from '../world.ts';
import { type Actor, visibleMessage } from './actor.ts';
import { handleOf, type InteractionHandle, interact } from './interact.ts';
import { buttonIn, choose, selectIn } from './pressables.ts';
import { resolvedEntities } from './resolved.ts';

/** Presses a button of the newest version of a message. */
export async function click(actor: Actor, ref: MessageRef, label: string): Promise<InteractionHandle> {
	const message = visibleMessage(actor, ref);
	const button = buttonIn(componentFields(message.components), label);
	return await use(actor, message, button, {});
}

/** Chooses in a select menu. */
export async function select(actor: Actor, ref: MessageRef, customId: string, wanted: readonly string[]): Promise<InteractionHandle> {
	const message = visibleMessage(actor, ref);
	const menu = selectIn(componentFields(message.components), customId);
	const values = choose(menu, wanted);
	const channel = actor.world.channels.get(message.channel_id);
	const resolved = menu.type === ComponentType.StringSelect || !channel ? {} : { resolved: resolvedEntities(actor.world, channel, values) };
	return await use(actor, message, menu, { values, ...resolved });
}

async function use(actor: Actor, message: Message, component: Fields, chosen: object): Promise<InteractionHandle> {
	const { world } = actor;
	const channel = world.channels.get(message.channel_id);
	if (message.author.id !== world.application.id) throw new Error('Components of others tell this app nothing.');
	if (!channel) throw new Error('The channel is gone.');
	const guild = guildOf(world, channel);
	// Of a message that answers an interaction, it stays with whoever installed the app for that one.
	const owners = message.interaction_metadata?.authorizing_integration_owners ?? { 0: guild?.id ?? '0' };
	const data = { id: component.id, custom_id: text(component, 'custom_id'), component_type: component.type, ...chosen };
	const metadata = { interacted_message_id: message.id };
	return handleOf(world, await interact(actor, { type: InteractionType.MessageComponent, channel, owners, data, metadata, message }));
}
