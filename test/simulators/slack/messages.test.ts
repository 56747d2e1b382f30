import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogLevel, WebClient } from '@slack/web-api';
import type { Slack } from './slack.ts';
import { withSlack } from './with-slack.ts';

const SECTION = { type: 'section', block_id: 'tc.1', text: { type: 'mrkdwn', text: 'one' } } as const;

describe('messages of the bot', () => {
	test('are refused where it must not write', async (t) => {
		const { slack } = await withSlack(t, { scopes: ['chat:write'] });
		const post = poster(slack);
		await slack.channel('old', { archived: true });
		const secret = await slack.person('dana').openChannel('secret', { private: true, bot: false });
		const away = await slack.person('dana').openChannel('away', { bot: false });
		assert.equal(await post({ channel: 'C0NOWHERE', text: 'hi' }), 'channel_not_found');
		assert.equal(await post({ channel: secret, text: 'hi' }), 'channel_not_found');
		assert.equal(await post({ channel: away, text: 'hi' }), 'not_in_channel');
		assert.equal(await post({ channel: await slack.channel('old'), text: 'hi' }), 'is_archived');
		assert.equal(await post({ channel: await slack.channel('films'), text: '' }), 'no_text');
		const film = { channel: await slack.channel('films'), text: 'hi', thread_ts: 'yesterday' };
		assert.equal(await post(film), 'invalid_thread_ts');
		const users = await errorOf(client(slack).users.info({ user: slack.person('dana').id }));
		assert.deepEqual([users.error, users.needed, users.provided], ['missing_scope', 'users:read', 'chat:write']);
		assert.equal((await errorOf(client(slack, 'xoxb-nobody').auth.test())).error, 'invalid_auth');
	});

	test('keep their blocks until an update brings a text alone, and are gone when deleted', async (t) => {
		const { slack } = await withSlack(t);
		const web = client(slack);
		const asked = await slack.person('dana').say('films', 'a question');
		const { channel } = asked;
		const posted = await web.chat.postMessage({ channel, text: 'one', thread_ts: asked.ts, blocks: [SECTION] });
		const ts = posted.ts ?? '';
		await web.chat.update({ channel, ts, blocks: [{ ...SECTION, text: { type: 'mrkdwn', text: 'two' } }], text: 'two' });
		const replies = await web.conversations.replies({ channel, ts: asked.ts });
		assert.deepEqual(
			replies.messages?.map((message) => [message.text, message.blocks?.[0]?.block_id, message.edited]),
			[
				['a question', undefined, undefined],
				['two', 'tc.1', undefined],
			],
		);
		await web.chat.update({ channel, ts, text: 'three' });
		assert.deepEqual(slack.message({ channel, ts })?.blocks, []);
		assert.equal((await errorOf(web.chat.update({ channel, ts, text: 'x'.repeat(4001) }))).error, 'msg_too_long');
		assert.equal((await errorOf(web.chat.update({ channel, ts: asked.ts, text: 'mine' }))).error, 'cant_update_message');
		await web.chat.delete({ channel, ts });
		assert.equal((await errorOf(web.chat.delete({ channel, ts }))).error, 'message_not_found');
		assert.deepEqual(
			slack.thread('films', asked.ts).map((message) => message.text),
			['a question'],
		);
		assert.match(slack.transcriptText(), /three/);
	});

	test('lose the id of a markdown block, and the block itself, when they are read again', async (t) => {
		const { slack } = await withSlack(t);
		const { channel, ts } = await slack.person('dana').say('im', 'hello');
		const blocks = [{ type: 'markdown', block_id: 'tc.1', text: '```ts\nlet x\n```' } as const];
		const metadata = { event_type: 'answer', event_payload: { id: '1' } };
		await client(slack).chat.postMessage({ channel, thread_ts: ts, text: 'code', blocks, metadata });
		const [, read] = (await client(slack).conversations.replies({ channel, ts })).messages ?? [];
		assert.deepEqual([read?.blocks?.[0]?.type, read?.blocks?.[0]?.block_id === 'tc.1', read?.metadata], ['rich_text', false, undefined]);
		const all = await client(slack).conversations.replies({ channel, ts, include_all_metadata: true });
		assert.deepEqual(all.messages?.[1]?.metadata, metadata);
		assert.equal(slack.thread(channel, ts)[1]?.blocks[0]?.type, 'markdown');
	});

	test('come page by page', async (t) => {
		const { slack } = await withSlack(t);
		const dana = slack.person('dana');
		const asked = await dana.say('films', '0');
		for (const word of ['1', '2', '3']) await dana.say('films', word, { thread: asked });
		const seen: (string | undefined)[] = [];
		for (let cursor: string | undefined; seen.length < 9 && cursor !== ''; ) {
			const page = await client(slack).conversations.replies({
				channel: asked.channel,
				ts: asked.ts,
				limit: 2,
				...(cursor ? { cursor } : {}),
			});
			seen.push(page.messages?.map((message) => message.text).join());
			cursor = page.response_metadata?.next_cursor ?? '';
		}
		assert.deepEqual(seen, ['0,1', '2,3']);
	});

	test('that are ephemeral reach members only, and only one of them', async (t) => {
		const { slack } = await withSlack(t);
		const asked = await slack.person('dana').say('films', 'hello');
		const shown = { channel: asked.channel, text: 'psst', thread_ts: asked.ts };
		await client(slack).chat.postEphemeral({ ...shown, user: slack.person('dana').id });
		const outsider = await errorOf(client(slack).chat.postEphemeral({ ...shown, user: slack.person('erin').id }));
		assert.equal(outsider.error, 'user_not_in_channel');
		assert.deepEqual([slack.ephemerals('dana').length, slack.ephemerals('erin').length, slack.messages('films').length], [1, 0, 1]);
	});
});

