import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REST, type RESTOptions } from 'discord.js';
import type { Discord } from './discord.ts';
import { refusalOf, withDiscord } from './with-discord.ts';

describe('calls that go wrong', { concurrency: true }, () => {
	test('more messages in 5 s than a channel takes are too many, and the headers tell of it before', async (t) => {
		const { discord } = await withDiscord(t, { messagesPer5s: 2 });
		const [films, music] = [discord.channel('films'), discord.channel('music')];
		const answers = [];
		for (const channel of [films, films, films, music]) answers.push(await rawPost(discord, channel));
		assert.deepEqual(
			answers.map(({ status }) => status),
			[200, 200, 429, 200],
		);
		const [first, second, third] = answers.map(({ headers }) => headers);
		assert.deepEqual([first?.get('x-ratelimit-remaining'), second?.get('x-ratelimit-remaining')], ['1', '0']);
		assert.ok(Number(second?.get('x-ratelimit-reset-after')) > 4);
		assert.deepEqual([third?.get('retry-after'), third?.get('x-ratelimit-scope')], ['5', 'user']);
		assert.equal(first?.get('x-ratelimit-bucket'), third?.get('x-ratelimit-bucket'));
		assert.match((await answers[2]?.text()) ?? '', /"You are being rate limited\.","retry_after":4\.\d+,"global":false/);
		assert.deepEqual(
			discord.rateLimited.map((item) => item.key),
			[films],
		);
	});

	test('come as often as they were asked for', async (t) => {
		const { discord } = await withDiscord(t);
		const channel = discord.channel('films');
		discord.faults.next('POST /channels/:id/messages', { status: 503 }, 2);
		discord.faults.next('POST /channels/:id/messages', { status: 403, code: 50001 });
		discord.faults.next('*', { html: true });
		const answers = [];
		for (let count = 0; count < 5; count += 1) answers.push(await rawPost(discord, channel));
		assert.deepEqual(
			answers.map(({ status }) => status),
			[503, 503, 403, 502, 200],
		);
		assert.deepEqual(await answers[2]?.json(), { message: 'Missing Access', code: 50001 });
		assert.match((await answers[3]?.text()) ?? '', /<html>/);
		assert.deepEqual([discord.faults.pending(), discord.messages('films').length], [0, 1]);
		assert.throws(() => discord.faults.next('POST /nowhere', { status: 500 }), /There is no route/);
	});

	test('are tried again by discord.js, with or without effect', async (t) => {
		const { discord } = await withDiscord(t);
		const rest = restOf(discord, {});
		const route = 'POST /channels/:id/messages';
		const channel = discord.channel('films');
		const post = (nonce: string) => rest.post(`/channels/${channel}/messages`, { body: { content: nonce, nonce, enforce_nonce: true } });
		discord.faults.next(route, { drop: 'before' });
		await post('one');
		discord.faults.next(route, { drop: 'after' });
		await post('two');
		discord.faults.next(route, { status: 500 }, 2);
		await post('three');
		discord.faults.next(route, { status: 429, retryAfter: 0.05, global: true });
		await post('four');
		assert.deepEqual(
			discord.messages('films').map((message) => message.content),
			['one', 'two', 'three', 'four'],
		);
		assert.deepEqual(
			discord.calls.map((call) => call.status),
			[0, 200, 0, 200, 500, 500, 200, 429, 200],
		);
	});

	test('are late', async (t) => {
		const { discord } = await withDiscord(t);
		const impatient = restOf(discord, { timeout: 150, retries: 0 });
		discord.faults.next('GET /users/@me', { delayMs: 300 });
		await assert.rejects(impatient.get('/users/@me'), /abort/i);
		assert.ok(await impatient.get('/users/@me'));
		const { status } = await refusalOf(impatient.post('/channels/123456789012345678/messages', { body: [] }));
		assert.equal(status, 404);
	});
});

function restOf(discord: Discord, options: Partial<RESTOptions>): REST {
	return new REST({ api: discord.apiUrl, ...options }).setToken(discord.token);
}

function rawPost(discord: Discord, channel: string): Promise<Response> {
	const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' };
	return fetch(`${discord.apiUrl}/v10/channels/${channel}/messages`, { method: 'POST', headers, body: JSON.stringify({ content: 'x' }) });
}
