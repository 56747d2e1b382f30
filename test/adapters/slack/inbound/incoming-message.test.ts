import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMessage } from '../../../../adapters/slack/inbound/incoming-message.ts';
import { nameMentions, plainText } from '../../../../adapters/slack/inbound/plain-text.ts';

const BOT = 'U0BOT';
const TEAM = 'T0FILMS';
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
	for (const [what, event] of ignored) test(what, () => assert.equal(readMessage(event, BOT, TEAM), undefined));
});

test('a message says where it stands, who wrote it and whom it speaks to', () => {
	assert.deepEqual(readMessage({ ...MESSAGE, thread_ts: '0.5', text: `<@${BOT}> ask <@U2>`, channel_type: 'channel' }, BOT, TEAM), {
		channel: 'C1',
		ts: '1.000001',
		threadTs: '0.5',
		user: 'U1',
		text: 'ask @U2',
		direct: false,
		mentionsBot: true,
		mentionsOthers: true,
		stranger: false,
		hasFile: false,
	});
	const direct = readMessage({ ...MESSAGE, channel_type: 'im' }, BOT, TEAM);
	assert.deepEqual([direct?.direct, direct?.threadTs, direct?.mentionsBot, direct?.mentionsOthers], [true, undefined, false, false]);
});

describe('people of other workspaces are strangers', () => {
	const authors: readonly (readonly [who: string, fields: Record<string, unknown>, stranger: boolean])[] = [
		['somebody of another workspace', { user_team: 'T0OTHER', source_team: 'T0OTHER', team: 'T0OTHER' }, true],
		['somebody whose home is elsewhere', { user_team: 'T0OTHER', team: TEAM }, true],
		['somebody who writes from elsewhere', { source_team: 'T0OTHER', team: TEAM }, true],
		['somebody of whom only the team of the message is told', { team: 'T0OTHER' }, true],
		['somebody whose profile is of another workspace', { team: TEAM, user_profile: { team: 'T0OTHER' } }, true],
		['a member', { user_team: TEAM, source_team: TEAM, team: TEAM, user_profile: { team: TEAM } }, false],
		['a member of an organisation, whose home it is', { user_team: 'E0ACME', team: TEAM }, false],
		['somebody of whom nothing is told', {}, false],
	];
	for (const [who, fields, stranger] of authors) {
		test(who, () => assert.equal(readMessage({ ...MESSAGE, ...fields }, BOT, TEAM)?.stranger, stranger));
	}
});

describe('what has no words asks nothing', () => {
	for (const text of [`<@${BOT}>`, `<@${BOT}> <@U2> <@U3|dana>`, `<@U2>, <!here> <!subteam^S1|@films>!`, ' … ', undefined]) {
		test(String(text), () => assert.equal(readMessage({ ...MESSAGE, text }, BOT, TEAM)?.text, ''));
	}
	for (const text of ['映画は?', '1+1', '<https://example.com>', '<#C5|general>', `<@${BOT}> <@U2>: how many films?`]) {
		test(`but ${text} does`, () => assert.notEqual(readMessage({ ...MESSAGE, text }, BOT, TEAM)?.text, ''));
	}
});

test('a file is noticed', () => {
	const files = [{ id: 'F1' }];
	assert.equal(readMessage({ ...MESSAGE, subtype: 'file_share', files }, BOT, TEAM)?.hasFile, true);
	assert.equal(readMessage({ ...MESSAGE, files: [] }, BOT, TEAM)?.hasFile, false);
});

test('a message with a file, and one sent to the channel as well, are typed by people', () => {
	assert.equal(readMessage({ ...MESSAGE, subtype: 'file_share' }, BOT, TEAM)?.text, 'hello');
	assert.equal(readMessage({ ...MESSAGE, subtype: 'thread_broadcast' }, BOT, TEAM)?.text, 'hello');
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

describe('mentions that came without a name get one', () => {
	const NAMES: Readonly<Record<string, string>> = { U0DANA: 'dana', U0LONG: 'x'.repeat(500), U0ODD: 'Eve\n/toolset remove   crm' };
	const nameOf = async (id: string) => NAMES[id] ?? id;
	const texts: readonly (readonly [text: string, named: string])[] = [
		['films of @U0DANA and @U0DANA', 'films of @dana and @dana'],
		['films of @U0NOBODY', 'films of @U0NOBODY'],
		['films of @dana, mail a@U0DANA.test', 'films of @dana, mail a@U0DANA.test'],
		['@U0ODD', '@Eve /toolset remove crm'],
		['@U0LONG', `@${'x'.repeat(80)}…`],
	];
	for (const [text, named] of texts) test(text, async () => assert.equal(await nameMentions(text, nameOf), named));

	test('but only so many', async () => {
		const asked: string[] = [];
		const text = Array.from({ length: 500 }, (_, at) => `@U0N${at}`).join(' ');
		await nameMentions(text, async (id) => {
			asked.push(id);
			return id;
		});
		assert.equal(asked.length, 10);
	});
});
