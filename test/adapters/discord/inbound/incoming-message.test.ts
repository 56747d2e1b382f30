import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Message, MessageType } from 'discord.js';
import { isForBot } from '../../../../adapters/discord/inbound/answer-message.ts';
import { type IncomingMessage, plainText, readMessage } from '../../../../adapters/discord/inbound/incoming-message.ts';

const BOT = '100000000000000001';
const BOT_ROLE = '100000000000000002';
const DANA = '100000000000000003';
const SAM = '100000000000000004';
const MODS = '100000000000000005';
const GUILD = '100000000000000006';
const CHANNEL = '100000000000000007';
const NAMES: Readonly<Record<string, string>> = { [BOT]: 'ToolCoder', [DANA]: 'Dana', [SAM]: 'Sam' };

const SELF = { id: BOT, roleIn: (guild: string) => (guild === GUILD ? BOT_ROLE : undefined) };

interface Said {
	readonly content?: string;
	readonly direct?: boolean;
	readonly inThread?: boolean;
	readonly repliesTo?: string;
	readonly everyone?: boolean;
	readonly files?: number;
	readonly type?: MessageType;
	readonly webhook?: boolean;
	readonly bot?: boolean;
	readonly system?: boolean;
	/** The name that Dana has in this server. */
	readonly nickname?: string;
}

/** As much of a message as is read. Mentions are those that Discord finds in the text, and the author of what is replied to. */
function said({ content = '', repliesTo, ...about }: Said): Message {
	const users = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => String(id));
	const roles = [...content.matchAll(/<@&(\d+)>/g)].map(([, id]) => String(id));
	const mentioned = new Set([...users, ...(repliesTo === undefined ? [] : [repliesTo])]);
	const named = (id: string) => (NAMES[id] === undefined ? undefined : { displayName: NAMES[id] });
	const cache = (get: (id: string) => unknown) => ({ cache: { get } });
	const message = {
		id: '100000000000000009',
		channelId: CHANNEL,
		guildId: about.direct ? null : GUILD,
		content,
		type: about.type ?? (repliesTo === undefined ? MessageType.Default : MessageType.Reply),
		webhookId: about.webhook ? '1' : null,
		author: { id: DANA, displayName: 'Dana', bot: about.bot ?? false, system: about.system ?? false },
		member: about.nickname === undefined ? null : { displayName: about.nickname },
		attachments: { size: about.files ?? 0 },
		mentions: {
			users: { has: (id: string) => mentioned.has(id) },
			roles: { has: (id: string) => roles.includes(id) },
			repliedUser: repliesTo === undefined ? null : { id: repliesTo },
			everyone: about.everyone ?? false,
		},
		channel: {
			type: about.direct ? 1 : 0,
			isThread: () => about.inThread ?? false,
			guild: { members: cache(() => undefined), roles: cache((id) => (id === MODS ? { name: 'mods' } : undefined)) },
			client: { users: cache(named), channels: cache((id) => (id === CHANNEL ? { name: 'films' } : undefined)) },
		},
	};
	return message as unknown as Message;
}

function read(about: Said): IncomingMessage {
	const message = readMessage(said(about), SELF);
	assert.ok(message, 'nobody has said it');
	return message;
}

