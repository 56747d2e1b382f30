import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sendFiles } from '../../../../adapters/slack/inbound/send-files.ts';
import type { Reply } from '../../../../commands/command.ts';
import { UserError } from '../../../../src/errors.ts';
import { createWorld, logger, type World } from '../outbound/outbound-fixture.ts';

const FILE = { kind: 'file', name: 'functions.json', mediaType: 'application/json', content: '{"name":"Amélie"}' } as const;
const REPLY: Reply = [{ kind: 'text', text: 'Exported 2 functions.' }, FILE];

/** A world in which people can be written to directly. */
async function open(): Promise<World> {
	const world = await createWorld();
	world.api.answer('conversations.open', { channel: { id: 'D7' } });
	return world;
}

const send = ({ outbound }: Pick<World, 'outbound'>, reply = REPLY) =>
	sendFiles(reply, { team: 'T1', user: 'U7', id: '1.2.trigger' }, { outbound, logger });
const words = (reply: Awaited<ReturnType<typeof send>>) => reply.map((block) => (block.kind === 'text' ? block.text : block.kind));

describe('the files of a reply', { concurrency: 4 }, () => {
	test('are sent into the direct messages of whom it is for, which the reply then says', async () => {
		await using world = await open();
		assert.deepEqual(words(await send(world)), ['Exported 2 functions.', 'Sent `functions.json` to your direct messages.']);
		assert.deepEqual(
			world.api.messages.map(({ channel, files }) => [channel, files.map(({ title }) => title)]),
			[['D7', ['functions.json']]],
		);
		assert.deepEqual([...world.api.uploads.values()], [FILE.content]);
		assert.equal(world.api.callsOf('conversations.open')[0]?.args.users, 'U7');
	});

	test('are sent once, however often the command is delivered', async () => {
		await using world = await open();
		for (const outbound of [world.outbound, world.another()]) {
			assert.match(words(await send({ outbound })).join(), /Sent `functions\.json`/);
		}
		assert.equal(world.api.messages.length, 1);
	});

	test('are all sent, and told apart', async () => {
		await using world = await open();
		const both = await send(world, [FILE, { ...FILE, content: '2' }]);
		assert.equal(both.length, 2);
		assert.deepEqual([...world.api.uploads.values()].sort(), ['2', FILE.content]);
	});

	const refusals: readonly (readonly [method: string, error: string, words: RegExp])[] = [
		['conversations.open', 'user_disabled', /Slack refused this \(user_disabled\)/],
		['conversations.open', 'missing_scope', /The app lacks .*, then installs the app again\./],
		['files.getUploadURLExternal', 'storage_limit_reached', /The file storage of this workspace is full\. Ask an admin/],
		['files.completeUploadExternal', 'messages_tab_disabled', /Direct messages with this app are switched off\. .* under App Home/],
	];
	for (const [method, error, why] of refusals) {
		test(`are missed with the reason and the next step (${error}), and the rest of the reply is told`, async () => {
			await using world = await open();
			world.api.fail(method, { error });
			const [first, second = ''] = words(await send(world));
			assert.equal(first, 'Exported 2 functions.');
			assert.match(second, /^`functions\.json` could not be sent to your direct messages\. /);
			assert.match(second, why);
			assert.equal(world.api.messages.length, 0);
		});
	}

	test('are left to the next process by one that stops', async () => {
		await using world = await open();
		await world.outbound.close();
		await assert.rejects(send(world), (error) => error instanceof UserError && error.code === 'stopped');
		assert.match(words(await send({ outbound: world.another() })).join(), /Sent `functions\.json`/);
	});
});
