import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { App, type Installation, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { startSlack } from './slack.ts';

const FILMS = { id: 'T0FILMS', name: 'Films' };
const MUSIC = { id: 'T0MUSIC', name: 'Music', installed: false };

test('two workspaces see nothing of each other', async (t) => {
	const slack = await startSlack({ workspaces: [FILMS, { ...MUSIC, installed: true }] });
	t.after(slack.close);
	const said = await slack.person('dana').say('general', 'in films');
	const elsewhere = await slack.person('dana', { team: 'T0MUSIC' }).say('general', 'in music');
	assert.notEqual(said.channel, elsewhere.channel);
	const [films, music] = [slack.botToken('T0FILMS'), slack.botToken('T0MUSIC')].map(
		(token) => new WebClient(token, { slackApiUrl: slack.apiUrl }),
	);
	assert.equal((await films?.auth.test())?.team_id, 'T0FILMS');
	assert.equal((await music?.auth.test())?.team_id, 'T0MUSIC');
	await assert.rejects(async () => films?.chat.postMessage({ channel: elsewhere.channel, text: 'hi' }), /channel_not_found/);
	const { user } = (await music?.users.info({ user: elsewhere.user })) ?? {};
	assert.deepEqual([user?.team_id, user?.name, user?.is_admin], ['T0MUSIC', 'dana', false]);
});

test('an app is installed by its own page, and told when it is removed', async (t) => {
	const slack = await startSlack({ workspaces: [FILMS, MUSIC] });
	const installed = new Map<string, Installation>();
	const gone: string[] = [];
	const clientOptions = { slackApiUrl: slack.apiUrl };
	const app = new App({
		signingSecret: slack.signingSecret,
		clientId: slack.clientId,
		clientSecret: slack.clientSecret,
		stateSecret: 'a secret of the app',
		scopes: ['chat:write', 'channels:history'],
		clientOptions,
		installerOptions: { clientOptions, authorizationUrl: slack.authorizeUrl, directInstall: true },
		logLevel: LogLevel.ERROR,
		installationStore: {
			storeInstallation: async (installation) => void installed.set(installation.team?.id ?? '', installation),
			fetchInstallation: async (query) => installed.get(query.teamId ?? '') ?? Promise.reject(new Error('not installed')),
			deleteInstallation: async (query) => void installed.delete(query.teamId ?? ''),
		},
	});
	app.event('app_uninstalled', async ({ body }) => void gone.push(body.team_id));
	app.message(async ({ client, message, event }) => {
		if (message.subtype === undefined && !message.bot_id) await client.chat.postMessage({ channel: event.channel, text: 'heard' });
	});
	const server = (await app.start(0)) as { address(): AddressInfo };
	t.after(async () => {
		await app.stop();
		await slack.close();
	});
	const origin = `http://localhost:${server.address().port}`;
	await slack.deliverTo(`${origin}/slack/events`);
	const dana = slack.person('dana', { admin: true, team: 'T0MUSIC' });
	const page = await dana.install(`${origin}/slack/install`);
	assert.equal(page.status, 200);
	const { bot, team } = installed.get('T0MUSIC') ?? {};
	assert.deepEqual([team, bot?.scopes], [{ id: 'T0MUSIC', name: 'Music' }, ['chat:write', 'channels:history']]);
	const said = await dana.say('albums', 'hello');
	await slack.until(() => slack.messages(said.channel).some((message) => message.text === 'heard'));
	slack.uninstall('T0MUSIC');
	await slack.until(() => gone.length > 0);
	assert.deepEqual(gone, ['T0MUSIC']);
	await assert.rejects(() => new WebClient(bot?.token, clientOptions).auth.test(), /account_inactive/);
});
