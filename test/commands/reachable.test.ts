import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { App } from '@slack/bolt';
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { commandDefinitions } from '../../adapters/discord/registration/definitions.ts';
import { listenForCommands } from '../../adapters/slack/inbound/listen-commands.ts';
import type { Parts } from '../../adapters/slack/parts.ts';
import type { Command } from '../../commands/command.ts';
import { usage } from '../../commands/parse.ts';
import { commandTable } from '../../commands/table.ts';
import { consoleFolder, jsonLines, runConsole } from '../adapters/console/console-process.ts';

/** What a definition for Discord and each of its options have in common. */
interface Offered {
	readonly name: string;
	readonly options?: readonly Offered[];
}

const typed = ({ path }: Command) => `/${path.join(' ')}`;

describe('every command of the table', () => {
	test('is there once', () => {
		assert.equal(new Set(commandTable.map(typed)).size, commandTable.length);
	});

	test('is done by the console when it is typed', async (context) => {
		const { output } = await runConsole({
			folder: await consoleFolder(context),
			args: ['console', '--json'],
			input: `${commandTable.map(typed).join('\n')}\n`,
		});
		const replies = jsonLines(output);
		assert.equal(replies.length, commandTable.length, output);
		for (const [index, command] of commandTable.entries()) {
			const reply = replies[index] ?? assert.fail();
			// What takes options is known by its own usage; what takes none is done.
			if (command.options.some(({ required }) => required)) assert.ok(String(reply.message).endsWith(`Usage: ${usage(command)}`), output);
			else assert.equal(reply.type, 'reply', `${typed(command)}: ${JSON.stringify(reply)}`);
		}
	});

	test('is in the manifest of the Slack app, and listened for there', () => {
		const listened: unknown[] = [];
		const app = { command: (name: string) => listened.push(name), shortcut() {} };
		listenForCommands(app as unknown as App, {} as Parts);
		const manifest: AppsManifestCreateArguments['manifest'] = JSON.parse(
			readFileSync(path.join(import.meta.dirname, '../../slack-manifest.json'), 'utf8'),
		);
		const declared = new Map(manifest.features?.slash_commands?.map(({ command, usage_hint: hint = '' }) => [command, hint]));
		for (const command of commandTable) {
			const [first, second] = command.path;
			assert.ok(declared.has(`/${first}`) && listened.includes(`/${first}`), typed(command));
			const offered = declared.get(`/${first}`)?.split('|') ?? [];
			if (second) assert.ok(offered.map((part) => part.trim().split(' ')[0]).includes(second), `${typed(command)} is not in the hint`);
		}
	});

	test('is registered with Discord, with every option that is for people', () => {
		const definitions = new Map(commandDefinitions(commandTable).map((definition) => [definition.name, definition as Offered]));
		for (const command of commandTable) {
			const [first, second] = command.path;
			const definition = definitions.get(first);
			const offered = second === undefined ? definition : definition?.options?.find(({ name }) => name === second);
			assert.ok(offered, typed(command));
			assert.deepEqual(
				(offered.options ?? []).map(({ name }) => name).sort(),
				command.options.flatMap(({ name, internal }) => (internal ? [] : [name])).sort(),
				typed(command),
			);
		}
	});
});
