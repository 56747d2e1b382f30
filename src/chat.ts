import type { Conversation } from './conversation.ts';

/** The bot in a chat platform. */
export interface Chat {
	/** Undefined for conversations of other platforms. */
	readonly conversation: (key: string) => Conversation | undefined;
	/** Connects, begins to take up what ended processes have left, and gives a line that says where the bot is now. Rejects with a UserError. */
	start(): Promise<string>;
	/** Those it knows, which may be none before it has started. */
	workspaces(): Promise<readonly string[]>;
	/** Takes nothing more in. What is being answered can still be posted. */
	stop(): Promise<void>;
	/** Drops what waits to be posted: the next start brings it again. */
	close(): Promise<void>;
}
