import { nested, text } from '../fields.ts';
import type { Member } from './directory.ts';
import type { Emulator } from './emulator.ts';

export interface Channel {
	readonly id: string;
	readonly name: string;
	readonly team: string;
	readonly kind: 'channel' | 'group' | 'im';
	readonly members: Set<string>;
	isArchived: boolean;
}

export interface ChannelOptions {
	readonly private?: boolean;
	readonly archived?: boolean;
	/** False leaves the bot out of the channel. */
	readonly bot?: boolean;
}

/** The conversations of one workspace: the emulator has them too, and this knows who is in which without asking. */
export interface Channels {
	find(idOrName: string): Channel | undefined;
	all(): readonly Channel[];
	/** Makes the channel when there is none of this name, with this person (and, unless told otherwise, the bot) in it. */
	open(name: string, creator: Member, options?: ChannelOptions): Promise<Channel>;
	/** The direct messages between this person and the bot. */
	direct(member: Member): Promise<Channel>;
	join(channel: Channel, member: Member): Promise<void>;
	/** Reads who is in it again, after the app changed that. */
	refresh(id: string): Promise<void>;
	setArchived(channel: Channel, archived: boolean): Promise<void>;
}

export function createChannels(options: {
	readonly teamId: string;
	readonly emulator: Emulator;
	readonly bot: { readonly userId: string; readonly token: string };
}): Channels {
	const { emulator, bot, teamId } = options;
	const channels = new Map<string, Channel>();
	const opening = new Map<string, Promise<Channel>>();
	const owners = new Map<string, string>();

	const call = async (method: string, token: string, fields: Record<string, unknown>) => {
		const answer = await emulator.call(method, token, fields);
		if (answer.ok !== true) throw new Error(`The emulator refused ${method}: ${text(answer, 'error')}`);
		return answer;
	};
	const remember = (id: string, name: string, kind: Channel['kind'], owner: Member): Channel => {
		const channel: Channel = { id, name, team: teamId, kind, members: new Set([owner.id]), isArchived: false };
		channels.set(id, channel);
		owners.set(id, owner.token);
		return channel;
	};
	/** Two people who say something in a new channel at once make it once. */
	const once = (key: string, make: () => Promise<Channel>): Promise<Channel> => {
		const made = opening.get(key) ?? make();
		opening.set(key, made);
		return made;
	};
	const find = (idOrName: string) => {
		const name = idOrName.replace(/^#/, '');
		return channels.get(name) ?? [...channels.values()].find((channel) => channel.name === name && channel.kind !== 'im');
	};
	const make = async (name: string, creator: Member, wanted: ChannelOptions): Promise<Channel> => {
		const made = await call('conversations.create', creator.token, { name, is_private: wanted.private ?? false });
		const channel = remember(text(nested(made, 'channel'), 'id'), name, wanted.private ? 'group' : 'channel', creator);
		if (wanted.bot !== false) {
			await call('conversations.invite', creator.token, { channel: channel.id, users: bot.userId });
			channel.members.add(bot.userId);
		}
		return channel;
	};
	const join = async (channel: Channel, member: Member): Promise<void> => {
		if (channel.members.has(member.id)) return;
		channel.members.add(member.id);
		if (channel.kind === 'channel') await call('conversations.join', member.token, { channel: channel.id });
		else await call('conversations.invite', owners.get(channel.id) ?? bot.token, { channel: channel.id, users: member.id });
	};
	const setArchived = async (channel: Channel, archived: boolean): Promise<void> => {
		if (channel.isArchived === archived) return;
		await call(archived ? 'conversations.archive' : 'conversations.unarchive', owners.get(channel.id) ?? bot.token, {
			channel: channel.id,
		});
		channel.isArchived = archived;
	};
	return {
		find,
		all: () => [...channels.values()],
		async open(name, creator, wanted = {}) {
			const plain = name.replace(/^#/, '');
			const channel = find(plain) ?? (await once(plain, () => make(plain, creator, wanted)));
			if (wanted.archived !== undefined) await setArchived(channel, wanted.archived);
			return channel;
		},
		direct: (member) =>
			once(`im:${member.id}`, async () => {
				const opened = await call('conversations.open', member.token, { users: bot.userId });
				const channel = remember(text(nested(opened, 'channel'), 'id'), member.name, 'im', member);
				channel.members.add(bot.userId);
				return channel;
			}),
		join,
		async refresh(id) {
			const channel = channels.get(id);
			const token = owners.get(id);
			if (!channel || !token) return;
			const answer = await emulator.call('conversations.members', token, { channel: id });
			if (!Array.isArray(answer.members)) return;
			channel.members.clear();
			for (const member of answer.members) if (typeof member === 'string') channel.members.add(member);
		},
		setArchived,
	};
}
