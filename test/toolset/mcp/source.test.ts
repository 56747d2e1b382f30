import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandFor, type OperatorCommand } from '../../../src/toolset/mcp/operator-command.ts';
import { addressOf, isMcpSource, mcpTarget } from '../../../src/toolset/mcp/source.ts';

describe('the source of an MCP server', () => {
	for (const source of [
		'mcp:',
		'mcp:npx -y server',
		'mcp:../server',
		'mcp:file:///etc/passwd',
		'mcp:http://',
		'mcp:-x',
		'files',
		'/srv/files',
		'mcp:/bin/sh',
	]) {
		test(`is not ${source}`, () => assert.throws(() => mcpTarget(source), { code: 'bad-input', message: /names no MCP server/ }));
	}

	test('is an address, or the name of a command line', () => {
		assert.deepEqual(mcpTarget(' MCP:https://Host.example/mcp?key=1#part '), { kind: 'http', url: 'https://host.example/mcp?key=1' });
		assert.deepEqual(mcpTarget('http://127.0.0.1:3001/mcp'), { kind: 'http', url: 'http://127.0.0.1:3001/mcp' });
		assert.deepEqual(mcpTarget('mcp:My-Files'), { kind: 'command', name: 'my-files' });
		assert.equal(addressOf(mcpTarget('mcp:files')), 'mcp:files');
		assert.equal(addressOf(mcpTarget('mcp:https://host.example/a/mcp')), 'https://host.example/a/mcp');
		assert.equal(addressOf(mcpTarget('mcp:https://host.example/mcp?apiKey=hunter2')), 'https://host.example/mcp?…');
		assert.deepEqual(['mcp:files', 'https://host.example/mcp'].map(isMcpSource), [true, false]);
	});
});

describe('a command line of the operator', () => {
	const command: OperatorCommand = { command: 'npx', args: [], environment: {} };
	const commands = new Map([
		['MY_FILES', command],
		['CRM', { ...command, workspaces: ['slack:T1'] }],
	]);
	const refused = (name: string, workspaceId: string, severalWorkspaces: boolean) => {
		try {
			commandFor(name, commands, { workspaceId, severalWorkspaces });
		} catch (error) {
			return (error as Error).message;
		}
		return undefined;
	};

	test('is started for those it is for', () => {
		for (const [name, workspaceId, several] of [
			['my-files', 'console:local', true],
			['crm', 'console:local', true],
			['my_files', 'slack:T2', false],
			['crm', 'slack:T1', true],
		] as const)
			assert.equal(refused(name, workspaceId, several), undefined, `${name} for ${workspaceId}`);
	});

	test('is not told to others by how it is refused', () => {
		for (const several of [true, false]) {
			const [other, missing] = [refused('crm', 'slack:T2', several), refused('erp', 'slack:T2', several)];
			assert.ok(other?.includes('MCP_COMMAND_CRM (its command line)'));
			assert.equal(other?.replaceAll(/crm/gi, 'erp').toLowerCase(), missing?.toLowerCase());
			assert.equal(other?.includes('MCP_COMMAND_CRM_WORKSPACES=slack:T2'), several);
		}
		assert.ok(refused('my-files', 'slack:T2', true), 'it says for no workspace where several share the bot');
	});
});
