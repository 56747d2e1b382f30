import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What happens to one request on its way to a server:
 * - `kill-received`: the process that sent it is killed; the server never sees it
 * - `kill-applied`: the server has answered, and the process is killed before the answer reaches it
 * - `500`, `429`: that is answered, and the server never sees it
 * - `reset`, `reset-applied`: the connection breaks, before or after the server has done what was asked
 * - `hang`: the server never sees it, and nothing is ever answered
 */
export const REQUEST_FAULTS = ['kill-received', 'kill-applied', '500', '429', 'reset', 'reset-applied', 'hang'] as const;
export type RequestFaultKind = (typeof REQUEST_FAULTS)[number];

export interface RequestFault {
	readonly kind: RequestFaultKind;
	/** A regular expression for `<METHOD> <path>`, a line feed, and the body as it reads: a form without its escapes. */
	readonly request: string;
}

/** Stands in front of a server, for one process or for all. */
export interface Gate {
	/** Without a slash at its end. */
	readonly origin: string;
	/** The next request that matches goes wrong so; with undefined none does. */
	arm(fault: RequestFault | undefined): void;
	/** Whether one went wrong since it was armed. */
	readonly hit: boolean;
	close(): Promise<void>;
}

export interface GateOptions {
	/** Of the server behind it. */
	readonly target: string;
	/** Kills whoever sent the request; resolves when it has ended. */
	readonly kill: () => Promise<void>;
	/** Told of every request. */
	readonly passed?: () => void;
}

export async function openGate({ target, kill, passed }: GateOptions): Promise<Gate> {
	let fault: RequestFault | undefined;
	let hit = false;
	const server = createServer((incoming, outgoing) => {
		answer(incoming, outgoing).catch(() => outgoing.destroy());
	});

	async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const body = await bodyOf(incoming);
		passed?.();
		const kind = take(`${incoming.method} ${incoming.url}\n${textOf(incoming, body)}`);
		switch (kind) {
			case 'kill-received':
				await kill();
				return void outgoing.destroy();
			case '500':
			case '429':
				outgoing.writeHead(Number(kind), { 'content-type': 'application/json', ...(kind === '429' && { 'retry-after': '1' }) });
				return void outgoing.end(JSON.stringify({ ok: false, error: kind === '429' ? 'ratelimited' : 'internal_error' }));
			case 'reset':
				return void outgoing.destroy();
			case 'hang':
				return;
			default:
		}
		const answered = await forward(incoming, body, target);
		if (kind === 'kill-applied') await kill();
		if (kind !== undefined) return void outgoing.destroy();
		// What is answered leads back here.
		const own = answered.body.includes(target) ? Buffer.from(answered.body.toString().replaceAll(target, origin)) : answered.body;
		outgoing.writeHead(answered.status, {
			...answered.headers,
			...('content-length' in answered.headers && { 'content-length': own.length }),
		});
		outgoing.end(own);
	}
	function take(text: string): RequestFaultKind | undefined {
		if (!fault || !new RegExp(fault.request).test(text)) return undefined;
		const { kind } = fault;
		fault = undefined;
		hit = true;
		return kind;
	}

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		arm(next) {
			fault = next;
			hit = false;
		},
		get hit() {
			return hit;
		},
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}

interface Answered {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
	readonly body: Buffer;
}

function forward(incoming: IncomingMessage, body: Buffer, target: string): Promise<Answered> {
	return new Promise((resolve, reject) => {
		const { method, url = '/', headers } = incoming;
		const sent = request(new URL(url, target), { method, headers: { ...headers, host: new URL(target).host } }, (response) => {
			bodyOf(response).then(
				(received) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: received }),
				reject,
			);
		});
		sent.on('error', reject).end(body);
	});
}

function textOf({ headers }: IncomingMessage, body: Buffer): string {
	const text = body.toString();
	return headers['content-type']?.startsWith('application/x-www-form-urlencoded')
		? [...new URLSearchParams(text).values()].join('\n')
		: text;
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
