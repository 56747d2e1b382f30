import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { secretsOf } from '../../src/log.ts';

describe('command lines of MCP servers', () => {
	test('that cannot be read are named at once, without what was set', () => {
		const wrong = {
			MCP_COMMAND_QUOTED: "npx 'hunter2",
			MCP_COMMAND_lower: 'npx server',
			MCP_COMMAND_KEYS: 'npx server',
			MCP_COMMAND_KEYS_ENV: 'GITHUB_TOKEN,OPENAI_API_KEY',
			MCP_COMMAND_CRM: 'npx server',
			MCP_COMMAND_CRM_ENV: 'TOOLSET_SECRET_CRM',
			MCP_COMMAND_CRM_WORKSPACES: 'T0FILMS',
		};
		assert.throws(
			() => readConfig(wrong),
			(error: Error) => {
				for (const part of [
					'MCP_COMMAND_QUOTED must be a command line',
					'MCP_COMMAND_lower must be named with capital letters',
					"MCP_COMMAND_KEYS_ENV must be names of variables that are not the bot's own",
					"MCP_COMMAND_CRM_ENV must be names of variables that are not the bot's own",
					'MCP_COMMAND_CRM_WORKSPACES must be workspaces such as slack:T0123ABCD',
				])
					assert.ok(error.message.includes(part), `${part} is missing in:\n${error.message}`);
				assert.doesNotMatch(error.message, /hunter2/);
				return true;
			},
		);
	});

	test('are read with the variables they name, whose values are secrets, and with whose they are', () => {
		const config = readConfig({
			MCP_COMMAND_MY_FILES: "npx -y server '/srv/my files'",
			MCP_COMMAND_MY_FILES_ENV: 'GITHUB_TOKEN, NOT_SET',
			MCP_COMMAND_MY_FILES_WORKSPACES: 'slack:T1,discord:123456789012345678',
			MCP_COMMAND_EMPTY: ' ',
			GITHUB_TOKEN: 'ghp_hunter2',
		});
		assert.deepEqual(
			[...config.mcpCommands],
			[
				[
					'MY_FILES',
					{
						command: 'npx',
						args: ['-y', 'server', '/srv/my files'],
						environment: { GITHUB_TOKEN: 'ghp_hunter2' },
						workspaces: ['slack:T1', 'discord:123456789012345678'],
					},
				],
			],
		);
		assert.ok(secretsOf(config).includes('ghp_hunter2'));
	});
});
