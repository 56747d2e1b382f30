import { ApplicationFlags } from 'discord-api-types/v10';
import { checkText, createProblems } from '../checks/problems.ts';
import { integer, text } from '../fields.ts';
import { gatewayUrl } from '../gateway/receive.ts';
import type { World } from '../world.ts';
import type { Handler } from './call.ts';

export const getOwnUser: Handler = ({ world: { application } }) => ({
	status: 200,
	body: { ...application.bot, mfa_enabled: false, locale: 'en-US', verified: true, email: null, flags: 0, bio: application.description },
});

export const getGateway: Handler = ({ world }) => ({ status: 200, body: { url: gatewayUrl(world) } });

/** discord.com/developers/docs/events/gateway#get-gateway-bot */
export function getGatewayBot(shards: number): Handler {
	// Several shards, and several processes of one test, may identify themselves at once.
	const session_start_limit = { total: 1000, remaining: 1000, reset_after: 14_400_000, max_concurrency: 16 };
	return ({ world }) => ({ status: 200, body: { url: gatewayUrl(world), shards, session_start_limit } });
}

export const getApplication: Handler = ({ world }) => ({ status: 200, body: applicationPayload(world) });

/** What a bot may switch on by itself: discord.com/developers/docs/resources/application#edit-current-application */
const OWN_FLAGS =
	ApplicationFlags.GatewayPresenceLimited | ApplicationFlags.GatewayGuildMembersLimited | ApplicationFlags.GatewayMessageContentLimited;

export const changeApplication: Handler = ({ world, fields }) => {
	const { application } = world;
	const problems = createProblems();
	checkText(problems, 'description', fields.description, { min: 0, max: 400, required: false });
	const flags = integer(fields, 'flags');
	if (flags !== undefined && ((flags ^ application.flags) & ~OWN_FLAGS) !== 0)
		problems.add('flags', 'APPLICATION_FLAGS_INVALID', 'Only limited intent flags can be updated via the API.');
	problems.refuse();
	application.flags = flags ?? application.flags;
	application.description = text(fields, 'description') ?? application.description;
	return { status: 200, body: applicationPayload(world) };
};

function applicationPayload({ application, guilds }: World) {
	const installs = { oauth2_install_params: { scopes: ['applications.commands', 'bot'], permissions: '0' } };
	return {
		id: application.id,
		name: 'ToolCoder',
		icon: null,
		description: application.description,
		summary: '',
		type: null,
		bot: application.bot,
		bot_public: true,
		bot_require_code_grant: false,
		verify_key: '0'.repeat(64),
		owner: application.owner,
		team: null,
		flags: application.flags,
		flags_new: String(application.flags),
		approximate_guild_count: [...guilds.values()].filter((guild) => guild.hasBot).length,
		integration_types_config: { 0: installs, 1: {} },
		interactions_endpoint_url: null,
		tags: [],
	};
}
