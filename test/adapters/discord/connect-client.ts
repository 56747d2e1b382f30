import type { TestContext } from 'node:test';
import type { Client } from 'discord.js';
import { pino } from 'pino';
import { connect } from '../../../adapters/discord/access/connect.ts';
import { createClient } from '../../../adapters/discord/access/create-client.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { type Discord, type DiscordOptions, startDiscord } from '../../simulators/discord/discord.ts';

export const logger = pino({ level: 'silent' });

export interface Parts {
	readonly discord: Discord;
	readonly storage: Storage;
}

const clients = new WeakMap<Discord, Client[]>();

/** A simulated Discord, and a storage in memory. */
export async function openParts(context: TestContext, options: DiscordOptions = {}): Promise<Parts> {
	const discord = await startDiscord({ messagesPer5s: 1000, ...options });
	const storage = await openStorage('sqlite://:memory:', { logger });
	clients.set(discord, []);
	context.after(async () => {
		// First: a client whose server is gone tries to connect anew.
		await Promise.all((clients.get(discord) ?? []).map((client) => client.destroy()));
		await discord.close();
		await storage.close();
	});
	return { discord, storage };
}

/** The client of the bot, logged in; nobody listens to it yet. It ends with the test, before its Discord does. */
export async function connectClient(context: TestContext, discord: Discord): Promise<Client<true>> {
	const client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
	clients.get(discord)?.push(client);
	context.after(() => client.destroy());
	await connect(client, discord.token);
	return client as Client<true>;
}
