import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import type { Access } from '../../../../adapters/slack/access/access.ts';
import { createAccess } from '../../../../adapters/slack/access/create-access.ts';
import { createInstallations } from '../../../../adapters/slack/access/installations.ts';
import type { SlackConfig } from '../../../../src/config.ts';
import { UserError } from '../../../../src/errors.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import { createSeal } from '../../../../src/storage/sealed.ts';
import type { Storage } from '../../../../src/storage/storage.ts';
import { startWebApi, type WebApi } from '../web-api-server.ts';

const logger = pino({ level: 'silent' });
const OAUTH = { kind: 'oauth', clientId: '1.2', clientSecret: 'secret', encryptionKey: 'k'.repeat(32) } as const;
const ofTeam = (teamId: string) => ({ teamId, enterpriseId: undefined, isEnterpriseInstall: false }) as const;

let api: WebApi;
let storage: Storage;
beforeEach(async () => {
	api = await startWebApi();
	storage = await openStorage('sqlite://:memory:', { logger });
});
afterEach(async () => {
	await api.close();
	await storage.close();
});

function open(access: SlackConfig['access']): Access {
	const delivery = { mode: 'http', signingSecret: 's' } as const;
	return createAccess({ config: { delivery, access, admins: [], apiUrl: api.url, port: 0 } as SlackConfig, storage, logger });
}
const rejection = (code: string, words: RegExp) => (error: unknown) =>
	error instanceof UserError && error.code === code && words.test(error.userMessage);

describe('access by a token', () => {
	const byToken = () => open({ kind: 'token', botToken: 'xoxb-1' });

	it('is to the workspace of the token, which Slack is asked for once', async () => {
		const access = byToken();
		assert.equal(await access.check(), 'workspace Acme');
		const authorized = await Promise.all(Array.from({ length: 20 }, () => access.authorize(ofTeam('T1'))));
		assert.deepEqual(authorized[7], { botToken: 'xoxb-1', botId: 'BBOT', botUserId: 'UBOT', teamId: 'T1' });
		assert.equal(await access.botUserId('T1'), 'UBOT');
		assert.equal((await access.clientOf('T1')).token, 'xoxb-1');
		await assert.rejects(access.clientOf('T2'), rejection('not-found', /not installed/));
		assert.equal(api.calls.length, 1);
		assert.equal(access.pages, undefined);
	});

	it('is to every workspace of an organisation when the token is good for all', async () => {
		api.answer('auth.test', { team: 'Acme', team_id: 'E1', user_id: 'UBOT', bot_id: 'BBOT', is_enterprise_install: true });
		const access = byToken();
		assert.deepEqual(await access.authorize(ofTeam('T2')), { botToken: 'xoxb-1', botId: 'BBOT', botUserId: 'UBOT' });
		assert.equal((await access.clientOf('T2')).token, 'xoxb-1');
	});

	it('says what is wrong with a token, and asks again', async () => {
		const access = byToken();
		api.fail('auth.test', { error: 'invalid_auth' });
		await assert.rejects(access.check(), rejection('configuration', /token/));
		assert.equal(await access.check(), 'workspace Acme');
	});

	it('waits for Slack when it is in trouble', async () => {
		api.fail('auth.test', { status: 503 });
		assert.equal(await byToken().check(), 'workspace Acme');
	});
});

