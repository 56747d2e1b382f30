import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { type Mode, withSlack } from './with-slack.ts';

const BUTTON = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: '7' };

for (const mode of ['socket', 'http'] as const satisfies readonly Mode[]) {
	describe(`a Bolt app over ${mode}`, () => {
		test('hears a mention twice, answers in the thread, and is told of a click', async (t) => {
			const { slack, boltApp } = await withSlack(t);
			await boltApp(mode, (bolt) => {
				bolt.event('app_mention', async ({ event, client }) => {
					const blocks = [{ type: 'actions', block_id: 'tc.1', elements: [BUTTON] }];
					await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: event.text, blocks });
				});
				bolt.action('go', async ({ ack, action, respond }) => {
					await ack();
					await respond({ text: `pressed ${'value' in action ? action.value : ''}`, replace_original: false });
				});
			});
			const dana = slack.person('dana');
			const asked = await dana.say('films', 'a < b & c?', { mention: true });
			const [asMessage, asMention] = slack.deliveriesOf(asked);
			assert.deepEqual([asMessage?.type, asMention?.type], ['message', 'app_mention']);
			assert.notEqual(asMessage?.body.event_id, asMention?.body.event_id);
			const reply = await slack.until(() => slack.thread('films', asked.ts)[1]);
			assert.equal(reply.text, `<@${slack.botUser()}> a &lt; b &amp; c?`);
			await assert.rejects(() => dana.click(reply, 'Stop'), /no such button.*"Go"/);
			await dana.click(reply, 'Go');
			const shown = await slack.until(() => slack.ephemerals(dana)[0]);
			assert.equal(shown.text, 'pressed 7');
			await slack.settled();
			assert.deepEqual([...new Set(slack.acks.map((ack) => `${ack.status} after ${ack.attempts}`))], ['200 after 1']);
			assert.ok(
				slack.deliveries.some((delivery) => JSON.stringify(delivery.body).includes(`"bot_id":"${reply.bot_id}"`)),
				'it hears itself',
			);
		});

		test('shows what a command is acknowledged with, and nothing to others', async (t) => {
			const { slack, boltApp } = await withSlack(t);
			await boltApp(mode, (bolt) => {
				bolt.command('/help', async ({ ack, command }) => ack(`you wrote: ${command.text}`));
			});
			await slack.person('dana').command('/help me --now', 'films');
			assert.deepEqual(
				slack.ephemerals('dana').map((message) => message.text),
				['you wrote: me --now'],
			);
			assert.deepEqual(slack.ephemerals('erin'), []);
			await assert.rejects(() => slack.person('erin').command('/unknown', 'films'), /has not registered/);
		});

		test('is told of a shortcut, an edit and a deletion; answers to an interaction replace or delete its message, five times', async (t) => {
			const { slack, boltApp } = await withSlack(t);
			const subtypes: unknown[] = [];
			let statuses: number[] = [];
			await boltApp(mode, (bolt) => {
				bolt.message(async ({ message }) => void subtypes.push(message.subtype));
				bolt.shortcut('ask-about-this', async ({ ack, shortcut, client }) => {
					await ack();
					if (shortcut.type !== 'message_action') return;
					const blocks = [{ type: 'actions', elements: [BUTTON] }];
					await client.chat.postMessage({
						channel: shortcut.channel.id,
						thread_ts: shortcut.message_ts,
						text: shortcut.message.text ?? '',
						blocks,
					});
				});
				bolt.action('go', async ({ ack, body }) => {
					await ack();
					const url = 'response_url' in body ? body.response_url : '';
					const respond = async (answer: object) => (await fetch(url, { method: 'POST', body: JSON.stringify(answer) })).status;
					statuses = [await respond({ text: '' }), await respond({ replace_original: true, text: 'replaced' })];
					for (const text of ['a', 'b', 'c']) statuses.push(await respond({ text }));
					statuses.push(await respond({ delete_original: true }), await respond({ text: 'd' }));
				});
			});
			const dana = slack.person('dana');
			const said = await dana.say('films', 'how many?');
			await dana.shortcut('ask-about-this', said);
			await dana.click(await slack.until(() => slack.thread('films', said.ts)[1]), 'go');
			await slack.until(() => statuses.length === 7);
			assert.deepEqual(statuses, [400, 200, 200, 200, 200, 200, 404]);
			assert.deepEqual(
				slack.ephemerals(dana).map((message) => message.text),
				['a', 'b', 'c'],
			);
			assert.match(slack.transcriptText(), /"text":"replaced"/);
			await dana.edit(said, 'how many films?');
			await dana.remove(said);
			// The bot's own replacement and deletion are told too.
			const count = (subtype: string) => subtypes.filter((item) => item === subtype).length;
			await slack.until(() => count('message_changed') === 2 && count('message_deleted') === 2);
			assert.deepEqual(slack.messages('films'), []);
		});

		test('gets the same event again, with its id', async (t) => {
			const { slack, boltApp } = await withSlack(t);
			const seen: unknown[] = [];
			await boltApp(mode, (bolt) => {
				bolt.event('app_mention', async ({ body, context }) => void seen.push([body.event_id, context.retryNum, context.retryReason]));
			});
			const asked = await slack.person('dana').say('films', 'hello', { mention: true });
			await slack.settled();
			const [, mention] = slack.deliveriesOf(asked);
			assert.ok(mention);
			await slack.redeliver(mention);
			await slack.until(() => seen.length === 2);
			const id = mention.body.event_id;
			const reason = mode === 'http' ? 'http_timeout' : 'timeout';
			assert.deepEqual(seen.at(-1), [id, 1, reason]);
			assert.equal(seen.filter((item) => Array.isArray(item) && item[0] === id).length, 2);
		});
	});
}

