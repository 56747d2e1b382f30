import type { CommandServices, Confirmation, Request } from '../../../commands/command.ts';
import { parseLine } from '../../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../../commands/run-command.ts';
import { settingsOf } from '../../../commands/settings.ts';
import { commandTable } from '../../../commands/table.ts';
import { readConfig } from '../../../src/config.ts';
import type { JsonObject } from '../../../src/json.ts';
import { type Fixture, openFixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { json, type LocalServer, type ReceivedRequest, serve } from '../../toolset/http/local-server.ts';

/** The whole bot, and an API whose document can be another one every time it is read. */
export interface AdminWorld {
	readonly bot: Fixture;
	readonly api: LocalServer;
	/** What the API says of itself from now on. */
	publish(document: JsonObject): void;
	/** Does what a line says, without asking, as a script does. The reply as JSON. */
	say(line: string, options?: Said): Promise<string>;
	/** What is asked before. */
	ask(line: string, options?: Said): Promise<Confirmation>;
	/** Asks, says yes, and does it, as a chat does. */
	agree(line: string, options?: Said): Promise<string>;
	close(): Promise<void>;
}

export interface Said {
	readonly isAdmin?: boolean;
	readonly workspaceId?: string;
	/** Another process of the bot. */
	readonly by?: Fixture;
}

export async function openAdminWorld(answer: (request: ReceivedRequest) => readonly [status: number, value: unknown] = () => [200, []]) {
	let document: JsonObject = {};
	const api = await serve((request, response) => {
		if (request.url === '/openapi.json') return json(response, document);
		const [status, value] = answer(request);
		json(response, value, status);
	});
	const bot = await openFixture({ environment: { TOOLSET_SECRET_CRM: 'hunter2hunter2', ENCRYPTION_KEY: 'k'.repeat(32) } });
	const prepared = (line: string, { isAdmin = true, workspaceId = WORKSPACE, by = bot }: Said) => {
		const { command, options } = parseLine(line, commandTable);
		const request: Request = { workspaceId, conversation: 'thread', user: { id: 'ada', isAdmin: async () => isAdmin }, options };
		const services: CommandServices = {
			...by.services,
			readDocument: by.services.readDocumentAsOperator,
			sampleQuestions: [],
			settings: settingsOf(readConfig({})),
		};
		return { command, request, services };
	};
	const world: AdminWorld = {
		bot,
		api,
		publish(next) {
			document = { ...next, servers: next.servers ?? [{ url: api.origin }] };
		},
		async say(line, said = {}) {
			const { command, request, services } = prepared(line, said);
			return JSON.stringify(await runCommand(command, request, services));
		},
		async ask(line, said = {}) {
			const { command, request, services } = prepared(line, said);
			return confirmationOf(command, request, services);
		},
		async agree(line, said = {}) {
			const { command, request, services } = prepared(line, said);
			const { options } = await confirmationOf(command, request, services);
			return JSON.stringify(await runCommand(command, { ...request, options }, services));
		},
		async close() {
			await bot.close();
			await api.close();
		},
	};
	return world;
}

/** `'GET /users/{id}': 'getUser'` and the like as a document. */
export function documentOf(operations: Readonly<Record<string, string>>, more: JsonObject = {}): JsonObject {
	const paths: Record<string, JsonObject> = {};
	for (const [origin, operationId] of Object.entries(operations)) {
		const [method = '', path = ''] = origin.split(' ');
		const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
			name,
			in: 'path',
			required: true,
			schema: { type: 'integer' },
		}));
		const operation = { operationId, parameters, responses: { 200: { description: 'ok' } } };
		paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
	}
	return { openapi: '3.1.0', info: { title: 'Customers', version: '1' }, paths, ...more };
}

export const USERS = {
	'GET /users': 'listUsers',
	'GET /users/{id}': 'getUser',
	'POST /users': 'createUser',
	'PUT /users/{id}': 'replaceUser',
	'DELETE /users/{id}': 'deleteUser',
};
