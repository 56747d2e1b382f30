import type { KnownBlock } from '@slack/types';

/** One message. Those of a run begin with a block that keeps its `block_id`, which Slack forgets for `markdown` blocks. */
export interface SlackMessage {
	/** For notifications and screen readers; short, and escaped. */
	readonly text: string;
	readonly blocks: readonly KnownBlock[];
}

export interface SlackFile {
	readonly filename: string;
	readonly title: string;
	readonly content: string;
}

/** A file as a tool gave it. */
export interface SlackAttachment {
	readonly filename: string;
	readonly title: string;
	readonly bytes: Uint8Array;
}

/** What an event looks like: the messages come first, in their order. */
export interface Rendered {
	readonly messages: readonly SlackMessage[];
	readonly files: readonly SlackFile[];
}

export const NOTHING: Rendered = { messages: [], files: [] };

export function rendered(...messages: readonly SlackMessage[]): Rendered {
	return { messages, files: [] };
}