describe('access by OAuth', () => {
	/** Another process of the same bot has taken the installation. */
	async function install(_access: Access, more: object = {}): Promise<void> {
		const { store } = createInstallations({ storage, seal: createSeal(OAUTH.encryptionKey) });
		await store.storeInstallation({
			team: { id: 'T1' },
			enterprise: undefined,
			user: { id: 'U1', token: undefined, scopes: undefined },
			bot: { id: 'BBOT', userId: 'UBOT', token: 'xoxb-T1', scopes: [] },
			isEnterpriseInstall: false,
			authVersion: 'v2',
			...more,
		});
	}
	const organisation = { team: undefined, enterprise: { id: 'E1' }, isEnterpriseInstall: true };
	const seen = async (access: Access, teamId: string) => {
		await access.authorize({ teamId, enterpriseId: 'E1', isEnterpriseInstall: true } as never);
	};

	it('is to whoever has installed the app', async () => {
		const access = open(OAUTH);
		assert.match(await access.check(), /no workspace yet/);
		await assert.rejects(access.clientOf('T1'), rejection('not-found', /not installed/));
		await install(access);
		assert.equal(await access.check(), 'one workspace');
		const client = await access.clientOf('T1');
		assert.equal(client.token, 'xoxb-T1');
		assert.equal(await access.clientOf('T1'), client);
		assert.equal(await access.botUserId('T1'), 'UBOT');
		assert.equal((await open(OAUTH).clientOf('T1')).token, 'xoxb-T1');
		assert.equal(api.calls.length, 0);
		await install(access, { bot: { id: 'BBOT', userId: 'UBOT', token: 'xoxb-new', scopes: [] } });
		assert.equal((await open(OAUTH).clientOf('T1')).token, 'xoxb-new');
	});

	it('has the pages that install the app', async (context) => {
		const { pages = [] } = open(OAUTH);
		assert.deepEqual(
			pages.map(({ path, method }) => `${method} ${path}`),
			['GET /slack/install', 'GET /slack/oauth_redirect'],
		);
		const server = createServer((request, response) => pages[0]?.handler(Object.assign(request, { params: {} }), response));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		context.after(() => server.close());
		const page = await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/install`)).text();
		assert.ok(page.includes(`${new URL(api.url).origin}/oauth/v2/authorize?`), page);
		assert.ok(page.includes('chat%3Awrite') || page.includes('chat:write'), page);
		assert.ok(!page.includes(OAUTH.encryptionKey) && !page.includes(OAUTH.clientSecret));
	});

	it('ends when the workspace removes the app', async () => {
		const access = open(OAUTH);
		await install(access);
		await access.clientOf('T1');
		api.fail('auth.test', { error: 'account_inactive' });
		assert.equal(await access.forget('T1'), true);
		await assert.rejects(access.clientOf('T1'), rejection('not-found', /not installed/));
		assert.match(await access.check(), /no workspace yet/);
		assert.equal(await access.forget('T1'), true, 'the second of the two events');
	});

	it('stays when the news that it was removed comes after it was installed anew', async () => {
		const access = open(OAUTH);
		await install(access);
		assert.equal(await access.forget('T1'), false);
		assert.equal((await access.clientOf('T1')).token, 'xoxb-T1');
	});

	it('stays with an organisation as long as its token is good', async () => {
		const access = open(OAUTH);
		await install(access, organisation);
		await seen(access, 'T1');
		await seen(access, 'T2');
		await access.forget('T1');
		assert.equal((await access.clientOf('T2')).token, 'xoxb-T1');
		api.fail('auth.test', { status: 500 });
		await assert.rejects(access.forget('T1'), rejection('network', /Slack/));
		assert.equal(await access.check(), 'one workspace');
		api.fail('auth.test', { error: 'token_revoked' });
		await access.forget('T1');
		await assert.rejects(access.clientOf('T2'), rejection('not-found', /not installed/));
	});

	it('renews tokens that are about to expire', async () => {
		const access = open(OAUTH);
		const soon = Math.floor(Date.now() / 1000) + 60;
		await install(access, {
			bot: { id: 'BBOT', userId: 'UBOT', token: 'xoxe.xoxb-old', refreshToken: 'xoxe-1', expiresAt: soon, scopes: [] },
		});
		api.answer('oauth.v2.access', { access_token: 'xoxe.xoxb-new', refresh_token: 'xoxe-2', token_type: 'bot', expires_in: 43_200 });
		assert.equal((await access.clientOf('T1')).token, 'xoxe.xoxb-new');
		assert.equal((await open(OAUTH).clientOf('T1')).token, 'xoxe.xoxb-new');
		assert.equal(api.callsOf('oauth.v2.access').length, 1);
	});

	it('says at once that the encryption key is another one', async () => {
		await install(open(OAUTH));
		await assert.rejects(open({ ...OAUTH, encryptionKey: 'x'.repeat(32) }).check(), rejection('configuration', /ENCRYPTION_KEY/));
	});

	it('fails as the storage does', async () => {
		const access = open(OAUTH);
		await storage.close();
		await assert.rejects(access.clientOf('T1'), (error) => error instanceof UserError && error.code === 'storage');
		storage = await openStorage('sqlite://:memory:', { logger });
	});
});
