import { randomBytes } from 'node:crypto';
import { ApplicationFlags, GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { type Fields, integer, isFields, nested, text } from '../fields.ts';
import { guildCreateEvent } from '../payloads/guild-payload.ts';
import { shardOf } from '../state/snowflakes.ts';
import type { World } from '../world.ts';
import { createSession, type Session } from './session.ts';

/** One WebSocket and, once it has identified itself, its session. */
export interface Connection {
	readonly socket: WebSocket;
	readonly world: World;
	session: Session | undefined;
	lastHeartbeat: number;
	/** When it sent its latest payloads. */
	sentAt: readonly number[];
}

/** In 60 s, on one connection: discord.com/developers/docs/events/gateway#rate-limiting */
const MOST_PAYLOADS = 120;

/**
 * Answers one payload of a client, or closes the connection with the code of
 * discord.com/developers/docs/topics/opcodes-and-status-codes#gateway.
 */
export function receive(connection: Connection, payload: string): void {
	const { socket } = connection;
	const { op, d } = parse(payload) ?? {};
	const now = Date.now();
	connection.sentAt = [...connection.sentAt.filter((at) => now - at < 60_000), now];
	if (connection.sentAt.length > MOST_PAYLOADS) {
		socket.close(GatewayCloseCodes.RateLimited, 'Rate limited.');
		return;
	}
	if (op === undefined) {
		socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
		return;
	}
	if (op === GatewayOpcodes.Heartbeat) {
		connection.lastHeartbeat = Date.now();
		socket.send(JSON.stringify({ op: GatewayOpcodes.HeartbeatAck, d: null, s: null, t: null }));
		return;
	}
	if (op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume) {
		if (connection.session) socket.close(GatewayCloseCodes.AlreadyAuthenticated, 'Already authenticated.');
		else if (op === GatewayOpcodes.Identify) identify(connection, isFields(d) ? d : {});
		else resume(connection, isFields(d) ? d : {});
		return;
	}
	if (!connection.session) socket.close(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.');
	// What a bot may ask for besides is accepted and changes nothing that anybody sees here.
	else if (op !== GatewayOpcodes.PresenceUpdate && op !== GatewayOpcodes.VoiceStateUpdate && op !== GatewayOpcodes.RequestGuildMembers)
		socket.close(GatewayCloseCodes.UnknownOpcode, 'Unknown opcode.');
}

function parse(payload: string): { op: number; d: unknown } | undefined {
	try {
		const parsed: unknown = JSON.parse(payload);
		return isFields(parsed) && typeof parsed.op === 'number' ? { op: parsed.op, d: parsed.d } : undefined;
	} catch {
		return undefined;
	}
}

const ALL_INTENTS = Object.values(GatewayIntentBits).reduce<number>((sum, bit) => (typeof bit === 'number' ? sum | bit : sum), 0);
/** discord.com/developers/docs/events/gateway#privileged-intents: each takes one of the flags. */
const PRIVILEGED: readonly (readonly [intent: number, flags: number])[] = [
	[GatewayIntentBits.GuildPresences, ApplicationFlags.GatewayPresence | ApplicationFlags.GatewayPresenceLimited],
	[GatewayIntentBits.GuildMembers, ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited],
	[GatewayIntentBits.MessageContent, ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited],
];

function identify(connection: Connection, d: Fields): void {
	const { socket, world } = connection;
	const { application, gateway } = world;
	const [code, reason] = refusedIdentity(world, d) ?? [];
	if (code !== undefined) {
		socket.close(code, reason);
		return;
	}
	const intents = integer(d, 'intents') ?? 0;
	const [id, count] = shardIn(d);
	const session = createSession({ id: randomBytes(16).toString('hex'), shard: [id, count], intents, socket });
	connection.session = session;
	gateway.sessions.set(session.id, session);
	const guilds = [...world.guilds.values()].filter((guild) => guild.hasBot && shardOf(guild.id, count) === id);
	session.tell({
		event: {
			t: 'READY',
			d: {
				v: 10,
				user: application.bot,
				guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
				session_id: session.id,
				resume_gateway_url: gatewayUrl(world),
				shard: [id, count],
				application: { id: application.id, flags: application.flags as ApplicationFlags, flags_new: String(application.flags) },
			},
		},
	});
	for (const guild of guilds) session.tell(guildCreateEvent(world, guild));
}

/** With which code the connection is closed, if it is. */
function refusedIdentity({ application }: World, d: Fields): readonly [code: number, reason: string] | undefined {
	const intents = integer(d, 'intents');
	const [id, count] = shardIn(d);
	if (intents === undefined || !nested(d, 'properties')) return [GatewayCloseCodes.DecodeError, 'Error while decoding payload.'];
	if (text(d, 'token') !== application.token) return [GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.'];
	if (count < 1 || id < 0 || id >= count) return [GatewayCloseCodes.InvalidShard, 'Invalid shard.'];
	if ((intents & ~ALL_INTENTS) !== 0) return [GatewayCloseCodes.InvalidIntents, 'Invalid intent(s).'];
	const isDisallowed = PRIVILEGED.some(([intent, flags]) => (intents & intent) !== 0 && (application.flags & flags) === 0);
	return isDisallowed ? [GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).'] : undefined;
}

function shardIn(d: Fields): readonly [id: number, count: number] {
	const shard = d.shard;
	if (shard === undefined) return [0, 1];
	const [id, count] = Array.isArray(shard) ? shard : [];
	return typeof id === 'number' && typeof count === 'number' ? [id, count] : [-1, 0];
}

/** discord.com/developers/docs/events/gateway#resuming */
function resume(connection: Connection, d: Fields): void {
	const { socket, world } = connection;
	const session = world.gateway.sessions.get(text(d, 'session_id') ?? '');
	const seq = integer(d, 'seq') ?? -1;
	if (text(d, 'token') !== world.application.token) socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
	else if (!session) socket.send(JSON.stringify({ op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null }));
	else if (seq < 0 || seq > session.seq()) socket.close(GatewayCloseCodes.InvalidSeq, 'Invalid seq.');
	else {
		session.socket()?.terminate();
		connection.session = session;
		session.resume(socket, seq);
	}
}

export function gatewayUrl(world: World): string {
	return world.origin.replace(/^http/, 'ws');
}
