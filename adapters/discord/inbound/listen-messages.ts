import type { Message } from 'discord.js';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { isForBot } from './answer-message.ts';
import { readMessage, type Self } from './incoming-message.ts';

/** A message that anybody has written where the bot can see it. Never rejects. */
export async function onMessage(message: Message, parts: Parts, mail: Mail): Promise<void> {
	try {
		const incoming = readMessage(message, selfOf(parts));
		if (incoming && (await isForBot(incoming, parts))) await mail.take({ kind: 'message', ...incoming });
	} catch (error) {
		parts.logger.error({ err: error, message: message.id }, 'a message of Discord could not be handled');
	}
}

function selfOf({ client }: Parts): Self {
	return { id: client.user.id, roleIn: (guild) => client.guilds.cache.get(guild)?.roles.botRoleFor(client.user.id)?.id };
}
