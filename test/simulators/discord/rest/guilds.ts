import { guildPayload, memberPayload } from '../payloads/guild-payload.ts';
import { refusal } from '../refusal.ts';
import { guildOfCall, type Handler } from './call.ts';

/** discord.com/developers/docs/resources/guild */
export const getGuild: Handler = (call) => {
	const guild = guildOfCall(call);
	const counts = call.query.get('with_counts') === 'true' ? { approximate_member_count: guild.members.size } : {};
	return { status: 200, body: { ...guildPayload(guild), ...counts } };
};

export const getMember: Handler = (call) => {
	const { world, params } = call;
	const guild = guildOfCall(call);
	if (!world.people.get(params.user ?? '')) throw refusal(10013);
	const member = memberPayload(world, guild, params.user ?? '');
	if (!member) throw refusal(10007);
	return { status: 200, body: member };
};

export const listRoles: Handler = (call) => ({ status: 200, body: [...guildOfCall(call).roles.values()] });

export const getUser: Handler = (call) => {
	const account = call.world.people.get(call.params.user ?? '');
	if (!account) throw refusal(10013);
	return { status: 200, body: account.user };
};
