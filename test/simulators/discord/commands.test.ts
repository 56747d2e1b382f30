import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS, withBot } from './with-bot.ts';
import { codeOf, problemsOf, withDiscord } from './with-discord.ts';

describe('commands', { concurrency: true }, () => {
	test('are offered where, to whom and how they were registered', async (t) => {
		const { discord, client, dana } = await withBot(t, async (interaction) => interaction.isRepliable() && (await interaction.reply('ok')));
		const body = [...COMMANDS, { name: 'admin', description: 'x', default_member_permissions: '32', contexts: [0] }];
		await client.rest.put(`/applications/${discord.applicationId}/commands`, { body });
		assert.deepEqual(
			[discord.commands().map((command) => command.name), discord.registrations],
			[['toolset', 'ask', 'Answer this', 'admin'], 2],
		);
		await assert.rejects(dana.command('nothing'), /There is no command nothing/);
		await assert.rejects(dana.command('ask'), /required.*question/);
		await assert.rejects(dana.command('ask', { question: 'x'.repeat(21) }), /between 1 and 20/);
		await assert.rejects(dana.command('ask', { question: 'x', more: 'y' }), /no option more/);
		await assert.rejects(dana.command('toolset'), /needs one of add, upload/);
		await assert.rejects(dana.command('admin'), /does not have permission/);
		await assert.rejects(dana.command('toolset add', {}, 'group'), /not offered/);
		await assert.rejects(dana.command('toolset add', {}, { foreignGuild: true }), /not offered/);
		discord.setAdmin(dana, true);
		await dana.command('admin');
		await assert.rejects(dana.command('admin', {}, 'dm'), /not offered/);
		discord.person('dana', { userInstalled: true });
		assert.equal((await dana.command('toolset add', {}, 'group')).reply()?.content, 'ok');
	});

	test('are refused when people could not be shown them', async (t) => {
		const { discord, login } = await withDiscord(t);
		const { rest } = await login();
		const put = (...body: object[]) => problemsOf(rest.put(`/applications/${discord.applicationId}/commands`, { body }));
		const option = (extra: object) => ({ type: 3, name: 'o', description: 'x', ...extra });
		const command = (extra: object = {}) => ({ name: 'c', description: 'x', ...extra });
		assert.deepEqual(await put(command({ name: 'Upper' })), ['0.name APPLICATION_COMMAND_INVALID_NAME']);
		assert.deepEqual(await put(command(), command()), ['1 APPLICATION_COMMANDS_DUPLICATE_NAME']);
		assert.deepEqual(await put(command({ description: 'x'.repeat(101) })), ['0.description BASE_TYPE_BAD_LENGTH']);
		assert.deepEqual(await put({ name: 'Menu', type: 3, description: 'x' }), [
			'0.description APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION',
		]);
		const options = [option({}), option({ name: 'p', required: true })];
		assert.deepEqual(await put(command({ options })), ['0.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID']);
		const mixed = [option({}), { type: 1, name: 's', description: 'x' }];
		assert.deepEqual(await put(command({ options: mixed })), ['0.options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID']);
		const choices = Array.from({ length: 26 }, (_, index) => ({ name: String(index), value: String(index) }));
		assert.deepEqual(await put(command({ options: [option({ choices })] })), ['0.options.0.choices BASE_TYPE_MAX_LENGTH']);
		const deep = { type: 2, name: 'g', description: 'x', options: [option({})] };
		assert.deepEqual(await put(command({ options: [deep] })), ['0.options.0.options.0.type BASE_TYPE_CHOICES']);
		const long = Array.from({ length: 25 }, (_, index) => ({ name: `${'n'.repeat(96)}${index}`, value: 'v'.repeat(100) }));
		const large = [option({ choices: long }), option({ name: 'p', choices: long })];
		assert.deepEqual(await put(command({ options: large })), ['0 APPLICATION_COMMAND_TOO_LARGE']);
		const many = Array.from({ length: 101 }, (_, index) => command({ name: `c${index}` }));
		assert.equal(await codeOf(rest.put(`/applications/${discord.applicationId}/commands`, { body: many })), 30032);
		assert.equal(await codeOf(rest.put(`/applications/123456789012345678/commands`, { body: [] })), 20012);
		const [kept] = (await rest.put(`/applications/${discord.applicationId}/guilds/${discord.guild()}/commands`, { body: [command()] })) as {
			id: string;
		}[];
		const [again] = (await rest.put(`/applications/${discord.applicationId}/guilds/${discord.guild()}/commands`, {
			body: [command()],
		})) as { id: string }[];
		assert.deepEqual([again?.id === kept?.id, discord.commands('Films').length, discord.commands().length], [true, 1, 0]);
	});
});
