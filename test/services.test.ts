import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { ToolsetRecord } from '../src/toolset/catalogue.ts';
import { openFixture, WORKSPACE } from './pipeline/fixture.ts';
import { json, serve } from './toolset/http/local-server.ts';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
const OAUTH = {
	SLACK_APP_TOKEN: 'xapp-1',
	SLACK_CLIENT_ID: '1.2',
	SLACK_CLIENT_SECRET: 'a client secret',
	ENCRYPTION_KEY: 'an operator key of more than 32 characters',
};
const DISCORD = { DISCORD_TOKEN: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.abcdef.a-token' };

/** An API on this machine, and the services of a process with these settings. */
async function openWorld(context: TestContext, environment: Readonly<Record<string, string>>) {
	const api = await serve((_request, response) => json(response, 'yes'));
	const { services, close } = await openFixture({ environment });
	context.after(async () => {
		await close();
		await api.close();
	});
	const paths = { '/word': { get: { operationId: 'getWord', responses: { 200: { description: 'ok' } } } } };
	const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'Local', version: '1' }, servers: [{ url: api.origin }], paths });
	const connect = (workspaceId: string, more: Partial<ToolsetRecord> = {}) =>
		services.catalogue.add({ workspaceId, name: 'local', source: 'local.json', addedAt: '2026-01-01', addedBy: 'ada', ...more }, document);
	return { api, connect };
}

describe('the rights of a workspace', () => {
	test('to call this machine are those of the console, in the same process', async (context) => {
		const { api, connect } = await openWorld(context, { ...SLACK, ...DISCORD });
		const call = async (workspaceId: string) => {
			const toolset = await connect(workspaceId);
			const tool = toolset.tools.get('getWord') ?? assert.fail();
			return toolset.call(tool, {}, { signal: AbortSignal.timeout(5_000) });
		};
		for (const workspaceId of ['slack:T1', 'discord:123456789012345678']) {
			const refused = await call(workspaceId);
			assert.equal(refused.ok ? 'answered' : refused.kind, 'refused', workspaceId);
		}
		assert.deepEqual(api.requests, []);
		assert.ok((await call('console:local')).ok);
	});

	for (const [chats, environment, several] of [
		['one workspace of Slack', SLACK, false],
		['many workspaces of Slack', OAUTH, true],
		['Discord', DISCORD, true],
		['Slack and Discord', { ...SLACK, ...DISCORD }, true],
	] as const) {
		test(`to the operator's secrets are ${several ? 'each its own' : 'the same for all'} with ${chats}`, async (context) => {
			const hosts = { TOOLSET_SECRET_CRM: 'hunter2hunter2', TOOLSET_SECRET_CRM_HOSTS: 'crm.example.com' };
			const { connect } = await openWorld(context, { ...environment, ...hosts });
			const adding = () => connect('slack:T1', { credential: 'bearer:CRM', baseUrl: 'https://crm.example.com' });
			if (several) await assert.rejects(adding(), { code: 'configuration', message: /TOOLSET_SECRET_CRM_WORKSPACES=slack:T1/ });
			else assert.equal((await adding()).address, 'https://crm.example.com');
		});
	}
});

describe('a toolset that cannot be opened', () => {
	test('is told in the log once, in a line with the reason and without a stack', async (context) => {
		const secret = { TOOLSET_SECRET_CRM: 'hunter2hunter2' };
		const { services, folder, close } = await openFixture({ environment: secret });
		context.after(close);
		const paths = { '/word': { get: { operationId: 'getWord', responses: { 200: { description: 'ok' } } } } };
		const servers = [{ url: 'https://crm.example.com' }];
		const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'Local', version: '1' }, servers, paths });
		const record = { workspaceId: WORKSPACE, name: 'local', source: 'local.json', addedAt: '2026-01-01', addedBy: 'ada' };
		await services.catalogue.add({ ...record, credential: 'bearer:CRM' }, document);
		const lines: string[] = [];
		const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
		const without = await openFixture({ folder, logger });
		for (let question = 0; question < 3; question += 1) {
			assert.deepEqual(
				(await without.services.catalogue.toolsets(WORKSPACE)).map(({ name }) => name),
				['movies'],
			);
		}
		await without.leave();
		assert.equal(lines.length, 1, lines.join(''));
		const { msg, err } = JSON.parse(lines[0] ?? '');
		assert.match(msg, /^the toolset local of \S+ cannot be opened, .*TOOLSET_SECRET_CRM is not set/);
		assert.equal(err, undefined);
	});
});
