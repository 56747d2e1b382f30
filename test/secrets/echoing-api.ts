import type { ServerResponse } from 'node:http';
import { json, type LocalServer, type ReceivedRequest, serve } from '../toolset/http/local-server.ts';
import { encodingsOf } from '../toolset/http/secret-forms.ts';

/** Stands beside every secret that the API repeats: where this can be found, so could the secret. */
export const MARKER = 'qz-marker-qz';

/** What the API can be asked for, and how it then repeats the credential it was sent. */
export const OPERATIONS = [
	...['echo', 'encoded', 'text', 'csv', 'page', 'headers', 'linked', 'moved'],
	...['denied', 'failed', 'long', 'nested', 'error-page', 'broken-json', 'cut', 'create'],
] as const;

/** Sent once: what is broken off while it reads is asked for again, which takes time. */
const WRITES: ReadonlySet<string> = new Set(['create', 'cut']);

/** An API that repeats the credential of every request: in bodies and headers, plain and encoded, in answers and in errors of every kind. */
export function startEchoingApi(): Promise<LocalServer> {
	return serve((request, response) => {
		const path = request.url.split('?')[0]?.slice(1) ?? '';
		const said = credentialsOf(request);
		const encoded = said.flatMap(encodingsOf);
		const text = `${MARKER} ${said.join(' ')}`;
		const answers: Record<string, () => void> = {
			echo: () => json(response, { marker: MARKER, said, url: request.url, headers: request.headers, [said[0] ?? 'none']: 'a name' }),
			encoded: () => json(response, { marker: MARKER, encoded }),
			text: () => send(response, 'text/plain', text),
			csv: () => send(response, 'text/csv', `marker,secret\n${MARKER},"${said.join('";"')}"\n`),
			page: () => send(response, 'text/html', `<html><title>${text}</title><body>${encoded.join('<br>')}</body></html>`),
			headers: () => {
				const repeated = {
					'x-echo': encodeURIComponent(text),
					'set-cookie': `sid=${encodeURIComponent(text)}`,
					'www-authenticate': `Bearer realm="${encodeURIComponent(text)}"`,
				};
				response.writeHead(200, { 'content-type': 'application/json', ...repeated }).end(`{"marker":"${MARKER}"}`);
			},
			linked: () => {
				const query = said.map((each) => `cursor=${encodeURIComponent(each)}`).join('&');
				response.writeHead(200, { 'content-type': 'application/json', link: `</linked?${query}>; rel="next"` });
				response.end(JSON.stringify({ items: [MARKER], next_cursor: said[0], next: `/linked?${query}` }));
			},
			moved: () =>
				response.writeHead(302, { location: `/text?${said.map((each) => `moved=${encodeURIComponent(each)}`).join('&')}` }).end(),
			denied: () => json(response, { message: `not accepted: ${text}` }, 403),
			failed: () => json(response, { error: { message: `${MARKER} ${encoded.join(' ')}`, trace: said } }, 500),
			// Wherever an error is cut, it may be cut through a secret.
			long: () =>
				json(response, { message: `${MARKER} ${'x'.repeat(940)}${said.join('')}${said.join('')}${'y'.repeat(990)}${said.join('')}` }, 400),
			nested: () => json(response, { errors: [{ field: said[0], code: MARKER, detail: encoded }] }, 422),
			'error-page': () =>
				send(response, 'text/html', `<html><title>${MARKER}</title><body>${'<p>z</p>'.repeat(250)}${said.join(' ')}</body></html>`, 500),
			'broken-json': () => send(response, 'application/json', `{"marker":"${MARKER}","secret":"${said.join('')}`),
			cut: () => {
				response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100000' }).write(text);
				setTimeout(() => response.destroy(), 10);
			},
			create: () => json(response, { created: text }, 201),
		};
		answers[path]?.();
	});
}

/** The document of the API, with a security scheme as it may have. */
export function documentOf({ origin }: LocalServer): string {
	const responses = { 200: { description: 'ok' } };
	const operation = (name: string) => ({
		operationId: operationId(name),
		summary: `Says ${name}`,
		parameters: ['cursor', 'moved'].map((parameter) => ({ name: parameter, in: 'query', schema: { type: 'string' } })),
		responses,
	});
	const paths = OPERATIONS.map((name) => [`/${name}`, { [WRITES.has(name) ? 'post' : 'get']: operation(name) }]);
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Echo', version: '1' },
		servers: [{ url: origin }],
		paths: Object.fromEntries(paths),
	});
}

export function operationId(name: string): string {
	return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The secret parts of what was sent, as they were meant. */
function credentialsOf({ url, headers }: ReceivedRequest): string[] {
	const { authorization = '', cookie = '' } = headers;
	const [, scheme, text = ''] = /^(\w+) (.*)$/.exec(authorization) ?? [];
	const plain = scheme === 'Basic' ? Buffer.from(text, 'base64').toString() : text;
	const key = headers['x-api-key'];
	const query = new URL(url, 'http://x').searchParams.get('api_key');
	const sid = /(?:^|; )sid=([^;]*)/.exec(cookie)?.[1];
	const password = scheme === 'Basic' ? plain.slice(plain.indexOf(':') + 1) : undefined;
	return [plain, password, authorization, key, query, sid].flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []));
}

function send(response: ServerResponse, type: string, body: string, status = 200): void {
	response.writeHead(status, { 'content-type': type }).end(body);
}
