import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationCommandOptionType, type AutocompleteInteraction, type ChatInputCommandInteraction } from 'discord.js';
import { commandOf, focusedOf, optionsOf } from '../../../../adapters/discord/inbound/typed-command.ts';
import type { Command } from '../../../../commands/command.ts';
import { lineOf, parseLine } from '../../../../commands/parse.ts';
import { commandTable } from '../../../../commands/table.ts';

/** What discord.js makes of a command: as much of it as is read. */
function typed(
	name: string,
	subcommand: string | null,
	options: Readonly<Record<string, string | boolean>> = {},
): ChatInputCommandInteraction {
	const get = (wanted: string) => options[wanted] ?? null;
	return {
		commandName: name,
		options: { getSubcommand: () => subcommand, getBoolean: get, getString: get },
	} as unknown as ChatInputCommandInteraction;
}

function named(path: string): Command {
	const found = commandTable.find((command) => command.path.join(' ') === path);
	assert.ok(found, path);
	return found;
}

test('a command is the one of the table', () => {
	assert.equal(commandOf(typed('toolset', 'add')), named('toolset add'));
	assert.equal(commandOf(typed('help', null)), named('help'));
	for (const [name, subcommand] of [
		['toolset', 'dance'],
		['toolset', null],
		['dance', null],
		['help', 'me'],
	] as const) {
		assert.equal(commandOf(typed(name, subcommand)), undefined);
	}
});

test('options are what was given, without spaces around it', () => {
	const add = named('toolset add');
	assert.deepEqual(optionsOf(typed('toolset', 'add', { name: ' crm ', source: '  ', auth: 'bearer:CRM' }), add), {
		name: 'crm',
		auth: 'bearer:CRM',
	});
	const ask = named('ask');
	assert.deepEqual(optionsOf(typed('ask', null, { question: 'Who?\nWhen? ', 'allow-writes': true }), ask), {
		question: 'Who?\nWhen?',
		'allow-writes': true,
	});
	assert.deepEqual(optionsOf(typed('ask', null, { question: 'Who?', 'allow-writes': false }), ask), { question: 'Who?' });
});

test('a command and its line say the same', () => {
	const values = [
		'crm',
		'two words',
		"it's",
		"'quoted'",
		'-dash',
		'--force',
		'—force',
		'“so”',
		'a=b',
		'ünï',
		'$f',
		'_f',
		'https://example.com/a?b=c',
		'tab\tin it',
	];
	for (const value of values) {
		for (const path of ['toolset remove', 'functions forget', 'toolset add'] as const) {
			const options = path === 'toolset add' ? { name: value, source: value, 'base-url': value } : { name: value };
			const line = lineOf(named(path), options);
			assert.deepEqual(parseLine(line, commandTable), { command: named(path), options }, line);
		}
	}
	const line = lineOf(named('ask'), { question: 'Who is "it"?  --really', 'allow-writes': true });
	assert.deepEqual(parseLine(line, commandTable), {
		command: named('ask'),
		options: { question: 'Who is "it"?  --really', 'allow-writes': true },
	});
});

test('no value of an option makes another option of it', () => {
	for (const value of ['x" --auth "y', "x' --auth 'y", 'x --auth y', '" "', '"', '“”']) {
		const { options } = parseLine(lineOf(named('toolset remove'), { name: value }), commandTable);
		assert.deepEqual(Object.keys(options), ['name'], value);
	}
});

test('what is being typed is a text', () => {
	const focused = (type: ApplicationCommandOptionType, value: string) =>
		focusedOf({ options: { getFocused: () => ({ name: 'name', value, type }) } } as unknown as AutocompleteInteraction);
	assert.deepEqual(focused(ApplicationCommandOptionType.String, 'mov'), { name: 'name', value: 'mov' });
	assert.deepEqual(focused(ApplicationCommandOptionType.Integer, '1'), { name: 'name', value: '' });
});
