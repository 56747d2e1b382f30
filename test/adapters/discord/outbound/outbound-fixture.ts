import type { REST } from 'discord.js';
import { pino } from 'pino';
import { createClient } from '../../../../adapters/discord/access/create-client.ts';
import { createOutbound, type Outbound, type OutboundOptions } from '../../../../adapters/discord/outbound/outbound.ts';
import type { DiscordMessage } from '../../../../adapters/discord/render/message.ts';
import { createPostings, type Postings } from '../../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../../src/runs/process-identity.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import type { Storage } from '../../../../src/storage/storage.ts';
import { type Discord, type DiscordOptions, startDiscord, visibleText } from '../../../simulators/discord/discord.ts';

export const logger = pino({ level: 'silent' });
/** Between two updates of a message. */
export const UPDATE_MS = 40;
export const POST = 'POST /channels/:id/messages';
export const EDIT = 'PATCH /channels/:id/messages/:mid';

export interface World extends AsyncDisposable {
	readonly discord: Discord;
	/** The id of a channel. */
	readonly channel: string;
	/** The production one. */
	readonly api: REST;
	readonly storage: Storage;
	readonly outbound: Outbound;
	/** As another process on the same storage would have it. */
	another(options?: Partial<OutboundOptions>): Outbound;
	/** What people read in a channel, oldest first. */
	texts(channel?: string): string[];
	/** Of a thread in the channel. */
	thread(): Promise<string>;
	/** How often a route was called. */
	called(route: string): number;
}

/** An outbound that speaks with a Discord of its own; no gateway is connected. */
export async function createWorld(options: DiscordOptions = {}): Promise<World> {
	const storage = await openStorage('sqlite://:memory:', { logger });
	const discord = await startDiscord({ messagesPer5s: 1000, ...options });
	const client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
	const api = client.rest.setToken(discord.token);
	const opened: Outbound[] = [];
	const open = (more: Partial<OutboundOptions> = {}): Outbound => {
		const postings: Postings = createPostings(storage, { owner: createProcessIdentity(), logger });
		const outbound = createOutbound({ api, postings, logger, updateMs: UPDATE_MS, retryMs: 20, ...more });
		opened.push(outbound);
		return outbound;
	};
	const channel = discord.channel('films');
	return {
		discord,
		channel,
		api,
		storage,
		outbound: open(),
		another: open,
		texts: (place = channel) => discord.messages(place).map(visibleText),
		async thread() {
			const { id } = await discord.person('dana').say(channel, 'hello, all');
			await api.post(`/channels/${channel}/messages/${id}/threads`, { body: { name: 'A thread' } });
			return id;
		},
		called: (route) => discord.calls.filter((call) => `${call.method} ${call.route}` === route).length,
		async [Symbol.asyncDispose]() {
			await Promise.all(opened.map((each) => each.close()));
			await client.destroy();
			await discord.close();
			await storage.close();
		},
	};
}

export function message(content: string): DiscordMessage {
	return { components: [{ type: 10, content }] };
}

export function messageWithFile(content: string): DiscordMessage {
	const file = { filename: 'answer.csv', content: 'a,b\n1,2\n' };
	return {
		components: [
			{ type: 10, content },
			{ type: 13, file: { url: `attachment://${file.filename}` } },
		],
		files: [file],
	};
}
