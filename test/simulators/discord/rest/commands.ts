import type { APIApplicationCommand } from 'discord-api-types/v10';
import { checkCommand } from '../checks/command-definition.ts';
import { createProblems } from '../checks/problems.ts';
import { type Fields, isFields } from '../fields.ts';
import { refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Call, Handler } from './call.ts';

/** discord.com/developers/docs/interactions/application-commands#registering-a-command, per type. */
const MOST: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };

function scopeOf({ world, params }: Call): string | undefined {
	if (params.app !== world.application.id) throw refusal(20012);
	const { guild } = params;
	if (guild !== undefined && !world.guilds.get(guild)?.hasBot) throw refusal(50001);
	return guild;
}

export const listCommands: Handler = (call) => ({ status: 200, body: call.world.commands.of(scopeOf(call)) });

/** Replaces all commands; those of a name that is there already keep their id. */
export const replaceCommands: Handler = (call) => {
	const { world, body } = call;
	const guild = scopeOf(call);
	const problems = createProblems();
	if (!Array.isArray(body) || !body.every(isFields)) {
		problems.add('', 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
		problems.refuse();
		return {};
	}
	const seen = new Set<string>();
	for (const [index, command] of body.entries()) {
		checkCommand(problems, command, String(index));
		const key = `${String(command.type ?? 1)} ${String(command.name)}`;
		if (seen.has(key)) problems.add(String(index), 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
		seen.add(key);
	}
	for (const [type, most] of Object.entries(MOST)) {
		if (body.filter((command) => (command.type ?? 1) === Number(type)).length > most) throw refusal(30032);
	}
	problems.refuse();
	const commands = body.map((command) => commandPayload(world, command, guild));
	world.commands.replace(guild, commands);
	return { status: 200, body: commands };
};

function commandPayload(world: World, command: Fields, guild: string | undefined): APIApplicationCommand {
	const type = command.type ?? 1;
	const known = world.commands.of(guild).find((item) => item.name === command.name && item.type === type);
	return {
		description: '',
		default_member_permissions: null,
		nsfw: false,
		name_localizations: null,
		description_localizations: null,
		...(guild === undefined ? { contexts: null, integration_types: [0, 1] } : { guild_id: guild }),
		...command,
		type,
		id: known?.id ?? world.snowflakes.next(),
		application_id: world.application.id,
		version: world.snowflakes.next(),
	} as unknown as APIApplicationCommand;
}
