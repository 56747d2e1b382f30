import { MessageFlags, type RawFile, type RESTPostAPIChannelMessageJSONBody } from 'discord.js';
import type { DiscordMessage } from '../render/message.ts';

/** What Discord is sent for a message, in whatever way it is sent. Nobody is notified by what models and APIs wrote. */
export function bodyOf({ components }: Pick<DiscordMessage, 'components'>): RESTPostAPIChannelMessageJSONBody {
	return { components: [...components], flags: MessageFlags.IsComponentsV2, allowed_mentions: { parse: [] } };
}

export function rawFiles({ files = [], attached = [] }: DiscordMessage): RawFile[] {
	const texts = files.map(({ filename, content }) => ({ name: filename, data: Buffer.from(content.toWellFormed(), 'utf8') }));
	return [...texts, ...attached.map(({ filename, bytes }) => ({ name: filename, data: Buffer.from(bytes) }))];
}
