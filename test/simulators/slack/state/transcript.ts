import type { Fields } from '../fields.ts';

export interface Block extends Fields {
	readonly type: string;
	readonly block_id: string;
}

/** A message as people see it now. */
export interface Message {
	readonly team: string;
	readonly channel: string;
	readonly ts: string;
	/** Of the person or the bot's user. */
	readonly user: string;
	readonly text: string;
	readonly blocks: readonly Block[];
	readonly thread_ts?: string;
	readonly bot_id?: string;
	readonly edited?: { readonly user: string; readonly ts: string };
	readonly files?: readonly Fields[];
	readonly metadata?: Fields;
	/** Only this user sees it. */
	readonly ephemeralFor?: string;
	/** While a stream is being written into it. */
	readonly streaming?: boolean;
}

export interface MessageRef {
	readonly channel: string;
	readonly ts: string;
}

/** Everything that is or was written, over all workspaces. */
export interface Transcript {
	add(message: Message): Message;
	change(ref: MessageRef, change: Partial<Message>): Message | undefined;
	remove(ref: MessageRef): Message | undefined;
	find(ref: MessageRef): Message | undefined;
	/** In the order they were written, ephemeral ones left out. */
	inChannel(channel: string): readonly Message[];
	/** The message that opened the thread, then its replies. */
	inThread(channel: string, ts: string): readonly Message[];
	ephemeralsOf(user: string): readonly Message[];
	/** Every version of every message, also those that are deleted: what anybody could have read. */
	everything(): readonly Message[];
}

export function createTranscript(): Transcript {
	const channels = new Map<string, Map<string, Message>>();
	const ephemerals = new Map<string, Message>();
	const versions: Message[] = [];
	const key = (ref: MessageRef) => `${ref.channel}/${ref.ts}`;
	const put = (message: Message): Message => {
		versions.push(message);
		if (message.ephemeralFor !== undefined) {
			ephemerals.set(key(message), message);
			return message;
		}
		const channel = channels.get(message.channel) ?? new Map<string, Message>();
		channels.set(message.channel, channel.set(message.ts, message));
		return message;
	};
	const find = (ref: MessageRef) => channels.get(ref.channel)?.get(ref.ts) ?? ephemerals.get(key(ref));
	const inChannel = (channel: string) => [...(channels.get(channel)?.values() ?? [])].sort(byTime);
	return {
		add: put,
		change(ref, change) {
			const message = find(ref);
			return message && put({ ...message, ...change });
		},
		remove(ref) {
			const message = find(ref);
			channels.get(ref.channel)?.delete(ref.ts);
			ephemerals.delete(key(ref));
			return message;
		},
		find,
		inChannel,
		inThread: (channel, ts) => inChannel(channel).filter((message) => message.ts === ts || message.thread_ts === ts),
		ephemeralsOf: (user) => [...ephemerals.values()].filter((message) => message.ephemeralFor === user),
		everything: () => versions,
	};
}

function byTime(one: Message, other: Message): number {
	// All have the same number of digits.
	return one.ts < other.ts ? -1 : 1;
}
