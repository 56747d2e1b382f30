import { once } from 'node:events';
import { Client, type ClientOptions, DiscordAPIError, Events, GatewayIntentBits, Partials } from 'discord.js';
import { type Discord, type DiscordOptions, startDiscord } from './discord.ts';

export const INTENTS = [
	GatewayIntentBits.Guilds,
	GatewayIntentBits.GuildMessages,
	GatewayIntentBits.DirectMessages,
	GatewayIntentBits.MessageContent,
];

export interface WithDiscord {
	readonly discord: Discord;
	/** A real discord.js client that is ready; `prepare` adds its listeners. */
	login(prepare?: (client: Client) => void, options?: Partial<ClientOptions>): Promise<Client<true>>;
}

/** A simulator for one test. When that is over, the clients stop first. */
export async function withDiscord(t: { after(work: () => Promise<void>): void }, options?: DiscordOptions): Promise<WithDiscord> {
	const discord = await startDiscord(options);
	const clients: Client[] = [];
	t.after(async () => {
		for (const client of clients) await client.destroy();
		await discord.close();
	});
	return {
		discord,
		async login(prepare = () => undefined, wanted = {}) {
			const client = new Client({
				intents: INTENTS,
				partials: [Partials.Channel, Partials.Message],
				rest: { api: discord.apiUrl },
				// A second identification within 5 s would wait.
				ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => undefined }) },
				...wanted,
			});
			clients.push(client);
			prepare(client);
			const ready = once(client, Events.ClientReady);
			await client.login(discord.token);
			await ready;
			if (!client.isReady()) throw new Error('The client is not ready.');
			return client;
		},
	};
}

/** The code that Discord refused a call with. */
export async function codeOf(call: Promise<unknown>): Promise<number | string> {
	return (await refusalOf(call)).code;
}

/** What was refused, and why. */
export async function refusalOf(call: Promise<unknown>): Promise<DiscordAPIError> {
	try {
		await call;
	} catch (error) {
		if (error instanceof DiscordAPIError) return error;
		throw error;
	}
	throw new Error('It was not refused.');
}

/** The codes of an Invalid Form Body, such as `content BASE_TYPE_MAX_LENGTH`. */
export async function problemsOf(call: Promise<unknown>): Promise<readonly string[]> {
	const { rawError } = await refusalOf(call);
	return 'errors' in rawError ? leaves(rawError.errors, '') : [];
}

function leaves(value: unknown, at: string): readonly string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => {
		if (name === '_errors' && Array.isArray(inner)) return inner.map((error: { code: string }) => `${at} ${error.code}`.trim());
		return leaves(inner, at === '' ? name : `${at}.${name}`);
	});
}
