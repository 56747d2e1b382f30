import { type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { UserError } from '../../../src/errors.ts';
import { hashJson } from '../../../src/json.ts';
import type { Records, Storage } from '../../../src/storage/storage.ts';
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

const EVERYWHERE = 'everywhere';

interface Registered {
	readonly hash: string;
}

/**
 * Registers all commands in one call, when they are others than those that were registered last. Gives whether they were. Registered everywhere,
 * they are taken from single servers, which would show each twice. Rejects with Discord's
 * error, or with a UserError of the storage or about the server.
 */
export async function registerCommands(
	table: readonly Command[],
	{ api, storage, applicationId, guild, force }: Registration,
): Promise<boolean> {
	const records: Records<Registered> = storage.records('discord-commands');
	const definitions = commandDefinitions(table);
	const [key, hash] = [`${applicationId}/${guild ?? EVERYWHERE}`, hashJson(definitions)];
	if (guild === undefined) await withdraw(records, { api, applicationId });
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

/** Takes back what was registered for single servers. */
async function withdraw(records: Records<Registered>, { api, applicationId }: Pick<Registration, 'api' | 'applicationId'>): Promise<void> {
	for await (const [key] of records.entries(`${applicationId}/`)) {
		const guild = key.slice(applicationId.length + 1);
		if (guild === EVERYWHERE) continue;
		try {
			await api.put(Routes.applicationGuildCommands(applicationId, guild), { body: [] });
		} catch (error) {
			// The bot has left that server, and its commands with it.
			if (!NOT_THERE.has(refusalOf(error))) throw error;
		}
		await records.delete(key);
	}
}

function notThere(cause: unknown): UserError {
	return new UserError(
		'configuration',
		'The bot is not in the server that DISCORD_GUILD names. Add it there, or leave DISCORD_GUILD out.',
		{ cause },
	);
}
