import type { APIMessageTopLevelComponent } from 'discord.js';

/** A text file; its name is unique within its message and has no spaces. */
export interface DiscordFile {
	readonly filename: string;
	readonly content: string;
}

/** Any other file; of its name the same holds. */
export interface DiscordAttachment {
	readonly filename: string;
	readonly bytes: Uint8Array;
}

/**
 * One message, drawn with Components V2 (discord.com/developers/docs/components/reference): at most 40 components and 4,000 characters of text, all
 * together. Components carry no `id`; whoever posts the message sets that of the first, to know it again.
 */
export interface DiscordMessage {
	readonly components: readonly APIMessageTopLevelComponent[];
	/** Each is shown by a file component that refers to `attachment://<filename>`. */
	readonly files?: readonly DiscordFile[];
	/** Files as tools gave them, shown in the same way. */
	readonly attached?: readonly DiscordAttachment[];
	/** Shown as it is or not at all: people decide about what they read in it. */
	readonly whole?: boolean;
}
