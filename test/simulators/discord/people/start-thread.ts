import { PermissionFlagsBits } from 'discord-api-types/v10';
import { markStart, openThread, threadTypeIn } from '../rest/open-thread.ts';
import { demandRoom } from '../rest/writable.ts';
import type { MessageRef } from '../state/transcript.ts';
import { type Actor, mayPerson, placeOf, visibleMessage } from './actor.ts';

/** Begins a thread on a message; the bot is told of it and is no member until it writes there. */
export function startThread(actor: Actor, ref: MessageRef, name: string): string {
	const { world, account } = actor;
	const message = visibleMessage(actor, ref);
	const parent = placeOf(actor, ref.channel_id);
	const isPossible = parent.guildId !== undefined && !parent.thread && !world.channels.get(message.id) && name.length <= 100;
	if (!isPossible || !mayPerson(actor, parent, PermissionFlagsBits.CreatePublicThreads))
		throw new Error(`${account.user.username} cannot begin a thread on ${ref.id}.`);
	demandRoom(world, parent);
	const thread = openThread(world, { id: message.id, type: threadTypeIn(parent), name, parent, ownerId: account.user.id });
	markStart(world, thread, message);
	return thread.id;
}
