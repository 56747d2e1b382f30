import http from 'node:http';
import type { TestContext } from 'node:test';
import { startMovies } from '../../../examples/movies/server.ts';

export interface Answer {
	readonly status: number;
	readonly headers: http.IncomingHttpHeaders;
	readonly text: string;
	/** The parsed body; undefined when it is empty. */
	// biome-ignore lint/suspicious/noExplicitAny: tests read whatever the server answers; the document test checks its shape
	readonly json: any;
}

export interface Extras {
	readonly body?: string | Buffer;
	readonly headers?: http.OutgoingHttpHeaders;
}

export type Send = (method: string, path: string, extras?: Extras) => Promise<Answer>;

/** A film world of its own for a test, gone when the test ends. The path goes on the wire as it is, unlike with fetch. */
export async function openMovies(t: TestContext): Promise<Send> {
	const { url, close } = await startMovies();
	t.after(close);
	return (method, path, extras) => send(url, method, path, extras);
}

/** Sends a JSON body. */
export function json(body: unknown): Extras {
	return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

export function send(url: string, method: string, path: string, { body, headers }: Extras = {}): Promise<Answer> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve, reject) => {
		const request = http.request({ hostname, port, method, path, headers, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString('utf8');
				resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) });
			});
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** The first person found by this name. */
export async function personId(movies: Send, name: string): Promise<number> {
	return (await movies('GET', `/search/person?query=${encodeURIComponent(name)}`)).json.results[0].id;
}

/** The first film found by this title in this year. */
export async function movieId(movies: Send, title: string, year: number): Promise<number> {
	return (await movies('GET', `/search/movie?query=${encodeURIComponent(title)}&year=${year}`)).json.results[0].id;
}
