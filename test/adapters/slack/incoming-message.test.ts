import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMessage } from '../../../adapters/slack/incoming-message.ts';
import { plainText } from '../../../adapters/slack/plain-text.ts';

const BOT = 'U0BOT';
const MESSAGE = { type: 'message', channel: 'C1', ts: '1.000001', user: 'U1', text: 'hello' };

describe('what no person has just typed is no message', () => {
	const ignored: readonly (readonly [what: string, event: Record<string, unknown>])[] = [
		['a message of the bot itself', { ...MESSAGE, user: BOT }],
		['a message of another bot', { ...MESSAGE, bot_id: 'B1' }],
		['a bot message of old', { ...MESSAGE, subtype: 'bot_message', user: undefined }],
		['an edit', { ...MESSAGE, subtype: 'message_changed', message: { text: 'hello!' } }],
		['a mention that an edit has added', { ...MESSAGE, type: 'app_mention', edited: { user: 'U1', ts: '2.0' } }],
		['a deletion', { ...MESSAGE, subtype: 'message_deleted' }],
		['somebody who joins', { ...MESSAGE, subtype: 'channel_join' }],
		['a new topic', { ...MESSAGE, subtype: 'channel_topic' }],
		['a hidden message', { ...MESSAGE, hidden: true }],
		['a message without an author', { ...MESSAGE, user: undefined }],
		['a message without a place', { ...MESSAGE, channel: undefined }],
		['a message without a time', { ...MESSAGE, ts: 5 }],
	];
	for (const [what, event] of ignored) test(what, () => assert.equal(readMessage(event, BOT), undefined));
});

test('a message says where it stands, who wrote it and whom it speaks to', () => {
	assert.deepEqual(readMessage({ ...MESSAGE, thread_ts: '0.5', text: `<@${BOT}> ask <@U2>`, channel_type: 'channel' }, BOT), {
		channel: 'C1',
		ts: '1.000001',
		threadTs: '0.5',
		user: 'U1',
		text: 'ask @U2',
		direct: false,
		mentionsBot: true,
		mentionsOthers: true,
	});
	const direct = readMessage({ ...MESSAGE, channel_type: 'im' }, BOT);
	assert.deepEqual([direct?.direct, direct?.threadTs, direct?.mentionsBot, direct?.mentionsOthers], [true, undefined, false, false]);
});

test('a message with a file, and one sent to the channel as well, are typed by people', () => {
	assert.equal(readMessage({ ...MESSAGE, subtype: 'file_share' }, BOT)?.text, 'hello');
	assert.equal(readMessage({ ...MESSAGE, subtype: 'thread_broadcast' }, BOT)?.text, 'hello');
});

describe('a text is read as people see it', () => {
	const texts: readonly (readonly [written: string, seen: string])[] = [
		[`<@${BOT}> how many films?`, 'how many films?'],
		[`how many films, <@${BOT}>?`, 'how many films, ?'],
		[`<@${BOT}|toolcoder>`, ''],
		['<@U2|dana> and <@U3>', '@dana and @U3'],
		['<#C5|general> or <#C6>', '#general or #C6'],
		['<https://example.com/a?b=1&amp;c=2|example.com> <https://example.com>', 'https://example.com/a?b=1&c=2 https://example.com'],
		['<mailto:a@example.com|a@example.com>', 'a@example.com'],
		['<!here> <!subteam^S1|@films> <!date^1^{date}|today>', '@here @films today'],
		['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
		// Somebody who writes an escape is not to be read as having written a mention.
		['&lt;@U0BOT&gt; &amp;lt;', '<@U0BOT> &lt;'],
		['  \n x \n ', 'x'],
	];
	for (const [written, seen] of texts) test(written, () => assert.equal(plainText(written, BOT), seen));
});
