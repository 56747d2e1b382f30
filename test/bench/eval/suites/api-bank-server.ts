import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { JsonObject, JsonValue } from '../../../../src/json.ts';

/**
 * A server with sessions, as API-Bank's simulator has them: `AddAlarm` writes, `QueryAlarm` refuses what was not added. Without a log, which only
 * strategies fill.
 */
export async function startAlarms(
	context: TestContext,
): Promise<{ readonly base: string; readonly sessions: ReadonlyMap<string, string[]> }> {
	const sessions = new Map<string, string[]>();
	const server = createServer(async (request, response) => {
		const [, , session = '', ...rest] = (request.url ?? '').split('/');
		const name = decodeURIComponent(session);
		const path = rest.join('/');
		if (path === '_admin/reset') sessions.set(name, []);
		const alarms = sessions.get(name) ?? [];
		let text = '';
		for await (const chunk of request) text += chunk;
		response.end(JSON.stringify(path.startsWith('_admin') ? alarms : answer(path, JSON.parse(text) as JsonObject, alarms)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(() => server.close());
	return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sessions };
}

function answer(tool: string, input: JsonObject, alarms: string[]): JsonValue {
	const time = String(input.time);
	if (tool === 'AddAlarm') alarms.push(time);
	const isThere = alarms.includes(time);
	return called(tool, time, isThere);
}

/** What the tool answers. */
export function called(tool: string, time: string, succeeds = true): JsonObject {
	return { api_name: tool, input: { time }, output: succeeds ? 'success' : null, exception: succeeds ? null : 'no such alarm' };
}