describe('calls that go wrong', () => {
	test('more than one message a second is too many, by channel', async (t) => {
		const { slack } = await withSlack(t, { rateLimit: { perSecond: 0.001, burst: 2 } });
		const [films, music] = [await slack.channel('films'), await slack.channel('music')];
		const call = (channel: string) => rawCall(slack, 'chat.postMessage', { channel, text: 'hi' });
		const statuses: number[] = [];
		for (const channel of [films, films, films, music]) statuses.push((await call(channel)).status);
		assert.deepEqual(statuses, [200, 200, 429, 200]);
		assert.ok(Number((await call(films)).headers.get('retry-after')) > 0);
		assert.deepEqual(
			slack.rateLimited.map((item) => item.method),
			['chat.postMessage', 'chat.postMessage'],
		);
	});

	test('faults come as often as they were asked for; a cut connection may have had its effect', async (t) => {
		const { slack } = await withSlack(t);
		const channel = await slack.channel('films');
		const call = () => rawCall(slack, 'chat.postMessage', { channel, text: 'hi' });
		slack.faults.next('chat.postMessage', { status: 429, retryAfter: 7 });
		slack.faults.next('chat.postMessage', { status: 500 }, 2);
		slack.faults.next('chat.postMessage', { error: 'restricted_action' });
		const limited = await call();
		assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
		assert.deepEqual([(await call()).status, (await call()).status], [500, 500]);
		assert.deepEqual(await (await call()).json(), { ok: false, error: 'restricted_action' });
		slack.faults.next('chat.postMessage', { drop: 'before' });
		await assert.rejects(call);
		assert.equal(slack.messages('films').length, 0);
		slack.faults.next('chat.postMessage', { drop: 'after' });
		await assert.rejects(call);
		assert.equal(slack.messages('films').length, 1);
		assert.equal(slack.faults.pending(), 0);
	});
});

test('files are uploaded into a thread, and downloaded with the token only', async (t) => {
	const { slack } = await withSlack(t);
	const asked = await slack.person('dana').say('films', 'a question');
	const place = { channel_id: asked.channel, thread_ts: asked.ts };
	await client(slack).files.uploadV2({ ...place, filename: 'films.csv', title: 'Films', content: 'title,year\nÅ,1999\n' });
	const [file] = slack.files();
	assert.deepEqual([file?.name, file?.title, file?.content, file?.thread_ts], ['films.csv', 'Films', 'title,year\nÅ,1999\n', asked.ts]);
	assert.deepEqual(
		slack.thread('films', asked.ts).map((message) => message.files?.length ?? 0),
		[0, 1],
	);
	const url = String(file?.info.url_private);
	const download = async (token: string) => (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
	assert.equal(await download(slack.token), 'title,year\nÅ,1999\n');
	assert.match(await download('xoxb-other'), /Sign in/);
});

function client(slack: Slack, token = slack.token): WebClient {
	return new WebClient(token, {
		slackApiUrl: slack.apiUrl,
		retryConfig: { retries: 0 },
		rejectRateLimitedCalls: true,
		logLevel: LogLevel.ERROR,
	});
}

function poster(slack: Slack): (message: { channel: string; text: string; thread_ts?: string }) => Promise<unknown> {
	return async (message) => (await errorOf(client(slack).chat.postMessage(message))).error;
}

async function errorOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
	const error: unknown = await call.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof Error && 'data' in error, 'Slack took it');
	return error.data as Record<string, unknown>;
}

function rawCall(slack: Slack, method: string, fields: object): Promise<Response> {
	const headers = { authorization: `Bearer ${slack.token}`, 'content-type': 'application/json' };
	return fetch(slack.apiUrl + method, { method: 'POST', headers, body: JSON.stringify(fields) });
}
