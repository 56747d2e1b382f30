import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebClient } from '@slack/web-api';
import type { Slack } from './slack.ts';
import { withSlack } from './with-slack.ts';

test('a session is stopped by its native button, while it is being worked on', async (t) => {
	const { slack, boltApp } = await withSlack(t);
	const stopped: unknown[] = [];
	await boltApp('socket', (bolt) => {
		bolt.event('agent_session_stopped', async ({ event, client }) => {
			stopped.push([event.user, event.thread_ts, event.streaming_message_ts.length]);
			await client.agents.sessions.setStatus({ channel_id: event.channel, thread_ts: event.thread_ts, status: 'active' });
		});
	});
	const dana = slack.person('dana');
	const asked = await dana.say('films', 'a question', { mention: true });
	const thread = { channel_id: asked.channel, thread_ts: asked.ts };
	await assert.rejects(() => dana.stop(asked), /no stop button/);
	const web = client(slack);
	const answer = await web.agents.sessions.setStatus({ ...thread, status: 'processing', title: 'A question' });
	assert.deepEqual([answer.status, answer.agent_status, answer.warning], ['processing', 'processing', undefined]);
	await web.assistant.threads.setStatus({ ...thread, status: 'is thinking…' });
	assert.equal(slack.status(asked), 'is thinking…');
	const recipient = { recipient_team_id: slack.team, recipient_user_id: dana.id };
	await assert.rejects(
		() => web.chat.startStream({ channel: asked.channel, thread_ts: asked.ts, markdown_text: 'x' }),
		/missing_recipient_team_id/,
	);
	const stream = await web.chat.startStream({ channel: asked.channel, thread_ts: asked.ts, markdown_text: 'so ', ...recipient });
	await web.chat.appendStream({ channel: asked.channel, ts: stream.ts ?? '', markdown_text: 'far' });
	assert.equal(slack.thread('films', asked.ts)[1]?.text, 'so far');
	await dana.stop(asked);
	await slack.until(() => slack.sessions()[0]?.status === 'active');
	assert.deepEqual(stopped, [[dana.id, asked.ts, 1]]);
	await assert.rejects(
		() => web.chat.appendStream({ channel: asked.channel, ts: stream.ts ?? '', markdown_text: '!' }),
		/not_in_streaming_state/,
	);
	await web.agents.sessions.rename({ ...thread, title: 'Renamed' });
	assert.equal(slack.sessions()[0]?.title, 'Renamed');
});

test('the status line goes when the bot writes; it is never part of the messages', async (t) => {
	const { slack } = await withSlack(t);
	const asked = await slack.person('dana').say('films', 'a question');
	await client(slack).assistant.threads.setStatus({ channel_id: asked.channel, thread_ts: asked.ts, status: 'is thinking…' });
	await client(slack).chat.postMessage({ channel: asked.channel, thread_ts: asked.ts, text: 'an answer' });
	assert.deepEqual([slack.status(asked), slack.statuses(asked), slack.thread('films', asked.ts).length], ['', ['is thinking…'], 2]);
});

test('suggested prompts belong to the conversation: with a thread the call has no effect', async (t) => {
	const { slack } = await withSlack(t);
	const said = await slack.person('dana').say('im', 'hello');
	const prompts = [{ title: 'Films', message: 'How many films?' }];
	const set = client(slack).assistant.threads.setSuggestedPrompts;
	await set({ channel_id: said.channel, thread_ts: said.ts, prompts });
	assert.deepEqual(slack.prompts('dana'), []);
	await set({ channel_id: said.channel, prompts });
	assert.deepEqual(slack.prompts('dana'), prompts);
	await assert.rejects(() =>
		set({ channel_id: said.channel, prompts: Array.from({ length: 5 }, () => prompts[0] ?? { title: '', message: '' }) }),
	);
});

test('an app that is no agent has none of it', async (t) => {
	const { slack } = await withSlack(t, { agent: false });
	const asked = await slack.person('dana').say('films', 'a question');
	const thread = { channel_id: asked.channel, thread_ts: asked.ts };
	await assert.rejects(() => client(slack).agents.sessions.setStatus({ ...thread, status: 'processing' }), /feature_not_enabled/);
});

function client(slack: Slack): WebClient {
	return new WebClient(slack.token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
}
