import type { APIAttachment, APIMessage } from 'discord-api-types/v10';

/** As Discord shows it, and who can see it. */
export type Message = APIMessage & {
	/** The one person that an ephemeral message is shown to. */
	readonly ephemeralFor?: string;
	readonly deleted?: boolean;
};

export interface MessageRef {
	readonly channel_id: string;
	readonly id: string;
}

/** Whom a message notified when it was sent; changing a message notifies nobody. */
export interface Pings {
	readonly users: readonly string[];
	readonly roles: readonly string[];
	readonly everyone: boolean;
}

interface Stored {
	readonly versions: Message[];
	readonly pings: Pings;
	files: readonly APIAttachment[];
}

/** Every message in every version, also what is ephemeral or was deleted. */
export interface Transcript {
	add(message: Message, about?: { readonly files?: readonly APIAttachment[]; readonly pings?: Pings }): Message;
	/** The newest version, also of what was deleted. */
	get(ref: MessageRef): Message | undefined;
	/** The newest version of what is still there. */
	present(ref: MessageRef): Message | undefined;
	change(ref: MessageRef, change: Partial<Message>, files?: readonly APIAttachment[]): Message;
	remove(ref: MessageRef): void;
	/** Newest versions of what is still there, the oldest message first, ephemeral ones left out. */
	inChannel(channelId: string): readonly Message[];
	ephemeralsOf(userId: string): readonly Message[];
	/** All uploads of a message: its own `attachments` lack those that its components show. */
	filesOf(ref: MessageRef): readonly APIAttachment[];
	pingsOf(ref: MessageRef): Pings;
	/** Every version of every message. */
	everything(): readonly Message[];
}

export const NOBODY: Pings = { users: [], roles: [], everyone: false };

export function createTranscript(): Transcript {
	const stored = new Map<string, Stored>();
	const versions: Message[] = [];
	const entry = (ref: MessageRef) => stored.get(`${ref.channel_id}/${ref.id}`);
	const get = (ref: MessageRef) => entry(ref)?.versions.at(-1);
	const newest = () => [...stored.values()].flatMap((item) => item.versions.at(-1) ?? []).filter((message) => !message.deleted);
	const change: Transcript['change'] = (ref, changed, files) => {
		const found = entry(ref);
		const before = found?.versions.at(-1);
		if (!found || !before) throw new Error(`There is no message ${ref.channel_id}/${ref.id}.`);
		const after = { ...before, ...changed };
		found.versions.push(after);
		if (files) found.files = files;
		versions.push(after);
		return after;
	};
	return {
		add(message, { files = [], pings = NOBODY } = {}) {
			stored.set(`${message.channel_id}/${message.id}`, { versions: [message], files, pings });
			versions.push(message);
			return message;
		},
		get,
		present(ref) {
			const message = get(ref);
			return message?.deleted ? undefined : message;
		},
		change,
		remove: (ref) => void change(ref, { deleted: true }),
		inChannel: (channelId) => newest().filter((message) => message.channel_id === channelId && message.ephemeralFor === undefined),
		ephemeralsOf: (userId) => newest().filter((message) => message.ephemeralFor === userId),
		filesOf: (ref) => entry(ref)?.files ?? [],
		pingsOf: (ref) => entry(ref)?.pings ?? NOBODY,
		everything: () => versions,
	};
}
