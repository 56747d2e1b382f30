import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiCall {
	readonly method: string;
	readonly args: Readonly<Record<string, string>>;
	readonly token: string | undefined;
	/** When it arrived, in milliseconds. */
	readonly at: number;
}

/** Instead of what the method would do; `after` does it and then breaks the connection. */
export type Fault =
	| { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
	| { readonly cut: 'before' | 'after' | 'body' }
	| { readonly error: string; readonly needed?: string; readonly response_metadata?: object }
	| { readonly hold: Promise<unknown> };

export interface ServedMessage {
	readonly channel: string;
	readonly ts: string;
	readonly thread_ts?: string;
	text: string;
	blocks: readonly { readonly type: string; readonly block_id?: string; readonly [more: string]: unknown }[];
	readonly files: readonly { readonly id: string; readonly title: string }[];
}

export interface WebApi {
	/** For SLACK_API_URL. */
	readonly url: string;
	readonly calls: readonly ApiCall[];
	readonly messages: readonly ServedMessage[];
	/** Content by file id. */
	readonly uploads: ReadonlyMap<string, string>;
	callsOf(method: string): readonly ApiCall[];
	/** The next calls of the method fail, in the order given. */
	fail(method: string, fault: Fault, times?: number): void;
	/** What the method answers from now on. */
	answer(method: string, result: object): void;
	delete(ts: string): void;
	close(): Promise<void>;
}

type Args = Readonly<Record<string, string>>;

/** Slack's Web API as far as this bot speaks with it, on a port of its own. */
export async function startWebApi({ pageSize = 200 } = {}): Promise<WebApi> {
	const calls: ApiCall[] = [];
	const messages: ServedMessage[] = [];
	const faults = new Map<string, Fault[]>();
	const answers = new Map<string, object>();
	const uploads = new Map<string, string>();
	const unshown = new Set<string>();
	let clock = Math.floor(Date.now() / 1000);
	const nextTs = () => `${clock++}.000100`;

	const add = ({ channel = '', thread_ts, text = '', blocks }: Args, files: ServedMessage['files'] = []): ServedMessage => {
		const message = { channel, ts: nextTs(), ...(thread_ts && { thread_ts }), text, blocks: kept(blocks), files };
		messages.push(message);
		return message;
	};
	const page = (found: readonly ServedMessage[], { cursor = '0', oldest = '0' }: Args) => {
		const recent = found.filter(({ ts }) => Number(ts) >= Number(oldest));
		const end = Number(cursor) + pageSize;
		return {
			messages: recent.slice(Number(cursor), end),
			response_metadata: { next_cursor: end < recent.length ? String(end) : '' },
		};
	};
	const methods: Readonly<Record<string, (args: Args) => object>> = {
		'auth.test': () => ({ team: 'Acme', team_id: 'T1', user_id: 'UBOT', bot_id: 'BBOT' }),
		'users.info': ({ user }) => ({ user: { id: user, name: 'dana' } }),
		'chat.postMessage': (args) => ({ ts: add(args).ts }),
		'chat.update': ({ ts, text = '', blocks }) => {
			const message = messages.find((each) => each.ts === ts);
			if (!message) return { ok: false, error: 'message_not_found' };
			Object.assign(message, { text, blocks: kept(blocks) });
			return {};
		},
		'chat.delete': ({ ts }) => {
			const index = messages.findIndex((each) => each.ts === ts);
			if (index < 0) return { ok: false, error: 'message_not_found' };
			messages.splice(index, 1);
			return {};
		},
		'conversations.open': ({ users }) => ({ channel: { id: `D${users?.slice(1)}` } }),
		'conversations.replies': (args) =>
			page(
				messages.filter(({ channel, thread_ts }) => channel === args.channel && thread_ts === args.ts),
				args,
			),
		'conversations.history': (args) =>
			page(messages.filter(({ channel, thread_ts }) => sameChannel(channel, args.channel) && !thread_ts).toReversed(), args),
		'files.getUploadURLExternal': () => {
			const id = `F${uploads.size + 1}`;
			uploads.set(id, '');
			unshown.add(id);
			return { upload_url: `${origin}/upload/${id}`, file_id: id };
		},
		'files.completeUploadExternal': ({ files = '[]', channel_id = '', thread_ts }) => {
			const shown: { id: string; title: string }[] = JSON.parse(files);
			if (!shown.every(({ id }) => unshown.delete(id))) return { ok: false, error: 'file_not_found' };
			add({ channel: channel_id, ...(thread_ts && { thread_ts }) }, shown);
			return { files: shown };
		},
	};

	function carryOut(method: string, args: Args, body: string): object | undefined {
		const upload = /^upload\/(.*)$/.exec(method)?.[1];
		if (!upload) return { ok: true, ...(answers.get(method) ?? methods[method]?.(args) ?? { ok: false, error: 'unknown_method' }) };
		uploads.set(upload, body.split('\r\n\r\n')[1]?.split('\r\n--')[0] ?? '');
		return undefined;
	}

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await read(request);
		const path = (request.url ?? '').replace(/^\/(api\/)?/, '');
		const method = path.replace(/\/.*/, '');
		const args = method === 'upload' ? {} : Object.fromEntries(new URLSearchParams(body));
		calls.push({ method, args, token: request.headers.authorization?.replace('Bearer ', ''), at: performance.now() });
		const fault = faults.get(method)?.shift();
		if (fault && 'hold' in fault) await fault.hold;
		if (fault && failsFirst(fault, request, response)) return;
		const result = carryOut(path, args, body);
		if (fault && 'cut' in fault) breakOff(fault.cut, request, response);
		else if (result) reply(response, result);
		else response.end('OK');
	}

	const server = createServer((request, response) => void handle(request, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url: `${origin}/api/`,
		calls,
		messages,
		uploads,
		callsOf: (method) => calls.filter((call) => call.method === method),
		fail(method, fault, times = 1) {
			const waiting = faults.get(method) ?? [];
			waiting.push(...Array<Fault>(times).fill(fault));
			faults.set(method, waiting);
		},
		answer: (method, result) => void answers.set(method, result),
		delete: (ts) => void methods['chat.delete']?.({ ts }),
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

/** True when the call failed and its method is not to do anything. */
function failsFirst(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
	if ('status' in fault) response.writeHead(fault.status, { ...fault.headers }).end(fault.body);
	else if ('error' in fault) reply(response, { ok: false, ...fault });
	else if ('cut' in fault && fault.cut === 'before') request.socket.destroy();
	else return false;
	return true;
}

function breakOff(cut: 'before' | 'after' | 'body', request: IncomingMessage, response: ServerResponse): void {
	if (cut === 'body') response.writeHead(200, { 'content-length': 1000 }).write('{"ok":');
	setTimeout(() => request.socket.destroy(), 5);
}

/** Slack keeps the ids of all blocks but those of `markdown`. */
function kept(blocks = '[]'): ServedMessage['blocks'] {
	const given: ServedMessage['blocks'] = JSON.parse(blocks);
	return given.map(({ block_id, ...block }, index) => ({
		...block,
		block_id: block.type === 'markdown' || !block_id ? `b${index}` : block_id,
	}));
}

/** What is posted to a user stands in the conversation with them. */
function sameChannel(posted: string, asked = ''): boolean {
	return posted === asked || (posted.startsWith('U') && asked === `D${posted.slice(1)}`);
}

function reply(response: ServerResponse, result: object): void {
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
}

async function read(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request.setEncoding('utf8')) body += chunk;
	return body;
}
