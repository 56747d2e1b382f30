import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayCloseCodes, GatewayOpcodes } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import { shardOf } from '../state/snowflakes.ts';
import type { World } from '../world.ts';
import { type Connection, receive } from './receive.ts';
import type { Announcement, Session } from './session.ts';

/** The event side of Discord: discord.com/developers/docs/events/gateway. */
export interface Gateway {
	accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Tells every session that has the intent and the shard; those cut off are told when they resume. */
	announce(announcement: Announcement, id?: string): void;
	/** Tells them again of the message or interaction with this id. */
	announceAgain(id: string): void;
	/** Identified or resumed, with an open connection. */
	connected(): number;
	/** Every session, also those cut off. */
	readonly sessions: Map<string, Session>;
	/** Breaks all connections off, without a close frame; `lost` sessions cannot be resumed. */
	cut(lost: boolean): void;
	requestReconnect(): void;
	/** Closes all connections with this code. */
	end(code: GatewayCloseCodes): void;
	/** Op 9 to every session. */
	invalidate(resumable: boolean): void;
	close(): Promise<void>;
}

/** Payloads that clients send are at most this long: discord.com/developers/docs/events/gateway#sending-events */
const LONGEST_PAYLOAD = 4096;

export function createGateway(options: { readonly world: () => World; readonly heartbeatMs: number }): Gateway {
	const { world, heartbeatMs } = options;
	const server = new WebSocketServer({ noServer: true });
	const sessions = new Map<string, Session>();
	const sent = new Map<string, Announcement>();
	const connections = new Set<Connection>();
	/** Told to go: they still hear of everything, and do not count. */
	const leaving = new WeakSet<Connection>();
	const identified = () => [...connections].filter((connection) => connection.session !== undefined);
	const tell = (announcement: Announcement) => {
		for (const session of sessions.values()) {
			if (shardOf(announcement.guildId, session.shard[1]) === session.shard[0]) session.tell(announcement);
		}
	};
	const part = (connection: Connection, keep: boolean) => {
		const { session, socket } = connection;
		connection.session = undefined;
		session?.leave(socket);
		if (!keep && session) sessions.delete(session.id);
	};
	return {
		accept: (request, socket, head) =>
			server.handleUpgrade(request, socket, head, (client) => {
				const connection: Connection = { socket: client, world: world(), session: undefined, lastHeartbeat: Date.now(), sentAt: [] };
				connections.add(connection);
				client.on('close', (code) => {
					connections.delete(connection);
					// A client that says goodbye gives its session up: discord.com/developers/docs/events/gateway#disconnecting
					part(connection, code !== 1000 && code !== 1001);
				});
				converse(connection, new URL(request.url ?? '/', 'ws://gateway'), heartbeatMs);
			}),
		announce(announcement, id) {
			if (id !== undefined) sent.set(id, announcement);
			tell(announcement);
		},
		announceAgain(id) {
			const announcement = sent.get(id);
			if (!announcement) throw new Error(`Nobody was told of ${id} yet.`);
			tell(announcement);
		},
		connected: () => identified().filter((connection) => !leaving.has(connection)).length,
		sessions,
		cut(lost) {
			for (const connection of [...connections]) {
				part(connection, !lost);
				connection.socket.terminate();
			}
			if (lost) sessions.clear();
		},
		requestReconnect() {
			for (const connection of identified()) {
				leaving.add(connection);
				send(connection.socket, GatewayOpcodes.Reconnect, null);
			}
		},
		end(code) {
			for (const { socket } of connections) socket.close(code);
		},
		invalidate(resumable) {
			for (const connection of identified()) {
				part(connection, resumable);
				send(connection.socket, GatewayOpcodes.InvalidSession, resumable);
			}
		},
		async close() {
			for (const socket of server.clients) socket.terminate();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function send(socket: WebSocket, op: GatewayOpcodes, d: unknown): void {
	socket.send(JSON.stringify({ op, d, s: null, t: null }));
}

function converse(connection: Connection, url: URL, heartbeatMs: number): void {
	const { socket } = connection;
	socket.on('error', () => undefined);
	if (url.searchParams.get('v') !== '10') {
		socket.close(GatewayCloseCodes.InvalidAPIVersion, 'Invalid API version.');
		return;
	}
	if ((url.searchParams.get('encoding') ?? 'json') !== 'json' || url.searchParams.has('compress')) {
		socket.close(GatewayCloseCodes.DecodeError, 'This simulator speaks JSON without compression.');
		return;
	}
	// Whoever stops beating is taken for dead: discord.com/developers/docs/events/gateway#heartbeat-interval
	const watch = setInterval(() => {
		if (Date.now() - connection.lastHeartbeat > heartbeatMs * 2) socket.close(GatewayCloseCodes.SessionTimedOut, 'Session timed out.');
	}, heartbeatMs);
	watch.unref();
	socket.on('close', () => clearInterval(watch));
	socket.on('message', (data) => {
		const payload = String(data);
		if (payload.length > LONGEST_PAYLOAD) socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
		else receive(connection, payload);
	});
	send(socket, GatewayOpcodes.Hello, { heartbeat_interval: heartbeatMs, _trace: [] });
}
