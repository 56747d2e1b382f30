import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createEgress } from '../../../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../../../src/toolset/http/known-secrets.ts';
import { openToolset } from '../../../../src/toolset/open-toolset.ts';
import type { Toolset } from '../../../../src/toolset/tool.ts';

/** A bank over HTTP with sessions, as the servers of suites have them: each has accounts of its own, and an address of its own in its document. */
export interface Bank {
	/** `METHOD /s/<session>/path` of every request, in the order they came. */
	readonly requests: readonly string[];
	/** The bodies of the accounts opened in a session. */
	opened(session: string): readonly unknown[];
	/** Its toolset `bank`: `getAccount`, `openAccount`. */
	toolset(session: string): Promise<Toolset>;
	close(): Promise<void>;
}

export async function startBank(): Promise<Bank> {
	const requests: string[] = [];
	const accounts = new Map<string, unknown[]>();
	const opened = (session: string) => accounts.get(session) ?? [];
	const server = createServer(async (request, response) => {
		requests.push(`${request.method} ${request.url}`);
		const [status, value] = await respond(request, accounts);
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	const egress = createEgress({ allowPrivateHosts: [host], allowLoopback: false });
	const open = openToolset({
		egressOf: () => egress,
		secrets: new Map(),
		severalWorkspaces: false,
		known: createKnownSecrets([]),
		exampleUrl: async () => '',
	});
	return {
		requests,
		opened,
		toolset: (session) =>
			open({ workspaceId: 'eval', name: 'bank', source: 'bank.json', addedAt: '2026-01-01', addedBy: 'test' }, documentAt(host, session)),
		async close() {
			await egress.close();
			server.closeAllConnections();
			server.close();
		},
	};
}

async function respond(request: IncomingMessage, accounts: Map<string, unknown[]>): Promise<readonly [number, unknown]> {
	const [, , session = '', , account = ''] = request.url?.split('/') ?? [];
	if (request.method === 'GET') {
		// In another session another sum.
		return account === 'none' ? [404, { error: 'There is no such account.' }] : [200, { account, balance: session.length * 100 }];
	}
	accounts.set(session, [...(accounts.get(session) ?? []), JSON.parse(await text(request))]);
	return [200, { success: true }];
}

function documentAt(host: string, session: string): string {
	const json = (schema: object) => ({ 'application/json': { schema } });
	const string = { type: 'string' };
	const account = { name: 'account', in: 'path', required: true, schema: string };
	const found = { type: 'object', required: ['account', 'balance'], properties: { account: string, balance: { type: 'integer' } } };
	const wanted = {
		type: 'object',
		required: ['account', 'password', 'name'],
		properties: { account: string, password: string, name: string },
	};
	const success = { type: 'object', required: ['success'], properties: { success: { type: 'boolean' } } };
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Bank', version: '1' },
		servers: [{ url: `http://${host}/s/${session}` }],
		paths: {
			'/accounts/{account}': {
				get: {
					operationId: 'getAccount',
					summary: 'The balance of an account',
					parameters: [account],
					responses: { 200: { description: 'ok', content: json(found) } },
				},
			},
			'/accounts': {
				post: {
					operationId: 'openAccount',
					summary: 'Opens an account',
					requestBody: { required: true, content: json(wanted) },
					responses: { 200: { description: 'ok', content: json(success) } },
				},
			},
		},
	});
}
