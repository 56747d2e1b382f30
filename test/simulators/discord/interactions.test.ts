import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	type APIMessageTopLevelComponent,
	type APIModalInteractionResponseCallbackData,
	type BaseInteraction,
	ComponentType,
	InteractionContextType,
	MessageFlags,
	MessageType,
	TextInputStyle,
} from 'discord.js';
import { visibleText } from './discord.ts';
import { withBot } from './with-bot.ts';

const { ActionRow, Button, FileUpload, Label, StringSelect, TextDisplay, TextInput, UserSelect } = ComponentType;
const EPHEMERAL = { flags: MessageFlags.Ephemeral } as const;

describe('interactions', { concurrency: true }, () => {
	test('tell the truth about where they are and who may do what', async (t) => {
		const seen: BaseInteraction[] = [];
		const { discord, dana } = await withBot(t, async (interaction) => {
			seen.push(interaction);
			if (interaction.isRepliable()) await interaction.reply('hello');
		});
		discord.setAdmin(dana, true);
		await dana.command('ask', { question: 'what' }, 'films');
		await dana.command('toolset add', {}, 'dm');
		const [inGuild, direct] = seen;
		assert.ok(inGuild?.isChatInputCommand() && direct?.isChatInputCommand());
		assert.equal(inGuild.options.getString('question'), 'what');
		assert.deepEqual(
			[inGuild.guildId, inGuild.channelId, inGuild.context],
			[discord.guild(), discord.channel('films'), InteractionContextType.Guild],
		);
		assert.deepEqual(
			[
				inGuild.memberPermissions?.has('ManageGuild'),
				inGuild.appPermissions.has('ManageThreads'),
				inGuild.appPermissions.has('SendMessages'),
			],
			[true, false, true],
		);
		assert.deepEqual(inGuild.authorizingIntegrationOwners.guildId, discord.guild());
		assert.deepEqual(
			[direct.context, direct.member, direct.user.id, direct.attachmentSizeLimit],
			[InteractionContextType.BotDM, null, dana.id, 10 * 1024 * 1024],
		);
		const [record] = discord.interactions;
		assert.deepEqual([record?.type, record?.user, record?.callback, record?.problem], [2, dana.id, 4, undefined]);
		assert.deepEqual(
			discord.messages('films').map((message) => [message.type, message.interaction_metadata?.user.id]),
			[[MessageType.ChatInputCommand, dana.id]],
		);
	});

	test('are answered at once, later, or for one person only', async (t) => {
		const { discord, dana } = await withBot(t, async (interaction) => {
			if (!interaction.isChatInputCommand()) return;
			if (interaction.commandName === 'ask') {
				const { resource } = await interaction.deferReply({ withResponse: true });
				const edited = await interaction.editReply({ content: 'public' });
				assert.deepEqual([edited.id, (await interaction.fetchReply()).content], [resource?.message?.id, 'public']);
				await interaction.followUp({ content: 'one more', ...EPHEMERAL });
			} else {
				await interaction.deferReply(EPHEMERAL);
				await interaction.editReply({ flags: MessageFlags.IsComponentsV2, components: [{ type: TextDisplay, content: 'private' }] });
				await interaction.deleteReply();
				await interaction.followUp({ content: 'changed my mind', files: [{ attachment: Buffer.from('x'), name: 'a.txt' }], ...EPHEMERAL });
			}
		});
		const asked = await dana.command('ask', { question: 'what' }, 'films');
		await discord.until(() => asked.followups().length === 1);
		assert.deepEqual([asked.acknowledged, asked.ms < 3000], [true, true]);
		assert.deepEqual(discord.messages('films').map(visibleText), ['public']);
		const added = await dana.command('toolset add', {}, 'films');
		await discord.until(() => added.followups().length === 1);
		assert.deepEqual(discord.messages('films').length, 1);
		assert.deepEqual(discord.ephemerals(dana).map(visibleText), ['one more', 'changed my mind\na.txt']);
		assert.deepEqual([added.reply(), discord.ephemerals(discord.person('erin'))], [undefined, []]);
		assert.match(discord.transcriptText(), /private/);
	});

	test('of buttons and menus change the message they are on', async (t) => {
		const user = { type: UserSelect, custom_id: 'who' };
		const select = {
			type: StringSelect,
			custom_id: 'pick',
			options: [
				{ label: 'A', value: 'a' },
				{ label: 'B', value: 'b' },
			],
		};
		const rows = [
			{
				type: ActionRow,
				components: [
					{ type: Button, style: 1, label: 'Go', custom_id: 'go' },
					{ type: Button, style: 1, label: 'No', custom_id: 'no', disabled: true },
				],
			},
			{ type: ActionRow, components: [select] },
			{ type: ActionRow, components: [user] },
		] as unknown as APIMessageTopLevelComponent[];
		const { discord, dana } = await withBot(t, async (interaction) => {
			if (interaction.isChatInputCommand()) await interaction.reply({ content: 'choose', components: rows, ...EPHEMERAL });
			if (interaction.isStringSelectMenu()) await interaction.update({ content: `chose ${interaction.values.join()}` });
			if (interaction.isUserSelectMenu()) await interaction.reply(`picked ${interaction.users.first()?.username}`);
			if (!interaction.isButton()) return;
			await interaction.deferUpdate();
			await interaction.editReply({ content: `pressed on ${interaction.message.content}` });
		});
		const shown = (await dana.command('toolset add', {}, 'films')).reply();
		assert.ok(shown);
		await dana.select(shown, 'pick', ['B']);
		await dana.click(shown, 'Go');
		await discord.until(() => discord.ephemerals(dana).some((message) => message.content === 'pressed on chose b'));
		const picked = await dana.select(shown, 'who', [dana.id]);
		assert.deepEqual([picked.reply()?.content, picked.reply()?.message_reference?.message_id], ['picked dana', shown.id]);
		await assert.rejects(dana.click(shown, 'No'), /disabled/);
		await assert.rejects(dana.click(shown, 'Nowhere'), /There is no button Nowhere; there are Go, No/);
		await assert.rejects(dana.select(shown, 'pick', ['A', 'B']), /takes 1 to 1 values/);
		await assert.rejects(discord.person('erin').click(shown, 'Go'), /sees no message/);
	});

	test('open modals that people fill in', async (t) => {
		const kinds = [
			{ label: 'OpenAPI', value: 'openapi', default: true },
			{ label: 'MCP', value: 'mcp' },
		];
		const modal: APIModalInteractionResponseCallbackData = {
			custom_id: 'add',
			title: 'Add a toolset',
			components: [
				{ type: Label, label: 'Name', component: { type: TextInput, custom_id: 'name', style: TextInputStyle.Short, max_length: 5 } },
				{ type: Label, label: 'Kind', component: { type: StringSelect, custom_id: 'kind', options: kinds } },
				{ type: Label, label: 'File', component: { type: FileUpload, custom_id: 'file', required: false, max_values: 2 } },
				{ type: TextDisplay, content: 'Secrets are asked for later.' },
			],
		};
		const { discord, dana, failures } = await withBot(t, async (interaction) => {
			if (interaction.isChatInputCommand()) await interaction.showModal(modal);
			if (!interaction.isModalSubmit()) return;
			const file = interaction.fields.getUploadedFiles('file')?.first();
			const content = file ? await (await fetch(file.url)).text() : 'nothing';
			const kind = interaction.fields.getStringSelectValues('kind').join();
			await interaction.reply(`${interaction.fields.getTextInputValue('name')} ${kind} ${file?.name} ${content}`);
		});
		await dana.command('toolset add', {}, 'films');
		assert.equal(discord.modal(dana)?.title, 'Add a toolset');
		await assert.rejects(dana.submit({ kind: 'MCP' }), /Name: This field is required/);
		await assert.rejects(dana.submit({ name: 'movies' }), /Name takes 0 to 5 characters, not 6/);
		await assert.rejects(dana.submit({ name: 'x', nothing: 'x' }), /no input nothing/);
		const sent = await dana.submit({ name: 'films', kind: 'MCP', file: { name: 'films.yaml', content: 'openapi: 3.1.0' } });
		assert.equal(sent.reply()?.content, 'films mcp films.yaml openapi: 3.1.0');
		await dana.command('toolset add', {}, 'films');
		assert.equal((await dana.submit({ name: 'x' })).reply()?.content, 'x openapi undefined nothing');
		await dana.command('toolset add', {}, 'films');
		dana.dismiss();
		await assert.rejects(dana.submit({ name: 'x' }), /no modal open/);
		assert.match(discord.transcriptText(), /Secrets are asked for later/);
		assert.deepEqual(failures, []);
	});

	test('of a message menu have the message, and of an upload the file', async (t) => {
		const { discord, dana } = await withBot(
			t,
			async (interaction) => {
				if (interaction.isMessageContextMenuCommand()) await interaction.reply(`about: ${interaction.targetMessage.content}`);
				if (interaction.isChatInputCommand()) await interaction.reply(`${interaction.options.getAttachment('file', true).name}`);
			},
			{ messageContent: true },
		);
		const said = await discord.person('erin').say('films', 'unmentioned');
		assert.equal((await dana.contextMenu('Answer this', said)).reply()?.content, 'about: unmentioned');
		const file = { name: 'a.json', content: '{}' };
		assert.equal((await dana.command('toolset upload', { file }, 'films')).reply()?.content, 'a.json');
	});

	test('offer choices while somebody types', async (t) => {
		const { discord, dana } = await withBot(
			t,
			async (interaction) => {
				if (!interaction.isAutocomplete()) return;
				const typed = interaction.options.getFocused();
				const choices = Array.from({ length: typed === 'many' ? 26 : 2 }, (_, index) => ({
					name: `${typed} ${index}`,
					value: String(index),
				}));
				await interaction.respond(choices);
			},
			{ firstResponseMs: 300 },
		);
		const offered = await dana.autocomplete('toolset add', { name: 'name', value: 'fil' }, {}, 'films');
		assert.deepEqual(offered, [
			{ name: 'fil 0', value: '0' },
			{ name: 'fil 1', value: '1' },
		]);
		await assert.rejects(dana.autocomplete('ask', { name: 'question', value: 'x' }), /offers nothing/);
		await assert.rejects(dana.autocomplete('toolset add', { name: 'name', value: 'many' }), /Loading options failed/);
		assert.match(discord.interactions.at(-1)?.problem ?? '', /not acknowledged/);
	});
});
