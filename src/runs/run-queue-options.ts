import type { Logger } from 'pino';
import type { Conversation } from '../conversation.ts';
import type { Storage } from '../storage/storage.ts';
import type { Engine } from './engine/engine.ts';
import type { Answer } from './perform-run.ts';

export interface RunQueueOptions {
	readonly storage: Storage;
	readonly answer: Answer;
	/** `undefined` for a conversation of another platform or installation: its runs are left to a process that can open it. */
	readonly openConversation: (conversation: string) => Conversation | undefined;
	/** Runs at once in this process, in all conversations. */
	readonly concurrency: number;
	/** Runs of one workspace at once, in all processes; no limit of its own when left out. */
	readonly workspaceConcurrency?: number;
	/** Hands runs to whichever process has a place. This process alone answers what it accepted, while it lives, when left out. */
	readonly engine?: Engine;
	/** Conversations that this process alone can show anything in; only asked where there is an `engine`. */
	readonly isLocal?: (conversation: string) => boolean;
	readonly logger: Logger;
	/** How long a run stays with a process that gives no sign of life, and how often that one gives it. */
	readonly lease?: { readonly ttlMs: number; readonly renewMs: number };
	/** How long an answer may go on after it was told to stop. */
	readonly graceMs?: number;
	/** How long a conversation may take to show one event. */
	readonly showLimitMs?: number;
}
