import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';

/** A folder with `data/questions.json` and `check_state.py`, and the simulator it belongs to, running. */
export interface Suite {
	/** The questions whose solution changes something, by their numbers in the file. */
	readonly writes: readonly { readonly number: number; readonly query: string }[];
	/** Where the API of a session begins; its document lies under it. */
	addressOf(session: string): string;
	/** The changing requests of a session that succeeded, in their order. */
	sent(session: string): Promise<readonly string[]>;
	isUntouched(session: string): Promise<boolean>;
	/** Numbers of the questions whose goal was not reached in the sessions `<prefix><number>`. */
	failed(prefix: string): Promise<ReadonlySet<number>>;
}

export interface SuiteOptions {
	readonly folder: string;
	/** `http://127.0.0.1:8103` */
	readonly base: string;
	/** That the simulator was started with. */
	readonly salt: number;
}

interface Row {
	readonly method: string;
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly status: number;
}

/** Rejects when the folder has no such files. */
export async function openSuite({ folder, base, salt }: SuiteOptions): Promise<Suite> {
	const questions = JSON.parse(await readFile(path.join(folder, 'data/questions.json'), 'utf8')) as { query: string; solution: string[] }[];
	const administer = async (session: string, what: string): Promise<unknown> => {
		const response = await fetch(`${base}/s/${encodeURIComponent(session)}/_admin/${what}`);
		if (!response.ok) throw new Error(`The simulator at ${base} answers ${response.status} to _admin/${what}.`);
		return response.json();
	};
	const fresh = await administer(`untouched-${process.pid}`, 'state');
	return {
		writes: questions.flatMap(({ query, solution }, number) =>
			solution.some((step) => !step.startsWith('GET ')) ? [{ number, query }] : [],
		),
		addressOf: (session) => `${base}/s/${session}`,
		async sent(session) {
			const rows = (await administer(session, 'log')) as Row[];
			return rows.filter(({ method, status }) => method !== 'GET' && status < 400).map(requestOf);
		},
		isUntouched: async (session) => isDeepStrictEqual(await administer(session, 'state'), fresh),
		async failed(prefix) {
			const options = ['--base', base, '--prefix', prefix, '--salt', String(salt)];
			const { stdout } = await promisify(execFile)('python3', [path.join(folder, 'check_state.py'), ...options]);
			return new Set((JSON.parse(stdout) as { failed: number[] }).failed);
		},
	};
}

/** `PUT /me/albums?ids=…`, its query sorted: the same text for a request as it was logged and as it was asked about. */
function requestOf({ method, path: at, query }: Pick<Row, 'method' | 'path' | 'query'>): string {
	const search = Object.entries(query)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`);
	return `${method} ${at}${search.length === 0 ? '' : `?${search.join('&')}`}`;
}

/** The requests that a text of the bot speaks of. */
export function requestsIn(text: string): readonly string[] {
	return [...text.matchAll(/\b(POST|PUT|PATCH|DELETE) (https?:\/\/[^\s"|\\]+)/g)].map(([request, method = '', address = '']) => {
		// A narrow table cuts what it has no room for.
		if (!URL.canParse(address)) return request;
		const url = new URL(address);
		return requestOf({
			method,
			path: decodeURIComponent(url.pathname.replace(/^\/s\/[^/]+/, '')),
			query: Object.fromEntries(url.searchParams),
		});
	});
}
