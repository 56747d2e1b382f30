import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../../src/errors.ts';
import { startWebApi } from '../web-api-server.ts';
import { createWorld, gaps, INTERVAL_MS, message, THREAD } from './outbound-fixture.ts';

const INVALID = { error: 'invalid_blocks', response_metadata: { messages: ['[ERROR] no such block'] } } as const;
/** A server and a storage of its own for each: they wait for nothing of one another. */
const options = { concurrency: 4 };

function isUserError(code: string, words: RegExp) {
	return (error: unknown) => error instanceof UserError && error.code === code && words.test(error.userMessage);
}

describe('a message', options, () => {
	it('appears in its thread, without previews of links', async () => {
		await using world = await createWorld();
		const ts = await world.outbound.post(THREAD, 'r1.0', message('hello'));
		const [call] = world.api.calls;
		assert.equal(call?.token, 'xoxb-T1');
		assert.deepEqual(
			[call?.args.channel, call?.args.thread_ts, call?.args.text, call?.args.unfurl_links, call?.args.unfurl_media],
			['C1', THREAD.threadTs, 'hello', 'false', 'false'],
		);
		assert.equal(world.api.messages[0]?.ts, ts);
		assert.equal(await world.outbound.posted('r1.0'), ts);
		assert.equal(await world.outbound.posted('r1.1'), undefined);
	});

	it('is posted once for its key, by whomever and whenever', async () => {
		await using world = await createWorld();
		const [one, two] = await Promise.all([
			world.outbound.post(THREAD, 'r1.0', message('hello')),
			world.another().post(THREAD, 'r1.0', message('hello')),
		]);
		assert.equal(one, two);
		assert.equal(await world.another().post(THREAD, 'r1.0', message('hello')), one);
		assert.deepEqual(world.texts(), ['hello']);
	});

	it('keeps its place and its distance in its channel', async () => {
		await using world = await createWorld();
		const names = ['a', 'b', 'c', 'd'];
		await Promise.all(names.map((name) => world.outbound.post(THREAD, name, message(name))));
		assert.deepEqual(world.texts(), names);
		for (const gap of gaps(world.api.callsOf('chat.postMessage'))) assert.ok(gap > INTERVAL_MS - 2, `${gap} ms apart`);
	});

	it('does not keep others waiting when it stands already', async () => {
		await using world = await createWorld();
		await world.outbound.post(THREAD, 'a', message('a'));
		const slow = world.another({ intervalMs: 60_000 });
		await slow.post(THREAD, 'b', message('b'));
		// As a resumed run gives everything again: none of it takes a minute.
		assert.equal(await slow.post(THREAD, 'a', message('a')), world.api.messages[0]?.ts);
		assert.equal(await slow.post(THREAD, 'b', message('b')), world.api.messages[1]?.ts);
	});

	it('waits as long as Slack says, and other channels go on', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { status: 429, headers: { 'retry-after': '1' } });
		const limited = ['a', 'b'].map((name) => world.outbound.post(THREAD, name, message(name)));
		const free = ['c', 'd'].map((name) => world.outbound.post({ team: 'T1', channel: 'C2' }, name, message(name)));
		await Promise.all([...limited, ...free]);
		const calls = world.api.callsOf('chat.postMessage');
		assert.deepEqual(
			calls.map(({ args }) => args.text),
			['a', 'c', 'd', 'a', 'b'],
		);
		const [refused, accepted] = calls.filter(({ args }) => args.text === 'a');
		assert.ok((accepted?.at ?? 0) - (refused?.at ?? 0) > 900);
		assert.deepEqual(world.texts(), ['a', 'b']);
		assert.equal(world.api.callsOf('conversations.replies').length, 0, 'a message that was refused is not looked for');
	});

	it('is given up when Slack wants to be left alone for too long', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { status: 429, headers: { 'retry-after': '3600' } });
		await assert.rejects(world.outbound.post(THREAD, 'a', message('a')), isUserError('network', /few minutes/));
	});

	for (const fault of [{ status: 500 }, { cut: 'before' }, { error: 'internal_error' }, { status: 200, body: '<html>' }] as const) {
		it(`is sent again after ${JSON.stringify(fault)}, when it is not there`, async () => {
			await using world = await createWorld();
			world.api.fail('chat.postMessage', fault, 2);
			await Promise.all(['a', 'b'].map((name) => world.outbound.post(THREAD, name, message(name))));
			assert.deepEqual(world.texts(), ['a', 'b']);
			assert.equal(world.api.callsOf('conversations.replies').length, 2);
		});
	}

	for (const cut of ['after', 'body'] as const) {
		it(`is found when the connection breaks after Slack took it (${cut})`, async () => {
			await using world = await createWorld();
			world.api.fail('chat.postMessage', { cut });
			const ts = await world.outbound.post(THREAD, 'a', message('a'));
			assert.equal(world.api.messages[0]?.ts, ts);
			assert.deepEqual(world.texts(), ['a']);
		});
	}

	it('is found in a channel, and in the conversation with a user', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { cut: 'after' }, 2);
		const inChannel = await world.outbound.post({ team: 'T1', channel: 'C2' }, 'a', message('a'));
		const direct = await world.outbound.post({ team: 'T1', channel: 'U5' }, 'b', message('b'));
		assert.deepEqual(
			world.api.messages.map(({ ts }) => ts),
			[inChannel, direct],
		);
		assert.deepEqual(
			world.api.callsOf('conversations.history').map(({ args }) => args.channel),
			['C2', 'D5'],
		);
	});

	it('is found though Slack forgets the ids of markdown blocks', async () => {
		await using world = await createWorld();
		const code = { type: 'markdown', text: '```ts\n1\n```' } as const;
		world.api.fail('chat.postMessage', { cut: 'after' });
		await world.outbound.post(THREAD, 'a', {
			text: 'a',
			blocks: [code, { type: 'context', elements: [{ type: 'plain_text', text: 'x' }] }],
		});
		world.api.fail('chat.postMessage', { cut: 'after' });
		await world.outbound.post(THREAD, 'b', { text: 'b', blocks: [code] });
		world.api.fail('chat.postMessage', { cut: 'after' });
		await world.outbound.post(THREAD, 'c', { text: 'c', blocks: [] });
		assert.deepEqual(world.texts(), ['a', 'b', 'c']);
	});

	it('is found on a later page', async () => {
		await using world = await createWorld({ pageSize: 2 });
		for (const name of ['a', 'b', 'c', 'd']) await world.outbound.post(THREAD, name, message(name));
		world.api.fail('chat.postMessage', { cut: 'after' });
		await world.outbound.post(THREAD, 'e', message('e'));
		assert.deepEqual(world.texts(), ['a', 'b', 'c', 'd', 'e']);
	});

	it('is looked for until Slack lets itself be asked', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { cut: 'after' });
		world.api.fail('conversations.replies', { status: 503 });
		world.api.fail('conversations.replies', { status: 429 });
		await world.outbound.post(THREAD, 'a', message('a'));
		assert.deepEqual(world.texts(), ['a']);
		assert.equal(world.api.callsOf('chat.postMessage').length, 1);
	});

	it('is found by the next process', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { cut: 'after' });
		const dying = world.another({ retryMs: 60_000 });
		const cutOff = assert.rejects(dying.post(THREAD, 'a', message('a')), isUserError('stopped', /stopping/));
		while (world.api.messages.length === 0) await delay(5);
		await dying.close();
		await cutOff;
		assert.equal(await world.outbound.post(THREAD, 'a', message('a')), world.api.messages[0]?.ts);
		assert.deepEqual(world.texts(), ['a']);
		assert.equal(world.api.callsOf('conversations.replies')[0]?.args.oldest, undefined, 'nobody knows when it was sent');
	});

	it('appears once and in its place, whatever fails', async () => {
		await using world = await createWorld();
		// One fault in five calls, always the same ones.
		const faults = [{ cut: 'after' }, { status: 500 }, { cut: 'before' }, { error: 'fatal_error' }, { cut: 'body' }] as const;
		for (let index = 0; index < 20; index++) {
			for (const method of ['chat.postMessage', 'files.completeUploadExternal', 'conversations.replies']) {
				world.api.fail(method, faults[(index * 7 + method.length) % faults.length] ?? { status: 500 });
				world.api.fail(method, { hold: Promise.resolve() }, 4);
			}
		}
		const channels = ['C1', 'C2', 'C3', 'C4'];
		const names = Array.from({ length: 10 }, (_, index) => `${index}`);
		await Promise.all(
			channels.flatMap((channel) =>
				names.map(async (name) => {
					const target = { ...THREAD, channel };
					if (name === '4') await world.outbound.upload(target, `${channel}.4`, { filename: 'a.csv', title: '4', content: 'x' });
					else await world.outbound.post(target, `${channel}.${name}`, message(name));
				}),
			),
		);
		for (const channel of channels) {
			const shown = world.api.messages.filter((each) => each.channel === channel).map(({ text, files }) => text || files[0]?.title);
			assert.deepEqual(shown, names);
		}
	});

	it('is given up after some attempts, and the next one goes on', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { status: 500 }, 6);
		const given = world.outbound.post(THREAD, 'a', message('a'));
		const next = world.outbound.post(THREAD, 'b', message('b'));
		await assert.rejects(given, isUserError('network', /did not answer/));
		await next;
		assert.equal(world.api.callsOf('chat.postMessage').length, 7);
		assert.deepEqual(world.texts(), ['b']);
		await world.outbound.post(THREAD, 'a', message('a'));
		assert.deepEqual(world.texts(), ['b', 'a'], 'it can be given again');
	});

	it('is given up when nobody listens', async () => {
		const { url, close } = await startWebApi();
		await close();
		await using world = await createWorld({ url });
		await assert.rejects(world.outbound.post(THREAD, 'a', message('a')), isUserError('network', /cannot be reached/));
	});

	for (const [error, code, words] of [
		['is_archived', 'not-allowed', /archived/],
		['not_in_channel', 'not-allowed', /invite/],
		['channel_not_found', 'not-found', /private/],
		['token_revoked', 'configuration', /token/],
	] as const) {
		it(`is given up at once when Slack refuses it: ${error}`, async () => {
			await using world = await createWorld();
			world.api.fail('chat.postMessage', { error });
			await assert.rejects(world.outbound.post(THREAD, 'a', message('a')), isUserError(code, words));
			assert.equal(world.api.calls.length, 1);
		});
	}

	it('is not posted in a workspace without the app', async () => {
		await using world = await createWorld();
		const missing = new UserError('not-found', 'not installed');
		const outbound = world.another({ clientOf: async () => Promise.reject(missing) });
		await assert.rejects(outbound.post(THREAD, 'a', message('a')), missing);
		assert.equal(world.api.calls.length, 0);
	});

	for (const fault of [INVALID, { error: 'msg_blocks_too_long' }, { error: 'msg_too_long' }]) {
		it(`that cannot be drawn says so instead: ${fault.error}`, async () => {
			await using world = await createWorld();
			world.api.fail('chat.postMessage', fault);
			const table = { type: 'markdown', text: 'x'.repeat(20_000) } as const;
			const ts = await world.outbound.post(THREAD, 'a', { text: `8 films ${'y'.repeat(5_000)}`, blocks: [table] });
			const [shown] = world.api.messages;
			assert.equal(shown?.ts, ts);
			assert.equal(shown?.blocks.length, 1);
			const drawn = JSON.stringify(shown?.blocks);
			assert.match(drawn, /8 films y.*could not draw/);
			assert.ok(drawn.length < 3_000);
			assert.equal(shown?.blocks[0]?.block_id, 'tc.a');
		});
	}

	it('appears though half a character is left of its end', async () => {
		await using world = await createWorld();
		const ts = await world.outbound.post(THREAD, 'a', message('cut 🎬'.slice(0, -1)));
		await world.outbound.update({ team: 'T1', channel: 'C1', ts }, message('cut again 🎬'.slice(0, -1)));
		assert.deepEqual(world.texts(), ['cut again \ufffd']);
	});

	it('that cannot even say so is given up', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', INVALID, 2);
		await assert.rejects(world.outbound.post(THREAD, 'a', message('a')), isUserError('internal', /could not draw/));
		assert.equal(world.api.calls.length, 2);
	});

	it('is not sent any more once it is withdrawn', async () => {
		await using world = await createWorld();
		const withdrawn = new AbortController();
		const first = world.outbound.post(THREAD, 'a', message('a'));
		const second = world.outbound.post(THREAD, 'b', message('b'), { signal: withdrawn.signal });
		const third = world.outbound.post(THREAD, 'c', message('c'));
		withdrawn.abort(new Error('not needed'));
		await assert.rejects(second, /not needed/);
		await Promise.all([first, third]);
		await assert.rejects(world.outbound.post(THREAD, 'd', message('d'), { signal: withdrawn.signal }), /not needed/);
		assert.deepEqual(world.texts(), ['a', 'c']);
	});

	it('is not sent any more when it is withdrawn while its channel rests', async () => {
		await using world = await createWorld();
		const withdrawn = new AbortController();
		world.api.fail('chat.postMessage', { status: 429, headers: { 'retry-after': '30' } });
		const posting = world.outbound.post(THREAD, 'a', message('a'), { signal: withdrawn.signal });
		while (world.api.calls.length === 0) await delay(5);
		withdrawn.abort(new Error('not needed'));
		await assert.rejects(posting, /not needed/);
		assert.equal(world.api.calls.length, 1);
	});

	it('is not sent any more when it is withdrawn just before its turn', async () => {
		await using world = await createWorld();
		const outbound = world.another({ intervalMs: 60_000 });
		const withdrawn = new AbortController();
		await outbound.post(THREAD, 'a', message('a'));
		const posting = outbound.post(THREAD, 'b', message('b'), { signal: withdrawn.signal });
		await delay(20);
		withdrawn.abort(new Error('not needed'));
		await assert.rejects(posting, /not needed/);
		assert.deepEqual(world.texts(), ['a']);
		assert.equal(await outbound.posted('b'), undefined);
	});

	it('that may have been sent is brought to its end though it is withdrawn', async () => {
		await using world = await createWorld();
		const withdrawn = new AbortController();
		world.api.fail('chat.postMessage', { cut: 'after' });
		const outbound = world.another({ retryMs: 100 });
		const posting = outbound.post(THREAD, 'a', message('a'), { priority: 'status', signal: withdrawn.signal });
		while (world.api.messages.length === 0) await delay(5);
		await delay(30);
		withdrawn.abort();
		// Whoever withdrew it can remove it.
		assert.equal(await posting, world.api.messages[0]?.ts);
	});
});

