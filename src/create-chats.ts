import type { Logger } from 'pino';
import type { CommandServices } from '../commands/command.ts';
import type { Chat } from './chat.ts';
import type { Config } from './config.ts';
import type { Conversation } from './conversation.ts';
import type { Services } from './services.ts';

export interface ChatOptions {
	readonly config: Config;
	readonly services: Services & CommandServices;
	readonly logger: Logger;
	/** Makes a workspace ready before its first question is answered; a chat that knows its workspaces only later calls it then. */
	readonly welcome: (workspaceId: string) => Promise<void>;
}

/** All chats that are configured, as one. */
export interface Chats {
	readonly conversation: (key: string) => Conversation | undefined;
	/** One after the other. Gives a line for each that says where the bot is now; rejects with the UserError of the first that cannot begin. */
	start(): Promise<readonly string[]>;
	/** All at once, whether they were started or not. Never rejects: one that cannot is logged, and keeps nothing else open. */
	stop(): Promise<void>;
	/** As `stop`. */
	close(): Promise<void>;
}

export async function createChats(options: ChatOptions): Promise<Chats> {
	const { welcome, logger } = options;
	const chats = await configuredChats(options);
	const all = async (end: (chat: Chat) => Promise<void>) => {
		const failed = (error: unknown) => logger.error({ err: error }, 'a chat could not be closed');
		await Promise.all(chats.map((chat) => end(chat).catch(failed)));
	};
	return {
		conversation(key) {
			for (const chat of chats) {
				const conversation = chat.conversation(key);
				if (conversation) return conversation;
			}
			return undefined;
		},
		async start() {
			const lines: string[] = [];
			for (const chat of chats) {
				for (const workspaceId of await chat.workspaces()) await welcome(workspaceId);
				lines.push(await chat.start());
			}
			return lines;
		},
		stop: () => all((chat) => chat.stop()),
		close: () => all((chat) => chat.close()),
	};
}

/** Loads only what is configured: the library of a chat takes a quarter of a second and 50 MB. */
async function configuredChats({ config: { slack, discord, model }, ...given }: ChatOptions): Promise<readonly Chat[]> {
	const chats: Chat[] = [];
	if (slack) {
		const { createSlack } = await import('../adapters/slack/slack.ts');
		chats.push(createSlack({ config: slack, ...given, modelConfigured: model.configured }));
	}
	if (discord) {
		const { createDiscord } = await import('../adapters/discord/discord.ts');
		chats.push(createDiscord({ config: discord, ...given }));
	}
	return chats;
}
