import type { Conversation } from './conversation.ts';
import type { UserError } from './errors.ts';

export interface ChatStart {
	/**
	 * Whether people are listened to. A process that only performs runs does without: it posts with calls alone, and opens no connection, takes no
	 * events, registers no commands and takes up nothing that others have left.
	 */
	readonly listen: boolean;
}

/** The bot in a chat platform. */
export interface Chat {
	/** Undefined for conversations of other platforms. */
	readonly conversation: (key: string) => Conversation | undefined;
	/**
	 * Makes sure that it may post; to listen, it connects as well, and begins to take up what ended processes have left. Gives a line that says where
	 * the bot is now. Rejects with a UserError.
	 */
	start(how: ChatStart): Promise<string>;
	/** Why people are not served here at the moment, in words for an operator; undefined when they are. Before `start` they are not. */
	ready(): string | undefined;
	/** Resolves with the cause once the platform has ended the connection for good: only a restart mends it, and as a rule another setting. */
	readonly lost: Promise<UserError>;
	/** Those it knows, which may be none before it has started. */
	workspaces(): Promise<readonly string[]>;
	/** Takes nothing more in that the platform delivers again. What is being answered can still be posted. */
	stop(): Promise<void>;
	/** Drops what waits to be posted: the next start brings it again. */
	close(): Promise<void>;
}