describe('a status', options, () => {
	it('waits until no content does', async () => {
		await using world = await createWorld();
		const first = world.outbound.post(THREAD, 'a', message('a'));
		const status = world.outbound.post(THREAD, 's', message('working'), { priority: 'status' });
		const content = ['b', 'c'].map((name) => world.outbound.post(THREAD, name, message(name)));
		await Promise.all([first, status, ...content]);
		assert.deepEqual(world.texts(), ['a', 'b', 'c', 'working']);
	});

	it('makes room for content while it is tried again', async () => {
		await using world = await createWorld();
		world.api.fail('chat.postMessage', { status: 500 });
		const outbound = world.another({ retryMs: 300 });
		const status = outbound.post(THREAD, 's', message('working'), { priority: 'status' });
		while (world.api.calls.length === 0) await delay(5);
		await outbound.post(THREAD, 'a', message('a'));
		await status;
		assert.deepEqual(world.texts(), ['a', 'working']);
	});

	it('is replaced while it waits', async () => {
		await using world = await createWorld();
		const content = world.outbound.post(THREAD, 'a', message('a'));
		const statuses = ['one', 'two', 'three'].map((text) => world.outbound.post(THREAD, 's', message(text), { priority: 'status' }));
		const shown = await Promise.all(statuses);
		await content;
		assert.equal(new Set(shown).size, 1);
		assert.deepEqual(world.texts(), ['a', 'three']);
	});
});

