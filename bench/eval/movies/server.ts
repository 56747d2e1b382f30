import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type ApiDocument, readDocument } from '../../../examples/movies/document.ts';
import { buildFilmWorld, type FilmWorld } from '../../../examples/movies/film-world.ts';
import { type Handler, operationHandlers } from '../../../examples/movies/operations.ts';
import { ok, problem, type Reply } from '../../../examples/movies/reply.ts';
import { route } from '../../../examples/movies/router.ts';
import { emptyShelf, type Shelf } from '../../../examples/movies/shelf.ts';
import type { RequestRow } from '../scorers/correct-path.ts';

/** A watchlist and ratings of its own, and what was asked of it. */
interface Session {
	readonly shelf: Shelf;
	readonly handlers: Readonly<Record<string, Handler>>;
	readonly log: RequestRow[];
}

const DOCUMENT_PATH = '/openapi.json';

/**
 * The film world of the examples as a suite's server, on loopback: `/s/<session>` is the API for that session, with its document at `/openapi.json` and
 * `/_admin/reset`, `/_admin/log` and `/_admin/state` for the harness. A session begins when it is first named. `url` has no trailing slash.
 */
export async function startMovieSuite(port = 0): Promise<{ readonly url: string; close(): Promise<void> }> {
	const document = await readDocument();
	const world = buildFilmWorld();
	const sessions = new Map<string, Session>();
	const server = createServer((request, response) => {
		void answer(request, document, sessions, world).then((reply) => send(reply, response));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

async function answer(request: IncomingMessage, document: ApiDocument, sessions: Map<string, Session>, world: FilmWorld): Promise<Reply> {
	const [, name, path = '/'] = /^\/s\/([^/?]+)(\/.*)?$/.exec(request.url ?? '') ?? [];
	if (name === undefined) return problem(404, 'Name a session: /s/<session>/…');
	if (path === '/_admin/reset' && request.method === 'POST') sessions.delete(name);
	const session = sessions.get(name) ?? begin(world);
	sessions.set(name, session);
	if (path.startsWith('/_admin/')) return administer(path, session);
	if (path === DOCUMENT_PATH) return ok(document.servedFrom(`http://${request.headers.host}/s/${name}`));
	request.url = path;
	const reply = await route(request, document.operations, session.handlers);
	session.log.push({ method: request.method ?? '', template: templateOf(request, document), status: reply.status, appended: [] });
	return reply;
}

function begin(world: FilmWorld): Session {
	const shelf = emptyShelf();
	return { shelf, handlers: operationHandlers(world, shelf), log: [] };
}

function administer(path: string, { shelf, log }: Session): Reply {
	if (path === '/_admin/log') return ok(log);
	const state = { watchlist: [...shelf.watchlist.keys()], ratings: [...shelf.ratings].map(([film, { value }]) => ({ film, value })) };
	return ok(state);
}

/** Literal paths stand before templated ones in the document's operations. */
function templateOf({ method, url = '' }: IncomingMessage, { operations }: ApiDocument): string | null {
	const parts = (url.split('?')[0] ?? '').slice(1).split('/');
	const found = operations.find(
		({ method: of, segments }) =>
			of === method &&
			segments.length === parts.length &&
			segments.every((segment, index) => segment === parts[index] || segment.startsWith('{')),
	);
	return found ? `/${found.segments.join('/')}` : null;
}

function send({ status, headers, body }: Reply, response: ServerResponse): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(body === undefined ? undefined : JSON.stringify(body));
}

if (import.meta.main) {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '8104' } } });
	const { url } = await startMovieSuite(Number(values.port));
	process.stdout.write(`The suite of the movies is at ${url}. Press Ctrl-C to stop.\n`);
}
