import { setTimeout as sleep } from 'node:timers/promises';
import { createProblems } from '../checks/problems.ts';
import { messageOf, plainRefusal, Refusal } from '../refusal.ts';
import type { Fault } from '../state/faults.ts';
import type { ApiCall, World } from '../world.ts';
import type { Answer } from './call.ts';
import type { Body } from './read-body.ts';
import { match, type Route } from './routes.ts';

/** What goes back over the wire; `cut` instead of an answer breaks the connection. */
export type Response = 'cut' | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export interface Request {
	readonly method: string;
	/** Without `/api/v10`. */
	readonly pathname: string;
	readonly query: URLSearchParams;
	readonly authorization: string;
	/** Rejects with a Refusal when it cannot be read. */
	readonly body: Promise<Body>;
}

/** One call from its arrival to its answer: recorded, met by the fault that is due, let in, and done. */
export async function answerCall(world: World, routes: readonly Route[], request: Request): Promise<Response> {
	const found = find(routes, request);
	const body = await request.body.catch((error: unknown) => error);
	// Whoever hung up while sending hears nothing.
	if (!isBody(body) && !(body instanceof Refusal)) return 'cut';
	const known = found?.route.name.replace(/^\S+ /, '') ?? request.pathname;
	const json = isBody(body) ? body.json : undefined;
	const call: ApiCall = {
		method: request.method,
		route: known,
		path: request.pathname,
		at: Date.now(),
		body: json,
		...(found ? {} : { unknown: true }),
	};
	world.calls.push(call);
	const response = await withFault(world, found?.route.name ?? '', async () =>
		isBody(body) ? await enter(world, found, request, body) : refuse(body),
	).catch((error: unknown) => failed(world, error));
	call.status = response === 'cut' ? 0 : response.status;
	const code = response === 'cut' ? undefined : codeIn(response.body);
	if (code !== undefined && call.status >= 400) call.code = code;
	return response;
}

/** No fault of the app's: kept, so that the test fails in the end. */
function failed(world: World, error: unknown): Response {
	world.failures.push(error);
	const message = `The simulator failed: ${error instanceof Error ? error.stack : String(error)}`;
	return { status: 500, headers: JSON_TYPE, body: JSON.stringify({ message, code: 0 }) };
}

type Found = { readonly route: Route; readonly params: Record<string, string> } | undefined;

function find(routes: readonly Route[], { method, pathname }: Request): Found {
	for (const route of routes) {
		const params = match(route, method, pathname);
		if (params) return { route, params };
	}
	return undefined;
}

function isBody(value: unknown): value is Body {
	return typeof value === 'object' && value !== null && 'fields' in value;
}

async function enter(world: World, found: Found, request: Request, body: Body): Promise<Response> {
	if (!found) return refuse(plainRefusal(404, 'Not Found'));
	const { route, params } = found;
	if (!route.ownToken && request.authorization !== `Bot ${world.application.token}`) return refuse(plainRefusal(401, 'Unauthorized'));
	const major = params.id ?? params.guild ?? params.token ?? '';
	// Responses to interactions are under no limit: discord.com/developers/docs/interactions/receiving-and-responding#endpoints
	const { headers, retryAfter } = route.name.includes('/callback') ? { headers: {} } : world.rateLimit.admit(route.name, major);
	if (retryAfter !== undefined) return tooMany(retryAfter, 'user', headers);
	try {
		checkIds(params);
		const { json, fields, files } = body;
		return answered(await route.handler({ world, params, query: request.query, fields, body: json, files }), headers);
	} catch (error) {
		return refuse(error, headers);
	}
}

const ID_NAMES: Readonly<Record<string, string>> = {
	id: 'channel_id',
	mid: 'message_id',
	guild: 'guild_id',
	user: 'user_id',
	app: 'application_id',
};

/** An id in a path is a number; anything else is not looked for. */
function checkIds(params: Readonly<Record<string, string>>): void {
	const problems = createProblems();
	for (const [name, value] of Object.entries(params)) {
		const shown = ID_NAMES[name];
		if (shown !== undefined && !/^\d{1,20}$/.test(value)) problems.add(shown, 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
	}
	problems.refuse();
}

const JSON_TYPE = { 'content-type': 'application/json' };

function answered({ status = 204, body }: Answer, headers: Readonly<Record<string, string>>): Response {
	// A 204 has no content and no type of it.
	if (body === undefined) return { status, headers, body: '' };
	return { status, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify(body) };
}

function refuse(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
	if (!(error instanceof Refusal)) throw error;
	return { status: error.status, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify(error.body()) };
}

/**
 * discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit; the header has whole seconds there, and less here when a test
 * asks for less.
 */
function tooMany(retryAfter: number, scope: 'user' | 'global', headers: Readonly<Record<string, string>>): Response {
	const global = scope === 'global';
	const about = {
		'retry-after': String(retryAfter < 1 ? retryAfter : Math.ceil(retryAfter)),
		'x-ratelimit-scope': scope,
		...(global ? { 'x-ratelimit-global': 'true' } : {}),
	};
	const body = JSON.stringify({ message: 'You are being rate limited.', retry_after: retryAfter, global });
	return { status: 429, headers: { ...headers, ...about, ...JSON_TYPE }, body };
}

async function withFault(world: World, route: string, work: () => Promise<Response>): Promise<Response> {
	const fault = world.faults.take(route);
	if (!fault) return await work();
	if ('delayMs' in fault) {
		await sleep(fault.delayMs);
		return await work();
	}
	if ('drop' in fault) {
		if (fault.drop === 'after') await work();
		return 'cut';
	}
	return brokenAnswer(world, route, fault);
}

function brokenAnswer(world: World, route: string, fault: Exclude<Fault, { delayMs: number } | { drop: string }>): Response {
	if ('html' in fault) {
		const page = '<!DOCTYPE html><html><head><title>discord.com | 502: Bad gateway</title></head><body>cloudflare</body></html>';
		return { status: fault.status ?? 502, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: page };
	}
	if (fault.status === 429) {
		const { retryAfter = 1, global = false } = fault;
		world.rateLimit.refused.push({ route, key: '', at: Date.now(), retryAfter, scope: global ? 'global' : 'user' });
		return tooMany(retryAfter, global ? 'global' : 'user', {});
	}
	const { status, code = 0 } = fault;
	const body = { message: messageOf(code) ?? `${status}: simulated failure`, code };
	return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function codeIn(body: string): number | undefined {
	const [, code] = /"code":(\d+)/.exec(body) ?? [];
	return code === undefined ? undefined : Number(code);
}
