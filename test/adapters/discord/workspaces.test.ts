import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createWorkspaces, type Workspaces } from '../../../adapters/discord/workspaces.ts';
import { UserError } from '../../../src/errors.ts';
import { connectClient, openParts } from './connect-client.ts';

const DANA = '200000000000000001';
const OWN = `discord:@${DANA}`;

async function open(context: TestContext, servers: readonly string[]) {
	const { discord, storage } = await openParts(context, { guilds: servers.map((name) => ({ name })) });
	const client = await connectClient(context, discord);
	const members = new Set(servers.map((name) => `${discord.guild(name)}/${DANA}`));
	const welcomed: string[] = [];
	const people = { isMember: async (guild: string, user: string) => members.has(`${guild}/${user}`) };
	const welcome = async (workspaceId: string) => void welcomed.push(workspaceId);
	const workspaces = (): Workspaces => createWorkspaces({ client, storage, people, welcome });
	return {
		discord,
		client,
		storage,
		welcomed,
		/** As of one process of several. */
		workspaces,
		workspaceOf: (name: string) => `discord:${discord.guild(name)}`,
		leave: (name: string) => void members.delete(`${discord.guild(name)}/${DANA}`),
	};
}

describe('whose APIs answer somebody outside of servers', { concurrency: true }, () => {
	test('are those of the only server, as long as they are a member', async (context) => {
		const { workspaces, workspaceOf, leave } = await open(context, ['Films']);
		assert.equal(await workspaces().of(DANA), workspaceOf('Films'));
		leave('Films');
		assert.equal(await workspaces().of(DANA), OWN);
		assert.equal(await workspaces().of('200000000000000002'), 'discord:@200000000000000002');
	});

	test('are their own where the bot is in several servers, or in none, and they have asked in none', async (context) => {
		const { workspaces } = await open(context, ['Films', 'Books']);
		assert.equal(await workspaces().of(DANA), OWN);
		const none = await open(context, ['Films']);
		none.discord.kick('Films');
		await none.discord.until(() => none.client.guilds.cache.size === 0);
		assert.equal(await none.workspaces().of(DANA), OWN);
	});

	test('are those of the server they asked in last', async (context) => {
		const { workspaces, workspaceOf, discord } = await open(context, ['Films', 'Books']);
		const here = workspaces();
		await here.remember(DANA, discord.guild('Films'));
		assert.equal(await here.of(DANA), workspaceOf('Films'));
		await here.remember(DANA, discord.guild('Books'));
		assert.equal(await here.of(DANA), workspaceOf('Books'));
		await here.remember(DANA, discord.guild('Films'));
		assert.equal(await workspaces().of(DANA), workspaceOf('Films'), 'after a restart, too');
	});

	test('are those of the server they asked in last, whichever process was asked', async (context) => {
		const { workspaces, workspaceOf, discord } = await open(context, ['Films', 'Books']);
		const [here, there] = [workspaces(), workspaces()];
		await here.remember(DANA, discord.guild('Films'));
		await there.remember(DANA, discord.guild('Books'));
		await here.remember(DANA, discord.guild('Films'));
		for (const each of [here, there]) assert.equal(await each.of(DANA), workspaceOf('Films'));
	});

	test('are those of no server that the bot, or they, have left', async (context) => {
		const { workspaces, workspaceOf, discord, client, leave } = await open(context, ['Films', 'Books', 'Plays']);
		const here = workspaces();
		await here.remember(DANA, discord.guild('Films'));
		leave('Films');
		assert.equal(await here.of(DANA), OWN);
		await here.remember(DANA, discord.guild('Books'));
		assert.equal(await here.of(DANA), workspaceOf('Books'));
		discord.kick('Books');
		await discord.until(() => client.guilds.cache.size === 2);
		assert.equal(await here.of(DANA), OWN);
		discord.kick('Films');
		await discord.until(() => client.guilds.cache.size === 1);
		assert.equal(await here.of(DANA), workspaceOf('Plays'), 'there is only one left');
	});
});

describe('a workspace', () => {
	test('is made ready once, and again when that failed', async (context) => {
		const { client, storage } = await open(context, ['Films']);
		let calls = 0;
		let fails = true;
		const welcome = async () => {
			calls++;
			if (fails) throw new UserError('storage', 'The storage is busy.');
		};
		const workspaces = createWorkspaces({ client, storage, people: { isMember: async () => true }, welcome });
		await Promise.all([1, 2].map(() => assert.rejects(workspaces.welcome('discord:1'), /busy/)));
		assert.equal(calls, 1);
		fails = false;
		await Promise.all([1, 2].map(() => workspaces.welcome('discord:1')));
		await workspaces.welcome('discord:1');
		assert.equal(calls, 2);
		await workspaces.welcome('discord:2');
		assert.equal(calls, 3);
	});
});
