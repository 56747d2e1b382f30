import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../../src/errors.ts';
import { createWorld, gaps, INTERVAL_MS, message, THREAD } from './outbound-fixture.ts';

/** A server of its own for each. */
const options = { concurrency: 4 };
const FILE = { filename: 'films.csv', title: 'Films', content: 'title,year\nSomewhere,2010\n' };

describe('a file', options, () => {
	it('appears in its thread, in its place and at its distance', async () => {
		await using world = await createWorld();
		await Promise.all([
			world.outbound.post(THREAD, 'a', message('a')),
			world.outbound.upload(THREAD, 'r1.f0', FILE),
			world.outbound.post(THREAD, 'b', message('b')),
		]);
		assert.deepEqual(
			world.api.messages.map(({ text, files, thread_ts }) => [text, files.map(({ title }) => title), thread_ts]),
			[
				['a', [], THREAD.threadTs],
				['', ['Films'], THREAD.threadTs],
				['b', [], THREAD.threadTs],
			],
		);
		assert.deepEqual([...world.api.uploads.values()], [FILE.content]);
		const [asked] = world.api.callsOf('files.getUploadURLExternal');
		assert.deepEqual([asked?.args.filename, asked?.args.length], ['films.csv', String(Buffer.byteLength(FILE.content))]);
		assert.equal(world.api.callsOf('upload')[0]?.token, undefined, 'the address of an upload gets no token');
		const shown = world.api.calls.filter(({ method }) => ['chat.postMessage', 'files.completeUploadExternal'].includes(method));
		for (const gap of gaps(shown)) assert.ok(gap > INTERVAL_MS - 2, `${gap} ms apart`);
	});

	it('is shown once for its key', async () => {
		await using world = await createWorld();
		await world.outbound.upload(THREAD, 'r1.f0', FILE);
		await world.another().upload(THREAD, 'r1.f0', FILE);
		assert.equal(world.api.messages.length, 1);
		assert.equal(world.api.callsOf('upload').length, 1);
	});

	it('keeps what is not ASCII', async () => {
		await using world = await createWorld();
		await world.outbound.upload(THREAD, 'r1.f0', { ...FILE, content: 'Amélie – 映画 🎬' });
		assert.deepEqual([...world.api.uploads.values()], ['Amélie – 映画 🎬']);
	});

	for (const cut of ['after', 'body'] as const) {
		it(`is found when the connection breaks after Slack showed it (${cut})`, async () => {
			await using world = await createWorld();
			world.api.fail('files.completeUploadExternal', { cut });
			await world.outbound.upload(THREAD, 'r1.f0', FILE);
			assert.equal(world.api.messages.length, 1);
			assert.equal(world.api.callsOf('files.completeUploadExternal').length, 1);
		});
	}

	it('is found by the next process', async () => {
		await using world = await createWorld();
		world.api.fail('files.completeUploadExternal', { cut: 'after' });
		const dying = world.another({ retryMs: 30_000 });
		const cutOff = assert.rejects(dying.upload(THREAD, 'r1.f0', FILE), UserError);
		while (world.api.messages.length === 0) await delay(5);
		await dying.close();
		await cutOff;
		await world.outbound.upload(THREAD, 'r1.f0', FILE);
		assert.equal(world.api.messages.length, 1);
		assert.equal(world.api.callsOf('upload').length, 1);
	});

	for (const method of ['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal']) {
		for (const fault of [{ status: 500 }, { cut: 'before' }] as const) {
			it(`is tried again after ${JSON.stringify(fault)} of ${method}`, async () => {
				await using world = await createWorld();
				world.api.fail(method, fault);
				await world.outbound.upload(THREAD, 'r1.f0', FILE);
				assert.equal(world.api.messages.length, 1);
				assert.equal(world.api.uploads.get(world.api.messages[0]?.files[0]?.id ?? ''), FILE.content);
			});
		}
	}

	it('that Slack has thrown away before it was shown is sent anew, once', async () => {
		await using world = await createWorld();
		world.api.fail('files.completeUploadExternal', { error: 'file_not_found' });
		await world.outbound.upload(THREAD, 'r1.f0', FILE);
		assert.deepEqual(
			world.api.messages.map(({ files }) => files[0]?.id),
			['F2'],
		);
		world.api.fail('files.completeUploadExternal', { error: 'file_not_found' }, 2);
		await assert.rejects(world.outbound.upload(THREAD, 'r1.f1', FILE), UserError);
		assert.equal(world.api.messages.length, 1);
	});

	it('is given up when Slack refuses it, and what follows goes on', async () => {
		await using world = await createWorld();
		world.api.fail('files.getUploadURLExternal', { error: 'missing_scope', needed: 'files:write' });
		const refused = world.outbound.upload(THREAD, 'r1.f0', FILE);
		const next = world.outbound.post(THREAD, 'a', message('a'));
		await assert.rejects(refused, (error) => error instanceof UserError && /files:write/.test(error.userMessage));
		await next;
		assert.deepEqual(world.texts(), ['a']);
	});
});
