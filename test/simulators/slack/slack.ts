import { setTimeout as sleep } from 'node:timers/promises';
import { announce, announceMessage } from './delivery/announce.ts';
import type { Attempt, Delivery } from './delivery/delivery.ts';
import type { Ack } from './delivery/dispatch.ts';
import { connectOverHttp, signatureOf } from './delivery/http-delivery.ts';
import type { Fields } from './fields.ts';
import { createPerson, type Person } from './people/person.ts';
import { type SlackOptions, startWorld } from './start-world.ts';
import type { ChannelOptions } from './state/channels.ts';
import type { Faults } from './state/faults.ts';
import type { RateLimited } from './state/rate-limit.ts';
import type { Session } from './state/thread-states.ts';
import type { Message, MessageRef } from './state/transcript.ts';
import type { UploadedFile } from './state/uploads.ts';
import type { View } from './state/views.ts';
import { recentMessages, transcriptText } from './transcript-text.ts';
import { type ApiCall, type World, workspaceOf } from './world.ts';

export { visibleText } from './transcript-text.ts';
export type { Ack, ApiCall, Delivery, Message, MessageRef, Person, Session, SlackOptions, UploadedFile, View };

/** Whom a query is about: the driver of a person, a user id, or a name in the first workspace. */
export type Whom = Person | string;

/** A simulated Slack with the app's settings, and everything anybody sees in it. Queries are synchronous: use them in `until`. */
export interface Slack {
	/** For SLACK_API_URL: ends with a slash. */
	readonly apiUrl: string;
	/** The page where people install the app; it redirects at once. */
	readonly authorizeUrl: string;
	/** Of the bot in the first workspace. */
	readonly token: string;
	readonly appToken: string;
	readonly signingSecret: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly appId: string;
	/** Of the first workspace. */
	readonly team: string;
	botUser(team?: string): string;
	botToken(team?: string): string;
	/** Sends everything to this address from now on, signed; several are processes behind one balancer. Rejects when the challenge is not repeated. */
	deliverTo(url: string | readonly string[]): Promise<void>;
	/** Resolves once so many Socket Mode connections are open. */
	connected(count?: number, timeoutMs?: number): Promise<void>;
	connections(): number;
	/** Asks all Socket Mode clients to connect anew. */
	refresh(): void;
	/** Cuts all Socket Mode connections. */
	cut(): void;
	person(name: string, options?: { readonly admin?: boolean; readonly owner?: boolean; readonly team?: string }): Person;
	/** Makes somebody an admin, or no longer. */
	setAdmin(person: Person, admin: boolean): void;
	/** Makes a channel, with the bot in it unless told otherwise, or archives one. Resolves with its id. */
	channel(name: string, options?: ChannelOptions & { readonly team?: string }): Promise<string>;
	/** By the channel's name (in the first workspace) or id: the first message, then the replies. */
	thread(channel: string, ts: string): readonly Message[];
	messages(channel: string): readonly Message[];
	message(ref: MessageRef): Message | undefined;
	ephemerals(user: Whom): readonly Message[];
	/** Open modals, the lowest first. */
	views(user: Whom): readonly View[];
	home(user: Whom): View | undefined;
	files(): readonly UploadedFile[];
	/** The status line of the thread a message is in; empty when there is none. */
	status(thread: MessageRef): string;
	/** All that it ever said. */
	statuses(thread: MessageRef): readonly string[];
	/** The suggestions in somebody's direct messages with the bot. */
	prompts(user: Whom): readonly Fields[];
	sessions(): readonly Session[];
	/** Resolves with the first truthy value of the condition. Rejects after `timeoutMs` (30,000 by default) with what is to be seen instead. */
	until<Value>(condition: () => Value, timeoutMs?: number): Promise<NonNullable<Value>>;
	readonly faults: Faults;
	readonly acks: readonly Ack[];
	readonly deliveries: readonly Delivery[];
	/** What a person's message set off: the message event and, with a mention, the second one. */
	deliveriesOf(message: MessageRef): readonly Delivery[];
	/** Sends an event again with its id, as Slack's retries do; to the next connection or process in turn. */
	redeliver(delivery: Delivery): Promise<Attempt>;
	/** Any event of the app's, such as one of a kind that people cannot set off here. */
	announce(event: Fields, team?: string): Delivery | undefined;
	/** Resolves once no delivery is under way. */
	settled(): Promise<void>;
	/** The headers of a signed request; a wrong secret or an old time make it a forged one. */
	sign(body: string, secret?: string, at?: number): Record<string, string>;
	/** Takes the app out of a workspace: its tokens stop working and it is told. */
	uninstall(team?: string): void;
	/** Revokes the bot's tokens only. */
	revokeTokens(team?: string): void;
	readonly calls: readonly ApiCall[];
	readonly rateLimited: readonly RateLimited[];
	/** Everything anybody could see at any time, one text a line. */
	transcriptText(): string;
	close(): Promise<void>;
}

