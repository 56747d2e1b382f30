import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tell, tellError } from '../../../../adapters/slack/outbound/tell.ts';
import { UserError } from '../../../../src/errors.ts';
import type { Fault } from '../web-api-server.ts';
import { createWorld, logger, message, THREAD, type World } from './outbound-fixture.ts';

const EAR = { ...THREAD, user: 'U7' };
const REFUSED = [
	'not_in_channel',
	'channel_not_found',
	'user_not_in_channel',
	'is_archived',
	'restricted_action',
	'cannot_reply_to_message',
];

/** A world in which people can be told things. */
async function open(): Promise<World> {
	const world = await createWorld();
	world.api.answer('chat.postEphemeral', { message_ts: '1.000200' });
	return world;
}

function whispers({ api }: World) {
	return api.callsOf('chat.postEphemeral').map(({ args }) => [args.channel, args.user, args.thread_ts, args.text]);
}

describe('one person is told', { concurrency: 4 }, () => {
	test('where they are, and nobody else', async () => {
		await using world = await open();
		await tell(EAR, [message('a'), message('b')], { outbound: world.outbound, logger });
		const place = [THREAD.channel, 'U7', THREAD.threadTs];
		assert.deepEqual(whispers(world), [
			[...place, 'a'],
			[...place, 'b'],
		]);
		assert.deepEqual(world.texts('U7'), []);
	});

	test('directly, of what was done in no channel', async () => {
		await using world = await open();
		world.api.fail('chat.postMessage', { cut: 'after' });
		await tell({ team: 'T1', channel: 'U7', user: 'U7' }, [message('a')], { outbound: world.outbound, logger });
		assert.deepEqual([whispers(world), world.texts('U7')], [[], ['a']]);
	});

	const uncertain: readonly Fault[] = [
		{ cut: 'after' },
		{ cut: 'body' },
		{ cut: 'before' },
		{ status: 500 },
		{ status: 502 },
		{ error: 'fatal_error' },
	];
	for (const fault of uncertain) {
		test(`once, when it may have arrived: ${JSON.stringify(fault)}`, async () => {
			await using world = await open();
			world.api.fail('chat.postEphemeral', fault);
			await tell(EAR, [message('a'), message('b')], { outbound: world.outbound, logger });
			assert.deepEqual(
				whispers(world).map((args) => args.at(-1)),
				['a', 'b'],
			);
			assert.deepEqual(world.texts('U7'), []);
		});
	}

	const unsent: readonly Fault[] = [{ status: 429, headers: { 'retry-after': '1' } }, { status: 503 }];
	for (const fault of unsent) {
		test(`again, when it certainly did not arrive: ${JSON.stringify(fault)}`, async () => {
			await using world = await open();
			world.api.fail('chat.postEphemeral', fault);
			await tell(EAR, [message('a')], { outbound: world.outbound, logger });
			assert.deepEqual(
				whispers(world).map((args) => args.at(-1)),
				['a', 'a'],
			);
		});
	}

	for (const error of REFUSED) {
		test(`directly, where Slack refuses it: ${error}`, async () => {
			await using world = await open();
			world.api.fail('chat.postEphemeral', { error });
			await tell(EAR, [message('a'), message('b')], { outbound: world.outbound, logger });
			assert.deepEqual([whispers(world).length, world.texts('U7')], [1, ['a', 'b']]);
		});
	}
});

describe('who cannot be told', { concurrency: 4 }, () => {
	test('leaves a UserError', async () => {
		await using world = await open();
		world.api.fail('chat.postEphemeral', { error: 'not_in_channel' });
		world.api.fail('chat.postMessage', { error: 'account_inactive' });
		const told = tell(EAR, [message('a')], { outbound: world.outbound, logger });
		await assert.rejects(told, (error) => error instanceof UserError && error.code === 'configuration');
	});

	test('of a failure leaves nothing', async () => {
		await using world = await open();
		world.api.fail('chat.postEphemeral', { error: 'not_in_channel' });
		world.api.fail('chat.postMessage', { error: 'account_inactive' });
		await tellError(EAR, new Error('broken'), { outbound: world.outbound, logger });
	});
});
