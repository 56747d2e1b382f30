import {
	type APIApplication,
	ApplicationFlags,
	type Client,
	Events,
	GatewayCloseCodes,
	GatewayIntentBits,
	IntentsBitField,
	Routes,
} from 'discord.js';
import { UserError } from '../../../src/errors.ts';
import { explainDiscordError } from '../outbound/discord-errors.ts';
import { INTENTS } from './create-client.ts';

/** Discord lets a session begin every 5 seconds, one for each shard; when no shard has begun for so long, something is wrong. */
const PROGRESS_MS = 60_000;

/**
 * Lets the client make calls, without a connection: what there is to post is posted by calls alone. Gives the application. Rejects with a UserError that
 * says what to set.
 */
export async function authenticate(client: Client, token: string): Promise<APIApplication> {
	client.rest.setToken(token);
	return explained(() => client.rest.get(Routes.currentApplication()) as Promise<APIApplication>);
}

/**
 * Logs in and resolves when all servers are known. What people write without mentioning the bot is asked for where the application has the
 * MessageContent intent; gives whether it has. Rejects with a UserError that says what to set.
 */
export async function connect(client: Client, token: string, progressMs = PROGRESS_MS): Promise<{ readonly readsAll: boolean }> {
	const { flags = 0 } = await authenticate(client, token);
	const readsAll = (flags & (ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited)) !== 0;
	client.options.intents = new IntentsBitField([...INTENTS, ...(readsAll ? [GatewayIntentBits.MessageContent] : [])]).freeze();
	const ready = untilReady(client, progressMs);
	try {
		// Why the gateway has closed a connection comes before what discord.js makes of it.
		await Promise.all([ready.promise, explained(() => client.login(token))]);
	} catch (error) {
		ready.giveUp();
		await client.destroy();
		throw error;
	}
	return { readsAll };
}

function untilReady(client: Client, progressMs: number): { readonly promise: Promise<void>; giveUp(): void } {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	promise.catch(() => {});
	const late = setTimeout(
		() => reject(new UserError('network', 'Discord did not open a connection within a minute. Try again.')),
		progressMs,
	);
	const isReady = () => resolve();
	const refused = ({ code }: { readonly code: number }) => reject(refusal(code));
	const inProgress = () => void late.refresh();
	client.on(Events.ShardReady, inProgress);
	client.once(Events.ClientReady, isReady);
	client.once(Events.ShardDisconnect, refused);
	const giveUp = () => {
		clearTimeout(late);
		client.off(Events.ShardReady, inProgress);
		client.off(Events.ClientReady, isReady);
		client.off(Events.ShardDisconnect, refused);
	};
	promise.then(giveUp, giveUp);
	return { promise, giveUp };
}

/** Why Discord lets a connection with this close code be opened no more, and what to do. */
export function refusal(code: number): UserError {
	if (code === GatewayCloseCodes.DisallowedIntents)
		return new UserError(
			'configuration',
			'Discord does not let the bot read messages: switch the Message Content Intent on or off once more at https://discord.com/developers/applications (Bot), then start the bot again.',
		);
	return new UserError(
		'network',
		`Discord closed the connection (code ${code}). Check DISCORD_TOKEN and DISCORD_SHARDS, then start the bot again.`,
	);
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw (
			explainDiscordError(error) ??
			new UserError('network', 'Discord did not let the bot log in. Check DISCORD_TOKEN and DISCORD_API_URL.', { cause: error })
		);
	}
}