/** Starts Slack on a free port of this machine. Close it, or its server keeps the process alive. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
	const { world, setTransport, close } = await startWorld(options);
	const { app, dispatch, sockets, transcript, threads } = world;
	const first = workspaceOf(world, undefined);
	const userId = (user: Whom) => (typeof user === 'string' ? (first.people.find(user)?.id ?? user) : user.id);
	const channelId = (channel: string) => first.channels.find(channel)?.id ?? channel;
	const root = (ref: MessageRef) => transcript.find(ref)?.thread_ts ?? ref.ts;
	const until: Slack['until'] = (condition, timeoutMs = 30_000) => waitUntil(world, condition, timeoutMs);
	return {
		apiUrl: `${world.origin}/api/`,
		authorizeUrl: `${world.origin}/oauth/v2/authorize`,
		token: first.bot.token,
		appToken: app.appToken,
		signingSecret: app.signingSecret,
		clientId: app.clientId,
		clientSecret: app.clientSecret,
		appId: app.appId,
		team: first.id,
		botUser: (team) => workspaceOf(world, team).bot.userId,
		botToken: (team) => workspaceOf(world, team).bot.token,
		deliverTo: async (url) => setTransport(await connectOverHttp(typeof url === 'string' ? [url] : url, app.signingSecret)),
		connected: async (count = 1, timeoutMs) => {
			await until(() => sockets.connections() >= count, timeoutMs);
		},
		connections: sockets.connections,
		refresh: () => sockets.refresh('refresh_requested'),
		cut: sockets.cut,
		person(name, about = {}) {
			const workspace = workspaceOf(world, about.team);
			return createPerson({ world, workspace, member: workspace.people.named(name, about) });
		},
		setAdmin: (person, admin) => workspaceOf(world, person.team).people.setAdmin(person.name, admin),
		async channel(name, wanted = {}) {
			const workspace = workspaceOf(world, wanted.team);
			return (await workspace.channels.open(name, workspace.people.named('channel-keeper'), wanted)).id;
		},
		thread: (channel, ts) => transcript.inThread(channelId(channel), ts),
		messages: (channel) => transcript.inChannel(channelId(channel)),
		message: transcript.find,
		ephemerals: (user) => transcript.ephemeralsOf(userId(user)),
		views: (user) => world.views.stack(userId(user)),
		home: (user) => world.views.home(userId(user)),
		files: () => world.uploads.files,
		status: (ref) => threads.get(ref.channel, root(ref)).status,
		statuses: (ref) => threads.history(ref.channel, root(ref)),
		prompts: (user) => {
			const direct = world.workspaces
				.flatMap((item) => item.channels.all())
				.find((item) => item.kind === 'im' && item.members.has(userId(user)));
			return threads.get(direct?.id ?? '', '').prompts;
		},
		sessions: threads.sessions,
		until,
		faults: world.faults,
		acks: dispatch.acks,
		deliveries: dispatch.deliveries,
		deliveriesOf: (ref) => world.causes.get(`${ref.channel}/${ref.ts}`) ?? [],
		redeliver: dispatch.again,
		announce(event, team) {
			const workspace = workspaceOf(world, team);
			return event.type === 'message' ? announceMessage(world, workspace, String(event.channel), event) : announce(world, workspace, event);
		},
		settled: dispatch.settled,
		sign: (body, secret = app.signingSecret, at = undefined) => signatureOf(body, secret, at),
		uninstall: (team) => leave(world, team, 'account_inactive', ['tokens_revoked', 'app_uninstalled']),
		revokeTokens: (team) => leave(world, team, 'token_revoked', ['tokens_revoked']),
		calls: world.calls,
		rateLimited: world.rateLimit.refused,
		transcriptText: () => transcriptText(world),
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

/** Slack tells of both, in no certain order (https://docs.slack.dev/reference/events/tokens_revoked). */
function leave(world: World, team: string | undefined, revoked: string, events: readonly string[]): void {
	const workspace = workspaceOf(world, team);
	for (const [token, known] of world.tokens) if (known.team === workspace.id) world.tokens.set(token, { ...known, revoked });
	const tokens = { tokens: { oauth: [], bot: [workspace.bot.userId] } };
	for (const type of events) announce(world, workspace, { type, ...(type === 'tokens_revoked' ? tokens : {}) });
	workspace.installed = !events.includes('app_uninstalled');
}
