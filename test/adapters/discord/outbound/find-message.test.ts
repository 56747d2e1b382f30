import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type APIMessage, PermissionFlagsBits, type REST, type RequestData, Routes } from 'discord.js';
import { findMessage, snowflakeAt } from '../../../../adapters/discord/outbound/find-message.ts';
import { markerOf, nonceOf } from '../../../../adapters/discord/outbound/marker.ts';
import { createWorld, message, type World } from './outbound-fixture.ts';

const HISTORY = 'GET /channels/:id/messages';
const DAY_MS = 24 * 3_600_000;

async function sayMuch({ discord, channel }: World, messages: number): Promise<void> {
	const dana = discord.person('dana');
	for (let index = 0; index < messages; index++) await dana.say(channel, `${index}`);
}

describe('a message that may have been posted', { concurrency: 4 }, () => {
	it('is found among others, however many came after it', async () => {
		await using world = await createWorld();
		const { api, channel, outbound } = world;
		await sayMuch(world, 120);
		const id = await outbound.post({ channel }, 'a', message('a'));
		await outbound.post({ channel }, 'b', message('a'));
		await sayMuch(world, 230);
		assert.equal(await findMessage(api, channel, 'a'), id);
		assert.equal(world.called(HISTORY), 3);
	});

	it('is not found when it is not there, or was deleted', async () => {
		await using world = await createWorld();
		const { api, channel, outbound } = world;
		await sayMuch(world, 100);
		assert.equal(await findMessage(api, channel, 'a'), undefined);
		const id = await outbound.post({ channel }, 'a', message('a'));
		await outbound.remove({ channel, message: id });
		assert.equal(await findMessage(api, channel, 'a'), undefined);
	});

	it('is not looked for among what is older than it can be', async () => {
		await using world = await createWorld();
		await sayMuch(world, 250);
		// All of it is older than a message that is sent tomorrow.
		assert.equal(await findMessage(world.api, world.channel, 'a', Date.now() + DAY_MS), undefined);
		assert.equal(world.called(HISTORY), 1);
	});

	it('cannot be found where the bot reads no history', async () => {
		await using world = await createWorld();
		const { api, discord, channel, outbound } = world;
		await outbound.post({ channel }, 'a', message('a'));
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.ReadMessageHistory });
		assert.equal(await findMessage(api, channel, 'a'), undefined);
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.ViewChannel });
		assert.equal(await findMessage(api, channel, 'a'), undefined);
	});

	it('is not one that somebody else has marked so', async () => {
		await using world = await createWorld();
		const { api, discord, channel, outbound } = world;
		const id = await outbound.post({ channel }, 'a', message('a'));
		const { author, ...others } = (await api.get(Routes.channelMessage(channel, id))) as APIMessage;
		const forged = { ...others, id: String(BigInt(id) + 1n), author: { ...author, id: discord.person('eve').id } };
		const get = api.get.bind(api);
		const rest = Object.assign(Object.create(api) as REST, {
			get: async (route: `/${string}`, options?: RequestData) => {
				const answer = await get(route, options);
				return Array.isArray(answer) ? [forged, ...answer] : answer;
			},
		});
		assert.equal(await findMessage(rest, channel, 'a'), id);
	});

	it('leaves an error where Discord cannot say', async () => {
		await using world = await createWorld();
		world.discord.faults.next(HISTORY, { status: 500 }, 4);
		await assert.rejects(findMessage(world.api, world.channel, 'a'));
	});
});

describe('the marks of a message', () => {
	it('fit into what Discord takes, and differ', () => {
		const keys = Array.from({ length: 10_000 }, (_, index) => `01K${index}.${index % 7}.0`);
		const markers = new Set(keys.map(markerOf));
		assert.equal(markers.size, keys.length);
		for (const marker of markers) assert.ok(Number.isInteger(marker) && marker > 0 && marker < 2 ** 31);
		assert.equal(new Set(keys.map(nonceOf)).size, keys.length);
		assert.ok(keys.every((key) => nonceOf(key).length === 25));
		assert.equal(markerOf('a'), markerOf('a'));
	});
});

describe('the smallest id of a time', () => {
	it('is that of Discord', () => {
		// discord.com/developers/docs/reference#snowflakes: 175928847299117063 was made at 2016-04-30 11:18:25.796 UTC.
		const at = Date.parse('2016-04-30T11:18:25.796Z');
		assert.ok(snowflakeAt(at) <= 175_928_847_299_117_063n && snowflakeAt(at + 1) > 175_928_847_299_117_063n);
		assert.equal(snowflakeAt(0), 0n);
	});
});
