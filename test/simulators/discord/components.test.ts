import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ButtonStyle, type Client, ComponentType, MessageFlags, type REST } from 'discord.js';
import { type Discord, visibleText } from './discord.ts';
import { codeOf, problemsOf, withDiscord } from './with-discord.ts';

const { ActionRow, Button, Container, File, Section, Separator, StringSelect, TextDisplay } = ComponentType;

const display = (content: string) => ({ type: TextDisplay, content });
const button = (custom_id: string, label = custom_id) => ({ type: Button, style: ButtonStyle.Primary, custom_id, label });
const row = (...components: object[]) => ({ type: ActionRow, components });
const container = (...components: object[]) => ({ type: Container, components });
const option = (value: string) => ({ label: value, value });
const select = (custom_id: string, count: number) => ({
	type: StringSelect,
	custom_id,
	options: Array.from({ length: count }, (_, index) => option(String(index))),
});
const attached = (name: string) => ({ type: File, file: { url: `attachment://${name}` } });

describe('messages of components', { concurrency: true }, () => {
	test('show texts, buttons and files in the order people read them', async (t) => {
		const { discord, post } = await withPost(t);
		const section = { type: Section, components: [display('Section')], accessory: button('go', 'Go') };
		const components = [
			display('Top'),
			container(section, { type: Separator }, attached('a.csv'), row(button('stop', 'Stop'), { ...button('e'), emoji: { name: '👍' } })),
		];
		const posted = await post(components, { files: [{ name: 'a.csv', data: Buffer.from('1,2') }] });
		const message = discord.message(posted);
		assert.ok(message);
		assert.equal(visibleText(message), 'Top\nSection\nGo\na.csv\nStop\n👍\ne');
		assert.deepEqual([message.attachments, discord.files().map((file) => file.content)], [[], ['1,2']]);
		assert.match(JSON.stringify(message.components), /"url":"http:[^"]+a\.csv/);
		const ids = [...JSON.stringify(message.components).matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
		assert.deepEqual(
			ids.toSorted((a, b) => a - b),
			[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
		);
	});

	test('stay so, and have nothing else', async (t) => {
		const { rest, channel, post } = await withPost(t);
		const legacy = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
		assert.deepEqual(await problemsOf(post([display('x')], { content: 'y' })), [`content ${legacy}`]);
		assert.deepEqual(await problemsOf(post([display('x')], { embeds: [{ title: 'y' }] })), [`embeds ${legacy}`]);
		assert.equal(await codeOf(post([])), 50006);
		const posted = await post([display('x')]);
		const edit = (id: string, body: object) => rest.patch(`/channels/${channel}/messages/${id}`, { body }) as Promise<{ flags: number }>;
		assert.deepEqual(await problemsOf(edit(posted.id, { content: 'y' })), [`content ${legacy}`]);
		assert.equal((await edit(posted.id, { flags: 0, components: [display('z')] })).flags, MessageFlags.IsComponentsV2);
		const old = (await rest.post(`/channels/${channel}/messages`, { body: { content: 'old' } })) as { id: string };
		const change = { flags: MessageFlags.IsComponentsV2, components: [display('new')] };
		assert.deepEqual(await problemsOf(edit(old.id, change)), [`content ${legacy}`]);
		assert.equal((await edit(old.id, { ...change, content: null })).flags, MessageFlags.IsComponentsV2);
		assert.deepEqual(await problemsOf(edit(old.id, { components: [] })), []);
	});

	test('are refused when there is too much of them', async (t) => {
		const { post } = await withPost(t);
		const many = (count: number) => Array.from({ length: count }, () => display('x'));
		assert.deepEqual(await problemsOf(post([container(...many(20)), container(...many(19))])), [
			'components COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
		]);
		await post([container(...many(19)), container(...many(19))]);
		assert.deepEqual(await problemsOf(post([display('x'.repeat(2001)), container(display('x'.repeat(2000)))])), [
			'components COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
		]);
		const buttons = Array.from({ length: 6 }, (_, index) => button(String(index)));
		assert.deepEqual(await problemsOf(post([row(...buttons)])), ['components.0.components BASE_TYPE_BAD_LENGTH']);
		assert.deepEqual(await problemsOf(post([row(select('s', 26))])), ['components.0.components.0.options BASE_TYPE_BAD_LENGTH']);
		assert.deepEqual(await problemsOf(post([row(select('s', 2), button('b'))])), [
			'components.0.components COMPONENT_LAYOUT_WIDTH_EXCEEDED',
		]);
		assert.deepEqual(await problemsOf(post([row(button('x'.repeat(101), 'x'.repeat(81)))])), [
			'components.0.components.0.label BASE_TYPE_BAD_LENGTH',
			'components.0.components.0.custom_id BASE_TYPE_BAD_LENGTH',
		]);
	});

	test('are refused when they do not fit together', async (t) => {
		const { post } = await withPost(t);
		const at = (problem: string) => [`components.0${problem}`];
		assert.deepEqual(await problemsOf(post([button('loose')])), at('.type UNION_TYPE_CHOICES'));
		assert.deepEqual(await problemsOf(post([container(container(display('x')))])), at('.components.0.type UNION_TYPE_CHOICES'));
		assert.deepEqual(await problemsOf(post([{ type: Section, components: [display('x')] }])), at('.accessory BASE_TYPE_REQUIRED'));
		assert.deepEqual(await problemsOf(post([row(button('a'), button('a'))])), at('.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED'));
		assert.deepEqual(
			await problemsOf(
				post([
					{ ...display('x'), id: 3 },
					{ ...display('y'), id: 3 },
				]),
			),
			['components.1.id COMPONENT_DUPLICATE_ID'],
		);
		const link = { type: Button, style: ButtonStyle.Link, label: 'x' };
		assert.deepEqual(await problemsOf(post([row(link)])), at('.components.0.url BASE_TYPE_REQUIRED'));
		const both = { ...link, url: 'https://example.com', custom_id: 'x' };
		assert.deepEqual(await problemsOf(post([row(both)])), at('.components.0 BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE'));
		const smile = { ...button('x'), emoji: { name: 'smile' } };
		assert.deepEqual(await problemsOf(post([row(smile)])), at('.components.0.emoji.name COMPONENT_INVALID_EMOJI'));
		assert.deepEqual(await problemsOf(post([display('x')], { flags: 0 })), at('.type UNION_TYPE_CHOICES'));
	});

	test('show every file there is, and no other', async (t) => {
		const { rest, channel, post } = await withPost(t);
		const files = [{ name: 'a.csv', data: Buffer.from('1,2') }];
		assert.deepEqual(await problemsOf(post([attached('b.csv')])), [
			'components.0.file.url UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
		]);
		assert.deepEqual(await problemsOf(post([display('x')], { files })), ['attachments COMPONENTS_V2_ATTACHMENT_NOT_REFERENCED']);
		const linked = { type: File, file: { url: 'https://example.com/a.csv' } };
		assert.deepEqual(await problemsOf(post([linked])), ['components.0.file.url UNFURLED_MEDIA_ITEM_INVALID_SCHEME']);
		const posted = await post([attached('a.csv')], { files });
		const edit = (body: object) => rest.patch(`/channels/${channel}/messages/${posted.id}`, { body });
		await edit({ components: [display('still there'), attached('a.csv')] });
		assert.deepEqual(await problemsOf(edit({ components: [display('x')] })), ['attachments COMPONENTS_V2_ATTACHMENT_NOT_REFERENCED']);
		await edit({ components: [display('x')], attachments: [] });
	});
});

interface Extra {
	readonly content?: string;
	readonly embeds?: object[];
	readonly flags?: number;
	readonly files?: { name: string; data: Buffer }[];
}

async function withPost(t: { after(work: () => Promise<void>): void }) {
	const { discord, login } = await withDiscord(t, { messagesPer5s: 100 });
	const client: Client = await login();
	return { discord, ...poster(discord, client.rest) };
}

/** Past the builders of discord.js, which would not make what is wrong. */
function poster(discord: Discord, rest: REST) {
	const channel = discord.channel('films');
	const post = async (components: object[], { files, ...extra }: Extra = {}) => {
		const body = { flags: MessageFlags.IsComponentsV2, components, ...extra };
		return (await rest.post(`/channels/${channel}/messages`, { body, ...(files ? { files } : {}) })) as { id: string; channel_id: string };
	};
	return { rest, channel, post };
}
