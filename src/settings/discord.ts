import type { z } from 'zod';
import { isHttpUrl, list, optionalText } from './kinds.ts';

/** Discord's ids (discord.com/developers/docs/reference#snowflakes). */
const ID = /^\d{15,20}$/;

/** What of Discord can be set; see `.env.example`. Messages never repeat what was set: it may be a secret in the wrong variable. */
export const discordSettings = {
	DISCORD_TOKEN: optionalText.refine(
		(text) => text === undefined || /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text),
		'must be the token of your Discord bot (Bot > Reset Token): three parts with dots in between, without "Bot" in front',
	),
	DISCORD_ADMINS: list.refine((ids) => ids.every((id) => ID.test(id)), 'must be ids of Discord users, separated by commas'),
	DISCORD_GUILD: optionalText.refine((text) => text === undefined || ID.test(text), 'must be the id of a Discord server'),
	DISCORD_SHARDS: optionalText.transform((text, context): number | 'auto' => {
		if (text === undefined || text === 'auto') return 'auto';
		const number = Number(text);
		if (Number.isInteger(number) && number >= 1 && number <= 1000) return number;
		context.addIssue({ code: 'custom', message: 'must be auto, or a whole number from 1 to 1000' });
		return 'auto';
	}),
	DISCORD_API_URL: optionalText
		.transform((text) => text ?? 'https://discord.com/api')
		.refine((text) => isHttpUrl(text) && !text.endsWith('/'), 'must be an http:// or https:// address without a slash at its end'),
};

export interface DiscordConfig {
	readonly token: string;
	/** Ids of users who count as admins besides those who may manage a server. */
	readonly admins: readonly string[];
	/** Commands are registered in this server alone, where they change at once; in all servers when left out. */
	readonly guild?: string;
	/** Connections to Discord, all in this process; `auto` is as many as Discord recommends. */
	readonly shards: number | 'auto';
	/** Without a version and a slash at its end. */
	readonly apiUrl: string;
}

/** Undefined when no bot of Discord is set. */
export function discordConfig(env: z.infer<z.ZodObject<typeof discordSettings>>): DiscordConfig | undefined {
	const { DISCORD_TOKEN, DISCORD_ADMINS, DISCORD_GUILD, DISCORD_SHARDS, DISCORD_API_URL } = env;
	if (!DISCORD_TOKEN) return undefined;
	return {
		token: DISCORD_TOKEN,
		admins: DISCORD_ADMINS,
		...(DISCORD_GUILD && { guild: DISCORD_GUILD }),
		shards: DISCORD_SHARDS,
		apiUrl: DISCORD_API_URL,
	};
}
