import { type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { UserError } from '../../../src/errors.ts';
import { hashJson } from '../../../src/json.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { refusalOf } from '../outbound/discord-failure.ts';
import { commandDefinitions } from './definitions.ts';

export interface Registration {
	readonly api: REST;
	readonly storage: Storage;
	readonly applicationId: string;
	/** In this server alone; everywhere when left out. */
	readonly guild?: string;
	/** Also when nothing has changed: somebody has removed them by other means. */
	readonly force?: boolean;
}

const NOT_THERE: ReadonlySet<unknown> = new Set([RESTJSONErrorCodes.MissingAccess, RESTJSONErrorCodes.UnknownGuild]);

/**
 * Registers all commands in one call, when they are others than those that were registered last. Gives whether they were. Rejects with Discord's
 * error, or with a UserError of the storage or about the server.
 */
export async function registerCommands(
	table: readonly Command[],
	{ api, storage, applicationId, guild, force }: Registration,
): Promise<boolean> {
	const records = storage.records<{ readonly hash: string }>('discord-commands');
	const definitions = commandDefinitions(table);
	const [key, hash] = [`${applicationId}/${guild ?? 'everywhere'}`, hashJson(definitions)];
	if (!force && (await records.get(key))?.hash === hash) return false;
	const route = guild === undefined ? Routes.applicationCommands(applicationId) : Routes.applicationGuildCommands(applicationId, guild);
	try {
		await api.put(route, { body: definitions });
	} catch (error) {
		throw guild !== undefined && NOT_THERE.has(refusalOf(error)) ? notThere(error) : error;
	}
	await records.put(key, { hash });
	return true;
}

function notThere(cause: unknown): UserError {
	return new UserError(
		'configuration',
		'The bot is not in the server that DISCORD_GUILD names. Add it there, or leave DISCORD_GUILD out.',
		{ cause },
	);
}
