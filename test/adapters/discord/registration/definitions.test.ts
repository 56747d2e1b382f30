import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
	APIApplicationCommandOption,
	RESTPostAPIApplicationCommandsJSONBody,
	RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { ASK_ABOUT_THIS, commandDefinitions } from '../../../../adapters/discord/registration/definitions.ts';
import type { Command } from '../../../../commands/command.ts';
import { commandTable } from '../../../../commands/table.ts';

const MANAGE_SERVER = String(1 << 5);

const table = commandDefinitions(commandTable);

function isTyped(definition: RESTPostAPIApplicationCommandsJSONBody): definition is RESTPostAPIChatInputApplicationCommandsJSONBody {
	return definition.type === undefined || definition.type === 1;
}

function named(name: string, definitions = table): RESTPostAPIChatInputApplicationCommandsJSONBody {
	const found = definitions.filter(isTyped).find((definition) => definition.name === name);
	assert.ok(found, `there is no command ${name}`);
	return found;
}

function optionsOf(option: APIApplicationCommandOption | undefined): readonly (readonly unknown[])[] {
	assert.ok(option && 'options' in option);
	return (option.options ?? []).map(({ name, type, required }) => [name, type, required]);
}

function command(change: Partial<Command>): Command {
	return { path: ['dance'], summary: 'Dance.', admin: false, audience: 'caller', options: [], run: async () => [], ...change };
}

test('every command of the table is one of Discord, and the menu of a message has one', () => {
	const first = new Set(commandTable.map(({ path }) => path[0]));
	assert.deepEqual(
		table.map(({ name, type }) => [name, type]),
		[...[...first].map((name) => [name, 1]), [ASK_ABOUT_THIS, 3]],
	);
	for (const { path } of commandTable) {
		if (path.length === 2)
			assert.ok(
				named(path[0]).options?.some(({ name }) => name === path[1]),
				path.join(' '),
			);
	}
});

test('all are offered in servers, in direct messages, and anywhere to whoever has installed the bot', () => {
	for (const { name, contexts, integration_types: types } of table)
		assert.deepEqual(
			[contexts, types],
			[
				[0, 1, 2],
				[0, 1],
			],
			name,
		);
});

test('what only admins may do is hidden from the others, where nothing else goes with it', () => {
	const hidden = table.filter(({ default_member_permissions: needed }) => needed !== undefined);
	assert.deepEqual(
		hidden.map(({ name, default_member_permissions: needed }) => [name, needed]),
		[['settings', MANAGE_SERVER]],
	);
	const add = named('toolset').options?.find(({ name }) => name === 'add');
	assert.match(add?.description ?? '', / \(admins\)$/);
});

test('options are fields: what is required comes first, what a form asks for may be left out, and names are offered', () => {
	assert.deepEqual(
		named('ask').options?.map(({ name, type, required }) => [name, type, required]),
		[
			['question', 3, true],
			['allow-writes', 5, false],
			['dry-run', 5, false],
		],
	);
	const toolset = (name: string) => named('toolset').options?.find((option) => option.name === name);
	assert.deepEqual(optionsOf(toolset('add')), [
		['name', 3, false],
		['source', 3, false],
		['base-url', 3, false],
		['auth', 3, false],
		['token-url', 3, false],
		['scope', 3, false],
	]);
	assert.deepEqual(optionsOf(toolset('auth')), [
		['name', 3, true],
		['reference', 3, false],
		['token-url', 3, false],
		['scope', 3, false],
	]);
	// Its form asks for it.
	assert.deepEqual(optionsOf(named('functions').options?.find(({ name }) => name === 'import')), [['source', 3, false]]);
	assert.deepEqual(optionsOf(toolset('show')), [
		['name', 3, true],
		['page', 3, false],
		['search', 3, false],
	]);
	const fn = (name: string) => named('functions').options?.find((option) => option.name === name);
	const offered = JSON.stringify([toolset('show'), toolset('remove'), fn('show'), fn('forget')]);
	assert.equal(offered.match(/"autocomplete":true/g)?.length, 4);
	assert.equal(JSON.stringify(toolset('policy')).match(/"autocomplete":true/g)?.length, 3);
});

test('groups and texts are no larger than Discord takes', () => {
	for (const { name, options = [], description } of table.filter(isTyped)) {
		assert.ok(options.length <= 25 && description.length <= 100, name);
		for (const option of options) assert.ok(option.description.length <= 100, option.name);
	}
});

test('what is too long for Discord is cut, and tells admins all the same', () => {
	const long = 'Says it again and again. '.repeat(20);
	const dance = command({ summary: long, admin: true, options: [{ name: 'text', description: long, kind: 'rest', required: true }] });
	const { description, options } = named('dance', commandDefinitions([dance]));
	assert.ok(description.length <= 100 && description.endsWith('… (admins)'), description);
	const [option] = options ?? [];
	assert.ok(option && option.description.length <= 100 && option.description.endsWith('…'));
	const many = Array.from({ length: 25 }, (_, index) => command({ path: ['group', `subcommand-number-${index}`] }));
	assert.ok(named('group', commandDefinitions(many)).description.length <= 100);
});

test('the same table gives the same definitions', () => {
	assert.deepEqual(commandDefinitions([...commandTable]), table);
});
