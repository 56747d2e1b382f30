import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../../src/errors.ts';
import { createWorld, gaps, INTERVAL_MS, message, THREAD, type World } from './outbound-fixture.ts';

/** A server of its own for each. */
const options = { concurrency: 4 };

async function posted(world: World, key = 'a') {
	return { team: 'T1', channel: 'C1', ts: await world.outbound.post(THREAD, key, message(key)) };
}

describe('updates of a message', options, () => {
	it('show the newest, and not all that came in between', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		await Promise.all(Array.from({ length: 30 }, (_, index) => world.outbound.update(target, message(`${index}`))));
		assert.deepEqual(world.texts(), ['29']);
		assert.equal(world.api.callsOf('chat.update').length, 1);
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
		const calls = world.api.callsOf('chat.update');
		assert.ok(calls.length > 1);
		for (const gap of gaps(calls)) assert.ok(gap > INTERVAL_MS - 2, `${gap} ms apart`);
	});

	it('wait while Slack wants to be left alone, and so do those of other messages', async () => {
		await using world = await createWorld();
		const [one, two] = [await posted(world, 'a'), await posted(world, 'b')];
		world.api.fail('chat.update', { status: 429, headers: { 'retry-after': '3' } });
		const first = world.outbound.update(one, message('a1'));
		while (world.api.callsOf('chat.update').length === 0) await delay(5);
		await delay(20);
		const others = [world.outbound.update(one, message('a2')), world.outbound.update(two, message('b1'))];
		await world.outbound.post(THREAD, 'c', message('c'));
		assert.deepEqual(world.texts(), ['a', 'b', 'c'], 'a message does not wait for updates');
		await Promise.all([first, ...others]);
		assert.deepEqual(world.texts(), ['a2', 'b1', 'c']);
		assert.deepEqual(
			world.api
				.callsOf('chat.update')
				.map(({ args }) => args.text)
				.sort(),
			['a1', 'a2', 'b1'],
			'what was overtaken is not tried again',
		);
	});

	it('are repeated after trouble', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.fail('chat.update', { status: 500 });
		world.api.fail('chat.update', { cut: 'after' });
		await world.outbound.update(target, message('a1'));
		assert.deepEqual(world.texts(), ['a1']);
		assert.equal(world.api.callsOf('chat.update').length, 3);
	});

	it('are given up after some attempts, and the next one goes on', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.fail('chat.update', { status: 500 }, 6);
		await assert.rejects(world.outbound.update(target, message('a1')), (error) => error instanceof UserError && error.code === 'network');
		await world.outbound.update(target, message('a2'));
		assert.deepEqual(world.texts(), ['a2']);
	});

	it('are given up when Slack refuses them', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.fail('chat.update', { error: 'edit_window_closed' });
		await assert.rejects(
			world.outbound.update(target, message('a1')),
			(error) => error instanceof UserError && error.code === 'not-allowed',
		);
	});

	it('that cannot be drawn say so instead', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.fail('chat.update', { error: 'invalid_blocks' });
		await world.outbound.update(target, message('Approved by dana'));
		assert.match(JSON.stringify(world.api.messages[0]?.blocks), /Approved by dana.*could not draw/);
	});

	it('of a message that somebody deleted are done', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.delete(target.ts);
		await world.outbound.update(target, message('a1'));
		assert.deepEqual(world.texts(), []);
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
		assert.deepEqual(world.texts(), []);
		assert.deepEqual(
			world.api.calls.slice(1).map(({ method }) => method),
			['chat.delete'],
		);
	});

	it('comes after an update that is on its way', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		const { promise: heldBack, resolve: goOn } = Promise.withResolvers<void>();
		world.api.fail('chat.update', { hold: heldBack });
		const shown = world.outbound.update(target, message('a1'));
		while (world.api.callsOf('chat.update').length === 0) await delay(5);
		const removed = world.outbound.remove(target);
		goOn();
		await Promise.all([shown, removed]);
		assert.deepEqual(
			world.api.calls.slice(1).map(({ method }) => method),
			['chat.update', 'chat.delete'],
		);
		assert.deepEqual(world.texts(), []);
	});

	it('is done when it is gone already, and when the connection broke after Slack did it', async () => {
		await using world = await createWorld();
		const [one, two] = [await posted(world, 'a'), await posted(world, 'b')];
		world.api.delete(one.ts);
		await world.outbound.remove(one);
		world.api.fail('chat.delete', { cut: 'after' });
		await world.outbound.remove(two);
		assert.deepEqual(world.texts(), []);
	});

	it('rejects when Slack refuses it', async () => {
		await using world = await createWorld();
		const target = await posted(world);
		world.api.fail('chat.delete', { error: 'cant_delete_message' });
		await assert.rejects(world.outbound.remove(target), UserError);
	});
});
