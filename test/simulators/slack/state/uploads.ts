import type { Fields } from '../fields.ts';

export interface UploadedFile {
	readonly id: string;
	readonly team: string;
	readonly name: string;
	readonly title: string;
	readonly content: string;
	/** Of the person or the bot's user. */
	readonly user: string;
	readonly channel?: string;
	readonly thread_ts?: string;
	/** What files.info says of it. */
	readonly info: Fields;
}

export interface Uploads {
	/** Which workspace an upload address or a file belongs to. */
	readonly teams: Map<string, string>;
	/** What was sent to an upload address. */
	readonly contents: Map<string, string>;
	readonly files: UploadedFile[];
}

export function createUploads(): Uploads {
	return { teams: new Map(), contents: new Map(), files: [] };
}