describe('any other call', options, () => {
	it('waits and is repeated', async () => {
		await using world = await createWorld();
		world.api.fail('users.info', { status: 429 });
		world.api.fail('users.info', { status: 502 });
		world.api.fail('users.info', { cut: 'after' });
		const { user } = await world.outbound.call('T1', (client) => client.users.info({ user: 'U7' }));
		assert.equal(user?.name, 'dana');
		assert.equal(world.api.calls.length, 4);
	});

	it('is given up after some attempts', async () => {
		await using world = await createWorld();
		world.api.fail('users.info', { status: 500 }, 10);
		await assert.rejects(
			world.outbound.call('T1', (client) => client.users.info({ user: 'U7' })),
			isUserError('network', /did not answer/),
		);
		assert.equal(world.api.calls.length, 4);
	});

	it('is explained when it is refused', async () => {
		await using world = await createWorld();
		world.api.fail('users.info', { error: 'missing_scope', needed: 'users:read' });
		await assert.rejects(
			world.outbound.call('T1', (client) => client.users.info({ user: 'U7' })),
			isUserError('configuration', /users:read/),
		);
		assert.equal(world.api.calls.length, 1);
	});

	it('fails as its work does', async () => {
		await using world = await createWorld();
		const broken = new TypeError('broken');
		await assert.rejects(
			world.outbound.call('T1', () => Promise.reject(broken)),
			broken,
		);
	});
});

