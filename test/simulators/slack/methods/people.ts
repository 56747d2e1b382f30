import { type Fields, list, nested, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { Member } from '../state/directory.ts';
import { channelOf, forward, type Method } from './call.ts';

export const testAuth: Method = async (call) => {
	const { workspace, world } = call;
	const known = await forward(call);
	const { bot } = workspace;
	return {
		url: text(known, 'url'),
		team: workspace.name,
		user: world.app.botName,
		team_id: workspace.id,
		user_id: bot.userId,
		bot_id: bot.botId,
		is_enterprise_install: false,
	};
};

/** https://docs.slack.dev/reference/methods/auth.revoke */
export const revokeToken: Method = ({ world, token }) => {
	const known = world.tokens.get(token);
	if (known) world.tokens.set(token, { ...known, revoked: 'token_revoked' });
	return { revoked: true };
};

export const userInfo: Method = async (call) => {
	const id = text(call.fields, 'user');
	const member = call.workspace.people.find(id);
	if (member?.id !== id && id !== call.workspace.bot.userId) throw new Refusal('user_not_found');
	const known = await forward(call);
	return { user: describe(nested(known, 'user') ?? {}, member) };
};

export const listUsers: Method = async (call) => {
	const known = await forward(call, { limit: 1000 });
	const members = list(known, 'members').flatMap((user) => {
		const member = call.workspace.people.find(text(user, 'id'));
		return member || user.is_bot === true ? [describe(user, member)] : [];
	});
	return { members, cache_ts: Math.floor(Date.now() / 1000), response_metadata: { next_cursor: '' } };
};

/** The emulator knows neither the name, for it was given later, nor owners (https://docs.slack.dev/reference/objects/user-object). */
function describe(user: Fields, member: Member | undefined): Fields {
	const flags = {
		is_restricted: false,
		is_ultra_restricted: false,
		is_app_user: false,
		updated: 1_700_000_000,
		tz: 'Europe/London',
		tz_offset: 0,
	};
	if (!member) return { ...user, ...flags, is_admin: false, is_owner: false, is_primary_owner: false };
	const { name, isAdmin, isOwner } = member;
	const profile = {
		...nested(user, 'profile'),
		real_name: name,
		real_name_normalized: name,
		display_name: name,
		display_name_normalized: name,
	};
	return { ...user, ...flags, name, real_name: name, profile, is_admin: isAdmin, is_owner: isOwner, is_primary_owner: isOwner };
}

export const channelInfo: Method = async (call) => {
	const channel = channelOf(call);
	if (channel.kind !== 'channel' && !channel.members.has(call.workspace.bot.userId)) throw new Refusal('channel_not_found');
	return forward(call, { channel: channel.id });
};

/** Methods that change who is in a channel: the emulator does it, and the simulator looks again. */
export const changeMembers: Method = async (call) => {
	const answer = await forward(call);
	await call.workspace.channels.refresh(text(call.fields, 'channel'));
	return answer;
};

/** The direct messages with one person. */
export const openConversation: Method = async (call) => {
	const users = text(call.fields, 'users').split(',').filter(Boolean);
	const [user = ''] = users;
	if (users.length > 1) throw new Refusal('method_not_supported_for_channel_type');
	const member = call.workspace.people.find(user);
	if (!member) throw new Refusal('user_not_found');
	const channel = await call.workspace.channels.direct(member);
	return { no_op: true, already_open: true, channel: { id: channel.id } };
};
