import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostedTarget } from '../../../../adapters/discord/outbound/target.ts';
import { UserError } from '../../../../src/errors.ts';
import { createWorld, EDIT, message, messageWithFile, UPDATE_MS, type World } from './outbound-fixture.ts';

/** A server of its own for each. */
const options = { concurrency: 4 };
const REMOVE = 'DELETE /channels/:id/messages/:mid';

async function posted(world: World, key = 'a', channel = world.channel): Promise<PostedTarget> {
	return { channel, message: await world.outbound.post({ channel }, key, message(key)) };
}

function refOf({ channel, message: id }: PostedTarget) {
	return { channel_id: channel, id };
}

describe('updates of a message', options, () => {
	it('show the newest, and not all that came in between', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		await Promise.all(Array.from({ length: 30 }, (_, index) => world.outbound.update(target, message(`${index}`))));
		assert.deepEqual(world.texts(), ['29']);
		assert.equal(world.called(EDIT), 1);
	});

	it('keep their distance', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		const shown: Promise<void>[] = [];
		for (let index = 0; index < 30; index++) {
			shown.push(world.outbound.update(target, message(`${index}`)));
			await delay(5);
		}
		await Promise.all(shown);
		assert.deepEqual(world.texts(), ['29']);
		const times = world.discord.calls.filter(({ method }) => method === 'PATCH').map(({ at }) => at);
		assert.ok(times.length > 1);
		for (const [index, at] of times.slice(1).entries()) assert.ok(at - (times[index] ?? 0) > UPDATE_MS - 2);
	});

	it('are repeated after trouble', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		for (const fault of [{ status: 500 }, { drop: 'before' }, { drop: 'after' }, { html: true, status: 200 }] as const)
			world.discord.faults.next(EDIT, fault);
		await world.outbound.update(target, message('a1'));
		assert.deepEqual(world.texts(), ['a1']);
		assert.equal(world.discord.faults.pending(), 0);
	});

	it('are given up after some attempts, and the next one goes on', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.discord.faults.next(EDIT, { drop: 'before' }, 24);
		await assert.rejects(world.outbound.update(target, message('a1')), (error) => error instanceof UserError && error.code === 'network');
		await world.outbound.update(target, message('a2'));
		assert.deepEqual(world.texts(), ['a2']);
	});

	it('are given up when Discord refuses them', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.discord.faults.next(EDIT, { status: 403, code: 50_013 });
		await assert.rejects(
			world.outbound.update(target, message('a1')),
			(error) => error instanceof UserError && error.code === 'not-allowed',
		);
		assert.equal(world.called(EDIT), 1);
	});

	it('that cannot be drawn say so instead', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.discord.faults.next(EDIT, { status: 400, code: 50_035 });
		await world.outbound.update(target, message('Approved by dana'));
		assert.match(world.texts().join(), /^Approved by dana\n-# Discord could not draw/);
	});

	it('keep the files of a message', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		const target = { channel, message: await outbound.post({ channel }, 'a', messageWithFile('May it?')) };
		const { components } = messageWithFile('Approved.');
		await outbound.update(target, { components });
		assert.deepEqual(
			discord.files().map(({ name, message_id }) => [name, message_id]),
			[['answer.csv', target.message]],
		);
	});

	it('of a message that somebody deleted, or whose channel is gone, are done', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		await world.api.delete(`/channels/${target.channel}/messages/${target.message}`);
		await world.outbound.update(target, message('a1'));
		const gone = await posted(world, 'b', world.discord.channel('gone'));
		world.discord.deleteChannel(gone.channel);
		await world.outbound.update(gone, message('b1'));
		assert.deepEqual(world.texts(), []);
	});

	it('open an archived thread again', async () => {
		await using world = await createWorld();
		const target = await posted(world, 'a', await world.thread());
		world.discord.archive(target.channel);
		await world.outbound.update(target, message('Approved.'));
		assert.deepEqual(world.texts(target.channel), ['Approved.']);
	});

	it('are given up in a thread that was locked as well', async () => {
		await using world = await createWorld();
		const target = await posted(world, 'a', await world.thread());
		world.discord.archive(target.channel, { locked: true });
		await assert.rejects(world.outbound.update(target, message('a1')), /archived and locked/);
		await assert.rejects(world.outbound.remove(target), /archived and locked/);
	});
});

describe('removing a message', options, () => {
	it('overtakes its updates', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		const shown = [
			world.outbound.update(target, message('a1')),
			world.outbound.update(target, message('a2')),
			world.outbound.remove(target),
			world.outbound.update(target, message('a3')),
		];
		await Promise.all(shown);
		assert.deepEqual([world.texts(), world.called(EDIT), world.called(REMOVE)], [[], 0, 1]);
		assert.ok(world.discord.message(refOf(target))?.deleted);
	});

	it('comes after an update that is on its way', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.discord.faults.next(EDIT, { delayMs: 200 });
		const shown = world.outbound.update(target, message('a1'));
		while (world.called(EDIT) === 0) await delay(5);
		const removed = world.outbound.remove(target);
		await Promise.all([shown, removed]);
		assert.deepEqual(
			world.discord.calls.slice(1).map(({ method }) => method),
			['PATCH', 'DELETE'],
		);
		assert.deepEqual(world.texts(), []);
	});

	it('is done when it is gone already, and when the connection broke after Discord did it', async () => {
		await using world = await createWorld();
		const [one, two] = [await posted(world, 'a'), await posted(world, 'b')];
		await world.api.delete(`/channels/${one.channel}/messages/${one.message}`);
		await world.outbound.remove(one);
		world.discord.faults.next(REMOVE, { drop: 'after' });
		await world.outbound.remove(two);
		assert.deepEqual(world.texts(), []);
	});

	it('opens an archived thread again', async () => {
		await using world = await createWorld();
		const target = await posted(world, 'a', await world.thread());
		world.discord.archive(target.channel);
		await world.outbound.remove(target);
		assert.deepEqual(world.texts(target.channel), []);
	});

	it('rejects when Discord refuses it', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.discord.faults.next(REMOVE, { status: 403, code: 50_013 });
		await assert.rejects(world.outbound.remove(target), UserError);
	});
});
