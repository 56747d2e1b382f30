import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Suite } from '../../../bench/eval/contract.ts';

const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const operation = (operationId: string, more: object = {}) => ({
	operationId,
	summary: `${operationId} of the notes`,
	responses: { 200: { description: 'done', ...json({ type: 'array', items: { type: 'string' } }) } },
	...more,
});

/** The operations of the document: one of them is the scorer's alone. */
const PATHS = {
	'/notes': { get: operation('listNotes'), post: operation('addNote', { requestBody: { required: true, ...json(text) } }) },
	'/_admin/{what}': {
		get: operation('administer', { parameters: [{ name: 'what', in: 'path', required: true, schema: { type: 'string' } }] }),
	},
};

/** A suite's server with notes in the place of a benchmark: sessions with a state and a log of their own. */
export interface NotesServer {
	readonly base: string;
	/** Names of sessions, each time one was reset. */
	readonly resets: readonly string[];
	readonly sessions: ReadonlyMap<string, { readonly notes: readonly string[] }>;
	stop(): Promise<void>;
}

export async function startNotesServer(context: TestContext): Promise<NotesServer> {
	const sessions = new Map<string, { notes: string[]; log: string[] }>();
	const resets: string[] = [];
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		const [, , session = '', ...rest] = (request.url ?? '').split('/');
		const name = decodeURIComponent(session);
		const at = `${request.method} /${rest.join('/')}`;
		const send = (value: unknown, status = 200) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
		if (at === 'POST /_admin/reset') {
			resets.push(name);
			sessions.set(name, { notes: [], log: [] });
			return send({ ok: true });
		}
		const state = sessions.get(name);
		if (!state) return send({ error: 'this session was never reset' }, 404);
		if (at === 'GET /openapi.json') return send(documentBelow(`http://${request.headers.host}/s/${session}`));
		if (at === 'GET /_admin/log') return send(state.log);
		if (at === 'GET /_admin/state') return send(state.notes);
		state.log.push(at);
		if (at === 'POST /notes') state.notes.push(JSON.parse(body).text);
		return at.endsWith(' /notes') ? send(state.notes) : send({ error: 'not found' }, 404);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const stop = async () => {
		server.closeAllConnections();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	context.after(stop);
	return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, resets, sessions, stop };
}

function documentBelow(url: string) {
	return { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, servers: [{ url }], paths: PATHS };
}

/** Tasks by what the user says; `noted` is 1 when a note is left, `requests` how many there were. */
export function notesSuite(turns: readonly (readonly string[])[], tools?: readonly string[]): Suite {
	return {
		name: 'notes',
		tasks: turns.map((said, number) => ({ id: `n-${number}`, history: [], turns: said, ...(tools && { tools }) })),
		toolset: 'notes',
		documentPath: '/openapi.json',
		now: 0,
		measures: [
			{ name: 'noted', unit: '%', means: 'a note is left' },
			{ name: 'requests', unit: 'count', means: 'that the server has seen' },
		],
		async score(_task, _attempted, { log, state }) {
			return { noted: Array.isArray(state) && state.length > 0 ? 1 : 0, requests: log.length };
		},
	};
}
