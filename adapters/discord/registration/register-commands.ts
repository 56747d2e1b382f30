import { type REST, Routes } from 'discord.js';
import type { Command } from '../../../commands/command.ts';
import { hashJson } from '../../../src/json.ts';
import type { Storage } from '../../../src/storage/storage.ts';
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

/**
 * Registers all commands in one call, when they are others than those that were registered last. Gives whether they were. Rejects with Discord's
 * error, or with a UserError of the storage.
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
	await api.put(route, { body: definitions });
	await records.put(key, { hash });
	return true;
}
