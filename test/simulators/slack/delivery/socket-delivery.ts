import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { isFields, text } from '../fields.ts';
import type { Attempt, Delivery, Retry, Transport } from './delivery.ts';

const PING_INTERVAL_MS = 10_000;
/** How long a client may take to say goodbye. */
const CLOSING_MS = 200;

export interface SocketDelivery extends Transport {
	/** What `apps.connections.open` hands out: good for one connection. */
	ticket(): string;
	accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	connections(): number;
	/** Tells every client to connect anew, as Slack does now and then, and lets go of the old connections. */
	refresh(reason: 'refresh_requested' | 'warning' | 'link_disabled'): void;
	/** Cuts all connections without a word. */
	cut(): void;
}

type Settle = (attempt: Omit<Attempt, 'ms'>) => void;

/** Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): every envelope goes to one of the open connections, in turn. */
export function createSocketDelivery(appId: string): SocketDelivery {
	const server = new WebSocketServer({ noServer: true });
	const tickets = new Set<string>();
	const open: WebSocket[] = [];
	const waiting = new Map<string, { readonly socket: WebSocket; readonly settle: Settle }>();
	let next = 0;

	const forget = (socket: WebSocket) => {
		const index = open.indexOf(socket);
		if (index >= 0) open.splice(index, 1);
		for (const entry of [...waiting.values()]) if (entry.socket === socket) entry.settle({ status: 0, failure: 'connection_failed' });
	};
	const acknowledge = (data: RawData) => {
		const message: unknown = JSON.parse(String(data));
		if (!isFields(message)) return;
		waiting.get(text(message, 'envelope_id'))?.settle({ status: 200, answer: answerOf(message.payload) });
	};
	const greet = (socket: WebSocket) => {
		open.push(socket);
		socket.on('message', acknowledge);
		socket.on('close', () => forget(socket));
		socket.on('error', () => forget(socket));
		const debug_info = { host: 'applink-simulator', build_number: 1, approximate_connection_time: 18_060 };
		socket.send(JSON.stringify({ type: 'hello', num_connections: open.length, debug_info, connection_info: { app_id: appId } }));
	};
	const pings = setInterval(() => {
		for (const socket of open) socket.ping(`Ping from applink ${Date.now()}`);
	}, PING_INTERVAL_MS);
	pings.unref();

	return {
		ticket() {
			const ticket = randomUUID();
			tickets.add(ticket);
			return ticket;
		},
		accept(request, socket, head) {
			const ticket = new URL(request.url ?? '', 'http://localhost').searchParams.get('ticket') ?? '';
			if (!tickets.delete(ticket)) {
				socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
				return;
			}
			server.handleUpgrade(request, socket, head, greet);
		},
		connections: () => open.length,
		refresh(reason) {
			for (const socket of [...open]) {
				socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-simulator' } }));
				// No envelope goes to a connection that was told to end.
				open.splice(open.indexOf(socket), 1);
			}
		},
		cut() {
			for (const socket of server.clients) socket.terminate();
		},
		send(delivery, retry, timeoutMs) {
			const socket = open[next % Math.max(open.length, 1)];
			next += 1;
			const started = performance.now();
			if (!socket) return Promise.resolve({ status: 0, ms: 0, failure: 'connection_failed' });
			const envelopeId = randomUUID();
			return new Promise<Attempt>((resolve) => {
				const settle: Settle = (attempt) => {
					clearTimeout(timer);
					waiting.delete(envelopeId);
					resolve({ ...attempt, ms: Math.round(performance.now() - started) });
				};
				const timer = setTimeout(() => settle({ status: 0, failure: 'http_timeout' }), timeoutMs);
				waiting.set(envelopeId, { socket, settle });
				socket.send(JSON.stringify(envelope(delivery, envelopeId, retry)));
			});
		},
		async close() {
			clearInterval(pings);
			for (const socket of server.clients) socket.close(1001);
			const cut = setTimeout(() => {
				for (const socket of server.clients) socket.terminate();
			}, CLOSING_MS);
			for (const entry of [...waiting.values()]) entry.settle({ status: 0, failure: 'connection_failed' });
			await Promise.all([...server.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
			clearTimeout(cut);
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

function envelope(delivery: Delivery, envelopeId: string, retry: Retry | undefined): object {
	const answerable = delivery.kind !== 'events_api';
	const attempt = answerable
		? {}
		: { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason === 'http_timeout' ? 'timeout' : (retry?.reason ?? '') };
	return { envelope_id: envelopeId, payload: delivery.body, type: delivery.kind, accepts_response_payload: answerable, ...attempt };
}

/** Bolt acknowledges with an empty payload where there is nothing to say. */
function answerOf(payload: unknown): unknown {
	return isFields(payload) && Object.keys(payload).length === 0 ? undefined : payload;
}
