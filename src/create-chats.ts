import type { Logger } from 'pino';
import type { CommandServices } from '../commands/command.ts';
import type { Chat, ChatStart } from './chat.ts';
import type { Config } from './config.ts';
import type { Conversation } from './conversation.ts';
import type { UserError } from './errors.ts';
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
	start(how: ChatStart): Promise<readonly string[]>;
	/** Why people are not served in each of those where they are not, in words for an operator; undefined when they are in all. */
	ready(): string | undefined;
	/** Resolves with the cause, the last one, once no chat is left that could tell of anything. A chat that is lost is logged, and the others go on. */
	readonly lost: Promise<UserError>;
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
		async start(how) {
			const lines: string[] = [];
			for (const chat of chats) {
				if (how.listen) for (const workspaceId of await chat.workspaces()) await welcome(workspaceId);
				lines.push(await chat.start(how));
			}
			return lines;
		},
		ready: () => chats.flatMap((chat) => chat.ready() ?? []).join(' ') || undefined,
		lost: allLost(chats, logger),
		stop: () => all((chat) => chat.stop()),
		close: () => all((chat) => chat.close()),
	};
}

async function allLost(chats: readonly Chat[], logger: Logger): Promise<UserError> {
	let last: UserError | undefined;
	const lost = chats.map(async (chat) => {
		last = await chat.lost;
		logger.fatal({ err: last }, last.userMessage);
	});
	await Promise.all(lost);
	// Without a chat nothing is lost.
	return last ?? new Promise(() => {});
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