describe('deliveries that go wrong', () => {
	test('an event is sent again after an error, a command is not', async (t) => {
		const { slack } = await withSlack(t, { retryDelaysMs: [1, 1, 1] });
		const got: string[] = [];
		const server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk) => chunks.push(chunk));
			request.on('end', () => {
				const body = Buffer.concat(chunks).toString();
				const challenge = body.match(/"challenge":"([^"]+)"/)?.[1];
				if (!challenge) got.push(`${request.headers['x-slack-retry-num'] ?? '-'} ${request.headers['x-slack-retry-reason'] ?? '-'}`);
				response.statusCode = challenge || got.length === 3 ? 200 : 500;
				response.end(challenge);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		t.after(() => server.close());
		await slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		await slack.person('dana').say('films', 'hello');
		await slack.settled();
		assert.deepEqual(got, ['- -', '1 http_error', '2 http_error']);
		await assert.rejects(() => slack.person('dana').command('/help', 'films'), /dispatch_failed/);
		assert.equal(got.length, 4);
	});

	test('nobody is there: three retries, then it is given up', async (t) => {
		const { slack } = await withSlack(t, { retryDelaysMs: [1, 1, 1] });
		await slack.person('dana').say('films', 'hello');
		await slack.settled();
		assert.deepEqual(
			slack.acks.map((ack) => [ack.type, ack.status, ack.attempts]),
			[['message', 0, 4]],
		);
		await assert.rejects(() => slack.deliverTo('http://127.0.0.1:9/slack/events'), /did not repeat the challenge/);
	});

	test('a signature of another secret or hour is refused', async (t) => {
		const { slack, boltApp } = await withSlack(t);
		const url = await boltApp('http', () => undefined);
		const body = JSON.stringify({ type: 'event_callback' });
		const send = (headers: Record<string, string>) =>
			fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
		assert.equal((await send(slack.sign(body, 'another secret'))).status, 401);
		assert.equal((await send(slack.sign(body, slack.signingSecret, Math.floor(Date.now() / 1000) - 400))).status, 401);
	});

	test('several connections take turns, and a refreshed one comes back', async (t) => {
		const { slack, boltApp } = await withSlack(t);
		const [first, second] = [[] as unknown[], [] as unknown[]];
		for (const seen of [first, second]) {
			await boltApp('socket', (bolt) => {
				bolt.message(async ({ body }) => void seen.push(body.event_id));
			});
		}
		const dana = slack.person('dana');
		for (const word of ['one', 'two', 'three', 'four']) await dana.say('films', word);
		await slack.until(() => first.length === 2 && second.length === 2);
		slack.refresh();
		assert.equal(slack.connections(), 0);
		await slack.connected(2);
		for (const word of ['five', 'six']) await dana.say('films', word);
		await slack.until(() => first.length === 3 && second.length === 3);
	});

	test('what a lost connection has not acknowledged goes to another', async (t) => {
		const { slack } = await withSlack(t, { retryDelaysMs: [1] });
		const envelopes: string[] = [];
		const connect = async (acknowledges: boolean) => {
			const answer = await fetch(`${slack.apiUrl}apps.connections.open`, {
				method: 'POST',
				headers: { authorization: `Bearer ${slack.appToken}` },
			});
			const { url }: { url: string } = await answer.json();
			const socket = new WebSocket(url);
			socket.on('message', (data) => {
				const envelope = JSON.parse(String(data));
				if (envelope.type !== 'events_api') return;
				envelopes.push(`${envelope.retry_attempt} ${envelope.retry_reason} ${envelope.payload.event.text}`);
				if (acknowledges) socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, payload: {} }));
				else socket.terminate();
			});
		};
		await connect(false);
		await slack.connected(1);
		await connect(true);
		await slack.connected(2);
		await slack.person('dana').say('films', 'hello');
		await slack.settled();
		assert.deepEqual(envelopes, ['0  hello', '1 connection_failed hello']);
		assert.deepEqual(
			slack.acks.map((ack) => [ack.status, ack.attempts]),
			[[200, 2]],
		);
	});

	test('closing leaves nothing that keeps the process alive', () => {
		const module = JSON.stringify(path.join(import.meta.dirname, 'slack.ts'));
		const script = `const { startSlack } = await import(${module}); const slack = await startSlack(); await slack.person('dana').say('films', 'hi'); await slack.close();`;
		const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 });
		assert.deepEqual([status, signal], [0, null]);
	});
});
