import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { authenticate, connect } from '../../../adapters/discord/access/connect.ts';
import { createClient } from '../../../adapters/discord/access/create-client.ts';
import { createOutbound } from '../../../adapters/discord/outbound/outbound.ts';
import { createPeople } from '../../../adapters/discord/people.ts';
import { createPostings } from '../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { startDiscord } from '../../simulators/discord/discord.ts';

const logger = pino({ level: 'silent' });
const MEMBER = 'GET /guilds/:guild/members/:user';

interface Options {
	readonly admins?: readonly string[];
	/** Whether there is a connection, over which Discord tells of its servers. */
	readonly connected?: boolean;
}

async function open(context: TestContext, { admins = [], connected = true }: Options = {}) {
	const discord = await startDiscord({ guilds: [{ name: 'Films' }, { name: 'Books' }] });
	const storage = await openStorage('sqlite://:memory:', { logger });
	const client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
	const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
	const outbound = createOutbound({ api: client.rest, postings, logger, retryMs: 1 });
	context.after(async () => {
		await outbound.close();
		// First: a client whose Discord is gone tries for ever.
		await client.destroy();
		await discord.close();
		await storage.close();
	});
	await (connected ? connect : authenticate)(client, discord.token);
	return { discord, client, workspace: `discord:${discord.guild('Films')}`, people: createPeople({ client, outbound, admins }) };
}

describe('an admin', { concurrency: true }, () => {
	test('is who may manage the server, and nobody else', async (context) => {
		const { discord, workspace, people } = await open(context);
		const [dana, ada] = [discord.person('dana'), discord.person('ada', { admin: true })];
		const elsewhere = discord.person('eve', { guild: 'Books', admin: true });
		const outsider = discord.person('oscar', { outsider: true });
		const isAdmin = (user: { readonly id: string }) => people.isAdmin(workspace, user.id);
		assert.deepEqual(await Promise.all([dana, ada, elsewhere, outsider].map(isAdmin)), [false, true, false, false]);
		assert.equal(await people.isAdmin(`discord:${discord.guild('Books')}`, elsewhere.id), true);
		assert.equal(await people.isAdmin(workspace, '100000000000000001'), false, 'nobody has this id');
		discord.setAdmin(ada, false);
		discord.setAdmin(dana, true);
		assert.deepEqual(await Promise.all([dana, ada].map(isAdmin)), [true, false], 'asked for anew every time');
	});

	test('is known without a connection, and so are the names of people', async (context) => {
		const { discord, workspace, people } = await open(context, { connected: false });
		const [dana, ada] = [discord.person('dana'), discord.person('ada', { admin: true })];
		const outsider = discord.person('oscar', { outsider: true });
		assert.deepEqual(await Promise.all([dana, ada, outsider].map(({ id }) => people.isAdmin(workspace, id))), [false, true, false]);
		assert.equal(await people.isAdmin('discord:123456789012345678', ada.id), false, 'the bot is not there');
		assert.deepEqual(await Promise.all([dana, outsider].map(({ id }) => people.nameOf(workspace, id))), ['dana', 'oscar']);
		discord.setAdmin(ada, false);
		assert.equal(await people.isAdmin(workspace, ada.id), false, 'asked for anew every time');
	});

	test('is whom the operator listed, wherever they are', async (context) => {
		const { discord, workspace, people } = await open(context, { admins: ['100000000000000001'] });
		discord.faults.next(MEMBER, { status: 500 }, 100);
		for (const place of [workspace, 'discord:@100000000000000001', `discord:${discord.guild('Books')}`]) {
			assert.equal(await people.isAdmin(place, '100000000000000001'), true, place);
		}
		assert.equal(people.isListed('100000000000000001'), true);
		assert.equal(people.isListed('100000000000000002'), false);
	});

	test('is nobody outside of servers, nor in one that the bot is not in', async (context) => {
		const { discord, client, workspace, people } = await open(context);
		const ada = discord.person('ada', { admin: true });
		assert.equal(await people.isAdmin(`discord:@${ada.id}`, ada.id), false);
		assert.equal(await people.isAdmin('slack:T1', ada.id), false);
		discord.kick('Films');
		await discord.until(() => client.guilds.cache.size === 1);
		assert.equal(await people.isAdmin(workspace, ada.id), false);
		assert.equal(await people.isMember(discord.guild('Films'), ada.id), false);
	});

	test('is nobody when Discord does not say: whoever asks is told', async (context) => {
		const { discord, workspace, people } = await open(context);
		const ada = discord.person('ada', { admin: true });
		discord.faults.next(MEMBER, { status: 500 }, 100);
		await assert.rejects(people.isAdmin(workspace, ada.id), { code: 'network', userMessage: /Discord did not answer as it should/ });
		await assert.rejects(people.isMember(discord.guild('Films'), ada.id), { code: 'network' });
	});
});

test('a member is who is in the server', async (context) => {
	const { discord, people } = await open(context);
	const [dana, eve] = [discord.person('dana'), discord.person('eve', { guild: 'Books' })];
	assert.equal(await people.isMember(discord.guild('Films'), dana.id), true);
	assert.equal(await people.isMember(discord.guild('Films'), eve.id), false);
	assert.equal(await people.isMember('100000000000000009', dana.id), false);
});

test('people are named as others see them, or by their id', async (context) => {
	const { discord, workspace, people } = await open(context);
	const [dana, eve] = [discord.person('dana'), discord.person('eve', { guild: 'Books' })];
	assert.equal(await people.nameOf(workspace, dana.id), 'dana');
	assert.equal(await people.nameOf(workspace, eve.id), 'eve', 'who has left the server');
	assert.equal(await people.nameOf(`discord:@${dana.id}`, dana.id), 'dana');
	assert.equal(await people.nameOf(workspace, '100000000000000001'), '100000000000000001');
	discord.faults.next(MEMBER, { status: 500 }, 100);
	assert.equal(await people.nameOf(workspace, dana.id), dana.id);
});
