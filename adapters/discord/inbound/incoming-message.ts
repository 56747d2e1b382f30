import { cleanContent, type Message, MessageType } from 'discord.js';

/** What a person wrote, as far as it may be meant for the bot. Can be written down. */
export interface IncomingMessage {
	readonly id: string;
	/** The channel, thread or direct message it stands in. */
	readonly channel: string;
	/** Nobody else reads along when left out. */
	readonly guild?: string;
	readonly inThread: boolean;
	readonly user: string;
	readonly name: string;
	/** As the person sees it, without the mentions of the bot; empty when it has no words. */
	readonly text: string;
	/** The bot itself, its role, or one of its messages in a reply. */
	readonly mentionsBot: boolean;
	/** It speaks to somebody else as well. */
	readonly mentionsOthers: boolean;
	readonly hasFile: boolean;
	/** Discord has kept its text back: without the MessageContent intent the bot reads only what mentions the bot itself. */
	readonly withheld: boolean;
}

/** The bot, as messages speak of it. */
export interface Self {
	readonly id: string;
	/** The role that came with it into a server. */
	readonly roleIn: (guild: string) => string | undefined;
}

/** Undefined for everything that no person has just typed: messages of bots (this one among them), of webhooks and of Discord itself. */
export function readMessage(message: Message, self: Self): IncomingMessage | undefined {
	const { author, webhookId, type, content, guildId, mentions, attachments } = message;
	if (author.bot || author.system || webhookId !== null || (type !== MessageType.Default && type !== MessageType.Reply)) return undefined;
	const role = guildId === null ? undefined : self.roleIn(guildId);
	const mentionsBot = mentions.users.has(self.id) || (role !== undefined && mentions.roles.has(role));
	const named = [...content.matchAll(/<@[!&]?(\d+)>/g)].map((match) => match[1]);
	const repliesTo = mentions.repliedUser?.id;
	const isOther = (mentioned: string | undefined) => mentioned !== self.id && mentioned !== role;
	return {
		id: message.id,
		channel: message.channelId,
		...(guildId !== null && { guild: guildId }),
		inThread: message.channel.isThread(),
		user: author.id,
		name: message.member?.displayName ?? author.displayName,
		text: hasWords(content) ? plainText(message, self.id, role) : '',
		mentionsBot,
		mentionsOthers: mentions.everyone || [...named, ...(repliesTo === undefined ? [] : [repliesTo])].some(isOther),
		hasFile: attachments.size > 0,
		withheld: content === '' && attachments.size === 0 && mentionsBot && !mentions.users.has(self.id),
	};
}

/** As people see it: mentions by their names, those of the bot left out. */
export function plainText(message: Message, botId: string, botRole: string | undefined): string {
	const bot = new RegExp(`<@!?${botId}>${botRole === undefined ? '' : `|<@&${botRole}>`}`, 'g');
	return cleanContent(message.content.replaceAll(bot, ' '), message.channel).replaceAll('\u200b', '').trim();
}

/** Besides mentions and emojis. */
function hasWords(content: string): boolean {
	return /[\p{L}\p{N}]/u.test(content.replaceAll(/<(?:@[!&]?|#|a?:\w+:)\d+>/g, ''));
}