describe('closing', options, () => {
	it('drops what waits and lets through what is on its way', async () => {
		await using world = await createWorld();
		const { promise: heldBack, resolve: goOn } = Promise.withResolvers<void>();
		world.api.fail('chat.postMessage', { hold: heldBack });
		const sent = world.outbound.post(THREAD, 'a', message('a'));
		const dropped = [
			world.outbound.post(THREAD, 'b', message('b')),
			world.outbound.post(THREAD, 's', message('s'), { priority: 'status' }),
			world.outbound.upload(THREAD, 'f', { filename: 'a.csv', title: 'a', content: 'x' }),
		].map((each) => assert.rejects(each, isUserError('stopped', /goes on/)));
		while (world.api.calls.length === 0) await delay(5);
		const closing = world.outbound.close();
		await Promise.all(dropped);
		assert.equal(await Promise.race([closing, delay(30, 'waiting')]), 'waiting');
		goOn();
		await closing;
		assert.equal(await sent, world.api.messages[0]?.ts);
		assert.deepEqual(world.texts(), ['a']);
	});

	it('ends every wait, and nothing is taken any more', async () => {
		await using world = await createWorld();
		const outbound = world.another({ intervalMs: 60_000, retryMs: 30_000 });
		await outbound.post(THREAD, 'a', message('a'));
		world.api.fail('users.info', { status: 500 });
		const target = { team: 'T1', channel: 'C1', ts: world.api.messages[0]?.ts ?? '' };
		await outbound.update(target, message('a2'));
		const waiting = [
			outbound.post(THREAD, 'b', message('b')),
			outbound.update(target, message('a3')),
			outbound.call('T1', (client) => client.users.info({ user: 'U7' })),
		].map((each) => assert.rejects(each, isUserError('stopped', /stopping/)));
		while (world.api.callsOf('users.info').length === 0) await delay(5);
		await outbound.close();
		await Promise.all(waiting);
		for (const late of [
			() => outbound.post(THREAD, 'c', message('c')),
			() => outbound.remove(target),
			() => outbound.call('T1', async () => 1),
		]) {
			await assert.rejects(late, isUserError('stopped', /stopping/));
		}
		assert.deepEqual(world.texts(), ['a2']);
	});
});
