import type { Message } from 'discord.js';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { isForBot } from './answer-message.ts';
import { type IncomingMessage, readMessage, type Self } from './incoming-message.ts';

/** A message that anybody has written where the bot can see it. Never rejects. */
export async function onMessage(message: Message, parts: Parts, mail: Mail): Promise<void> {
	await takeWhen(message, (incoming) => isForBot(incoming, parts), parts, mail);
}

/**
 * A message that was found later than it was written, those of its channel before it first: what somebody said before they asked the bot is not for
 * it. `asked` holds who has asked where, as far as that was found as well. Never rejects.
 */
export async function onFoundMessage(message: Message, asked: Set<string>, parts: Parts, mail: Mail): Promise<void> {
	const isMeant = async (incoming: IncomingMessage) => {
		const asker = `${incoming.channel}/${incoming.user}`;
		// What is answered late is engaged in late: its follow-ups are older than that.
		const meant = await isForBot(incoming, parts, asked.has(asker) ? undefined : message.createdTimestamp);
		if (meant) asked.add(asker);
		return meant;
	};
	await takeWhen(message, isMeant, parts, mail);
}

async function takeWhen(
	message: Message,
	isMeant: (incoming: IncomingMessage) => Promise<boolean>,
	parts: Parts,
	mail: Mail,
): Promise<void> {
	try {
		const incoming = readMessage(message, selfOf(parts));
		if (incoming && (await isMeant(incoming))) await mail.take({ kind: 'message', ...incoming });
	} catch (error) {
		parts.logger.error({ err: error, message: message.id }, 'a message of Discord could not be handled');
	}
}

function selfOf({ client }: Parts): Self {
	return { id: client.user.id, roleIn: (guild) => client.guilds.cache.get(guild)?.roles.botRoleFor(client.user.id)?.id };
}
