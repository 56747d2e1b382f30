import { setTimeout as sleep } from 'node:timers/promises';
import { type Fields, text } from './fields.ts';
import { openConnection } from './methods/connections.ts';
import { accessByOAuth } from './methods/oauth.ts';
import { METHODS } from './methods/table.ts';
import { Refusal } from './refusal.ts';
import { missingScope } from './scopes.ts';
import type { Fault } from './state/faults.ts';
import { type ApiCall, type World, workspaceOf } from './world.ts';

export interface ApiRequest {
	readonly method: string;
	readonly fields: Fields;
	/** Of the Authorization header. */
	readonly authorization: string;
}

export interface ApiResponse {
	readonly status: number;
	readonly headers?: Record<string, string>;
	/** Undefined cuts the connection. */
	readonly body?: Fields;
}

/** Answers one call of the Web API, with the faults that are due. */
export async function callApi(world: World, request: ApiRequest): Promise<ApiResponse> {
	const { method, fields } = request;
	const call: ApiCall = { method, team: teamOf(world, request), fields, at: Date.now() };
	world.calls.push(call);
	const fault = world.faults.take(method);
	if (fault && 'delayMs' in fault) await sleep(fault.delayMs, undefined, { ref: false });
	const response = (fault && faultBefore(fault)) ?? (await answer(world, request));
	const cut = fault !== undefined && 'drop' in fault;
	call.ok = !cut && response.body?.ok === true;
	const error = cut ? 'connection_cut' : text(response.body, 'error');
	if (error !== '') call.error = error;
	return cut ? { status: 0 } : response;
}

function faultBefore(fault: Fault): ApiResponse | undefined {
	if ('status' in fault) {
		const headers: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
		return { status: fault.status, headers, body: { ok: false, error: fault.status === 429 ? 'ratelimited' : 'internal_error' } };
	}
	if ('error' in fault) return { status: 200, body: { ok: false, error: fault.error } };
	return 'drop' in fault && fault.drop === 'before' ? { status: 0 } : undefined;
}

async function answer(world: World, request: ApiRequest): Promise<ApiResponse> {
	try {
		return await serve(world, request);
	} catch (error) {
		if (error instanceof Refusal) return { status: 200, body: { ok: false, error: error.code, ...error.extra } };
		throw error;
	}
}

function tokenOf(request: ApiRequest): string {
	return request.authorization.replace(/^Bearer\s+/i, '') || text(request.fields, 'token');
}

function teamOf(world: World, request: ApiRequest): string | undefined {
	return world.tokens.get(tokenOf(request))?.team;
}

async function serve(world: World, request: ApiRequest): Promise<ApiResponse> {
	const { method, fields } = request;
	const token = tokenOf(request);
	if (method === 'api.test') return { status: 200, body: { ok: true, args: fields } };
	if (method === 'oauth.v2.access') return { status: 200, body: { ok: true, ...(await accessByOAuth(world, request)) } };
	if (method === 'apps.connections.open') return { status: 200, body: { ok: true, ...openConnection(world, token) } };
	const handle = METHODS[method];
	if (!handle) throw new Refusal('unknown_method', { req_method: method });
	if (token === '') throw new Refusal('not_authed');
	const known = world.tokens.get(token);
	if (!known) throw new Refusal('invalid_auth');
	if (known.revoked) throw new Refusal(known.revoked);
	const workspace = workspaceOf(world, known.team);
	const channel = workspace.channels.find(text(fields, 'channel') || text(fields, 'channel_id'));
	const needed = missingScope(method, channel?.kind, known.scopes);
	if (needed) throw new Refusal('missing_scope', { needed, provided: known.scopes.join(',') });
	const wait = world.rateLimit.check(method, workspace.id, channel?.id ?? text(fields, 'channel'));
	if (wait !== undefined) return { status: 429, headers: { 'retry-after': String(wait) }, body: { ok: false, error: 'ratelimited' } };
	const { token: _, ...given } = fields;
	return { status: 200, body: { ok: true, ...(await handle({ world, workspace, token, method, fields: given })) } };
}