describe('what a person wrote', () => {
	test('is who said what where', () => {
		assert.deepEqual(read({ content: `<@${BOT}> how many?`, nickname: 'Dee' }), {
			id: '100000000000000009',
			channel: CHANNEL,
			guild: GUILD,
			inThread: false,
			user: DANA,
			name: 'Dee',
			text: 'how many?',
			mentionsBot: true,
			mentionsOthers: false,
			hasFile: false,
			withheld: false,
		});
		const direct = read({ content: 'how many?', direct: true });
		assert.ok(!('guild' in direct));
		assert.deepEqual([direct.name, direct.mentionsBot, direct.text], ['Dana', false, 'how many?']);
	});

	const texts: readonly (readonly [content: string, text: string])[] = [
		[`<@!${BOT}> how many?`, 'how many?'],
		[`how many, <@${BOT}>?`, 'how many,  ?'],
		[`<@&${BOT_ROLE}> how many?`, 'how many?'],
		[`<@${BOT}><@${BOT}> how many?`, 'how many?'],
		[`<@${BOT}> did <@${SAM}> see it in <#${CHANNEL}>?`, 'did @Sam see it in #films?'],
		[`<@${BOT}> ask <@&${MODS}>`, 'ask @mods'],
		[`<@${BOT}> who is <@100000000000000099>?`, 'who is <@100000000000000099>?'],
		[`<@${BOT}> is <:popcorn:100000000000000010> free?`, 'is :popcorn: free?'],
		[`<@${BOT}>\n\u200bline\n\nother `, 'line\n\nother'],
		['8', '8'],
		['映画は何本?', '映画は何本?'],
		[`<@${BOT}>`, ''],
		[`<@${BOT}> ?!`, ''],
		[`<@${BOT}> 👍`, ''],
		['<:popcorn:100000000000000010>', ''],
		['<a:dance:100000000000000010> !', ''],
		[`<@${SAM}> <#${CHANNEL}>`, ''],
		['', ''],
	];
	for (const [content, text] of texts)
		test(`${JSON.stringify(content)} reads ${JSON.stringify(text)}`, () => assert.equal(read({ content }).text, text));

	test('mentions the bot by its name, by the role that came with it, or in a reply to it', () => {
		assert.ok(read({ content: `<@${BOT}>` }).mentionsBot);
		assert.ok(read({ content: `<@&${BOT_ROLE}>` }).mentionsBot);
		assert.ok(read({ content: 'and now?', repliesTo: BOT }).mentionsBot);
		for (const content of [`<@${SAM}>`, `<@&${MODS}>`, '@ToolCoder', BOT]) assert.ok(!read({ content }).mentionsBot, content);
		assert.ok(!read({ content: `<@&${BOT_ROLE}>`, direct: true }).mentionsBot);
	});

	test('speaks to others where it names them, their role or everyone, or replies to them', () => {
		const spoken: readonly Said[] = [
			{ content: `<@${SAM}> see?` },
			{ content: `<@${BOT}> and <@!${SAM}>` },
			{ content: `<@&${MODS}> help` },
			{ content: 'see?', repliesTo: SAM },
			{ content: 'see? @everyone', everyone: true },
		];
		for (const about of spoken) assert.ok(read(about).mentionsOthers, JSON.stringify(about));
		for (const about of [
			{ content: `<@${BOT}> <@&${BOT_ROLE}> see?` },
			{ content: 'see?', repliesTo: BOT },
			{ content: 'see? @everyone' },
		]) {
			assert.ok(!read(about).mentionsOthers, JSON.stringify(about));
		}
	});

	test('is withheld when only a role was mentioned and no text came', () => {
		const role = { ...said({ content: `<@&${BOT_ROLE}>` }), content: '' } as Message;
		assert.equal(readMessage(role, SELF)?.withheld, true);
		assert.ok(!read({ content: `<@${BOT}>` }).withheld);
		assert.ok(!read({ content: '', files: 1 }).withheld);
	});
});

test('what no person has just typed is nothing', () => {
	const others: readonly Said[] = [
		{ bot: true },
		{ webhook: true },
		{ system: true },
		{ type: MessageType.UserJoin },
		{ type: MessageType.ThreadCreated },
		{ type: MessageType.ChannelPinnedMessage },
		{ type: MessageType.ThreadStarterMessage },
		{ type: MessageType.ChatInputCommand },
	];
	for (const about of others)
		assert.equal(readMessage(said({ content: `<@${BOT}> how many?`, ...about }), SELF), undefined, JSON.stringify(about));
});

test('a question in the text of another message has neither mention', () => {
	assert.equal(plainText(said({ content: `<@${BOT}> <@&${BOT_ROLE}> how many?` }), BOT, BOT_ROLE), 'how many?');
	assert.equal(plainText(said({ content: `<@${BOT}>` }), BOT, undefined), '');
});

test('a message is for the bot where it is asked, or engaged with this person and nobody else is spoken to', async () => {
	const engagements = {
		join: async () => {},
		includes: async (key: string, user: string) => key === `discord:${CHANNEL}` && user === DANA,
	};
	const deaf = { ...engagements, includes: async () => false };
	const isFor = (about: Said, engaged = true) => isForBot(read(about), { engagements: engaged ? engagements : deaf });
	assert.ok(await isFor({ content: '👍', direct: true }, false));
	assert.ok(await isFor({ content: `<@${BOT}>` }, false));
	assert.ok(await isFor({ content: `<@${BOT}> and <@${SAM}>?`, inThread: true }, false));
	assert.ok(await isFor({ content: 'and now?', inThread: true }));
	for (const about of [
		{ content: 'and now?' },
		{ content: `<@${SAM}> and now?`, inThread: true },
		{ content: `<@&${MODS}> and now?`, inThread: true },
		{ content: '👍', inThread: true },
		{ content: '', files: 1, inThread: true },
	]) {
		assert.ok(!(await isFor(about)), JSON.stringify(about));
	}
	assert.ok(!(await isFor({ content: 'and now?', inThread: true }, false)));
});
