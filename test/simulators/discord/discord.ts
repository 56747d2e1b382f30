import { setTimeout as sleep } from 'node:timers/promises';
import type { APIApplicationCommand } from 'discord-api-types/v10';
import { createPeopleDriver, type PersonOptions } from './driver/people.ts';
import { type ChannelOptions, createServerDriver, type InviteOptions } from './driver/servers.ts';
import { createView, type InteractionRecord, type PostedFile, type Thread } from './driver/view.ts';
import type { Person } from './people/person.ts';
import { type DiscordOptions, startWorld } from './start-world.ts';
import type { Faults } from './state/faults.ts';
import type { GuildOptions } from './state/guilds.ts';
import type { Modal } from './state/interactions.ts';
import type { RateLimited } from './state/rate-limit.ts';
import type { Message, MessageRef, Pings } from './state/transcript.ts';
import { recentMessages, transcriptText } from './transcript-text.ts';
import type { ApiCall, World } from './world.ts';

export type { Where } from './people/actor.ts';
export type { OptionValue } from './people/command-options.ts';
export type { FormValue, FormValues } from './people/forms.ts';
export type { InteractionHandle } from './people/interact.ts';
export type { SayOptions } from './people/say.ts';
export type { Fault } from './state/faults.ts';
export { visibleText } from './transcript-text.ts';
export type {
	ApiCall,
	ChannelOptions,
	DiscordOptions,
	GuildOptions,
	InteractionRecord,
	Message,
	MessageRef,
	Modal,
	Person,
	PersonOptions,
	Pings,
	PostedFile,
	RateLimited,
	Thread,
};

/** A simulated Discord with the app's settings, and everything anybody sees in it. Queries are synchronous: use them in `until`. */
export interface Discord {
	/** For DISCORD_API_URL: discord.js appends the version. */
	readonly apiUrl: string;
	readonly token: string;
	readonly applicationId: string;
	/** Of the bot's user: the same id. */
	readonly botId: string;
	/** The id of the first server, or of the one of this name. */
	guild(name?: string): string;
	/** The bot's own role in a server. */
	botRole(guild?: string): string;
	/** Resolves once so many sessions are identified or resumed and have a connection. */
	connected(count?: number, timeoutMs?: number): Promise<void>;
	/** Open connections with a session. */
	connections(): number;
	/** Cuts all gateway connections; events meanwhile are kept. `lost` sessions cannot be resumed. */
	cut(options?: { readonly lost?: boolean }): void;
	/** Asks all clients to connect anew (op 7). */
	requestReconnect(): void;
	/** Closes all connections, say with a code after which nobody may connect again (4004, 4014). */
	endConnections(code: number): void;
	/** Tells all clients that their session is invalid (op 9), to be resumed or not. */
	invalidate(options?: { readonly resumable?: boolean }): void;
	/** Somebody of this name; the same name is the same person. */
	person(name: string, options?: PersonOptions): Person;
	/** Gives somebody the permission to manage their server, or takes it. */
	setAdmin(person: Person, admin: boolean): void;
	/** Makes (or finds) a channel; `deny` takes permissions from the bot there. Yields its id. */
	channel(name: string, options?: ChannelOptions): string;
	setBotPermissions(channel: string, options: { readonly deny: bigint }): void;
	/** Archives a thread, and locks it when told so. */
	archive(thread: string, options?: { readonly locked?: boolean }): void;
	/** Also a thread. */
	deleteChannel(channel: string): void;
	/** As a moderator does. */
	deleteMessage(ref: MessageRef): void;
	/** No further thread can be made or opened in the server: 160006. */
	fillThreads(guild?: string): void;
	/** Takes the bot out of a server. */
	kick(guild?: string): void;
	/** Brings the bot into a server, which is made when there is none of this name. */
	invite(name: string, options?: InviteOptions): string;
	/**
	 * Newest versions of what people wrote and the bot answered, the oldest first; without what was deleted, is ephemeral, or only marks
	 * the start of a thread. By id or name of a channel.
	 */
	messages(channel: string): readonly Message[];
	/** Also what was deleted, marked so. */
	message(ref: MessageRef): Message | undefined;
	/** Whom it notified. */
	pings(ref: MessageRef): Pings;
	threads(channel: string): readonly Thread[];
	ephemerals(person: Person): readonly Message[];
	modal(person: Person): Modal | undefined;
	/** The id of the direct messages between a person and the bot. */
	directChannel(person: Person): string;
	/** Uploaded by the bot, the oldest first. */
	files(): readonly PostedFile[];
	/** Global commands, or those of a server. */
	commands(guild?: string): readonly APIApplicationCommand[];
	/** Bulk overwrites of commands so far. */
	readonly registrations: number;
	/**
	 * Resolves with the first truthy value of the condition. Rejects after `timeoutMs` (30,000 by default) with what is to be seen
	 * instead.
	 */
	until<Value>(condition: () => Value, timeoutMs?: number): Promise<NonNullable<Value>>;
	readonly faults: Omit<Faults, 'take'>;
	readonly interactions: readonly InteractionRecord[];
	readonly calls: readonly ApiCall[];
	/** Calls of routes that Discord does not have, or this simulator does not know. */
	readonly unknownRoutes: readonly string[];
	readonly rateLimited: readonly RateLimited[];
	/** Tells all sessions again of a message or interaction. */
	redeliver(id: string): void;
	sayAs(who: 'self' | 'bot' | 'webhook' | 'system', channel: string, text: string, options?: { readonly mention?: boolean }): Message;
	/** Every interaction token of now is too old. */
	expireTokens(): void;
	/** Everything anybody could see at any time, one text a line. */
	transcriptText(): string;
	close(): Promise<void>;
}

/** Starts Discord on a free port of this machine. Close it, or its server keeps the process alive. */
export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
	const { world, close } = await startWorld(options);
	const { application, gateway, interactions } = world;
	const { interactionRecords, ...view } = createView(world);
	const until: Discord['until'] = (condition, timeoutMs = 30_000) => waitUntil(world, condition, timeoutMs);
	return {
		apiUrl: `${world.origin}/api`,
		token: application.token,
		applicationId: application.id,
		botId: application.id,
		async connected(count = 1, timeoutMs = undefined) {
			await until(() => gateway.connected() >= count, timeoutMs);
		},
		connections: gateway.connected,
		cut: ({ lost = false } = {}) => gateway.cut(lost),
		requestReconnect: gateway.requestReconnect,
		endConnections: gateway.end,
		invalidate: ({ resumable = false } = {}) => gateway.invalidate(resumable),
		redeliver: gateway.announceAgain,
		...createServerDriver(world),
		...createPeopleDriver(world),
		...view,
		get registrations() {
			return world.commands.registrations();
		},
		get interactions() {
			return interactionRecords();
		},
		get unknownRoutes() {
			return world.calls.filter((call) => call.unknown).map((call) => `${call.method} ${call.path}`);
		},
		faults: world.faults,
		calls: world.calls,
		rateLimited: world.rateLimit.refused,
		expireTokens: interactions.expireTokens,
		transcriptText: () => transcriptText(world),
		until,
		close,
	};
}

async function waitUntil<Value>(world: World, condition: () => Value, timeoutMs: number): Promise<NonNullable<Value>> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const value = condition();
		if (value) return value;
		if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition}\n${recentMessages(world)}`);
		await sleep(20);
	}
}
