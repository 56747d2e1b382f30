import { type Fields, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { Channel } from '../state/channels.ts';
import type { Workspace } from '../state/workspace.ts';
import type { World } from '../world.ts';

/** One call of the Web API by the bot of a workspace. */
export interface Call {
	readonly world: World;
	readonly workspace: Workspace;
	readonly token: string;
	readonly method: string;
	readonly fields: Fields;
}

/** Answers with what stands beside `ok: true`, or throws a Refusal. */
export type Method = (call: Call) => Promise<Fields> | Fields;

/** Has the emulator do it. */
export async function forward(call: Call, fields: Fields = call.fields): Promise<Fields> {
	const { ok, error, ...answer } = await call.workspace.emulator.call(call.method, call.token, fields);
	if (ok !== true) throw new Refusal(typeof error === 'string' ? error : 'internal_error', answer);
	return answer;
}

/** The channel of a call, by its id, or by name as chat.postMessage allows. */
export function channelOf(call: Call, field = 'channel'): Channel {
	const channel = call.workspace.channels.find(text(call.fields, field));
	if (!channel) throw new Refusal('channel_not_found');
	return channel;
}

/** A channel that the bot can write in: it is a member, and nobody has archived it. A user's id stands for the direct messages with them. */
export async function writableChannel(call: Call, field = 'channel'): Promise<Channel> {
	const id = text(call.fields, field);
	const member = call.workspace.people.all().find((item) => item.id === id);
	const channel = member ? await call.workspace.channels.direct(member) : channelOf(call, field);
	const isMember = channel.members.has(call.workspace.bot.userId);
	// A private channel that one is not in does not exist for one.
	if (!isMember && channel.kind !== 'channel') throw new Refusal('channel_not_found');
	if (channel.isArchived) throw new Refusal('is_archived');
	if (!isMember) throw new Refusal('not_in_channel');
	return channel;
}
