import type { JsonObject, JsonValue } from '../../../src/json.ts';

/** A session of the simulator that is the scorer's own. */
export interface ReplaySession {
	/** What the tool answers, refusals included. */
	call(tool: string, args: JsonObject): Promise<JsonValue>;
	state(): Promise<JsonValue>;
}

/**
 * Begins a session at `base` (`http://127.0.0.1:8101`) with its databases as they are at first: what a row of calls answers and leaves behind is found
 * out where the strategy's calls went, so the simulator's own rules hold for both. Rejects with an Error when there is no such server.
 */
export async function beginReplay(base: string, session: string): Promise<ReplaySession> {
	const send = async (path: string, body?: JsonObject): Promise<JsonValue> => {
		const address = `${base}/s/${encodeURIComponent(session)}/${path}`;
		const headers = { 'content-type': 'application/json' };
		const response = await fetch(address, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
		if (response.status >= 500) throw new Error(`the simulator answers ${response.status} to ${path}`);
		return (await response.json()) as JsonValue;
	};
	await send('_admin/reset', {});
	return { call: send, state: () => send('_admin/state') };
}
