import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { runChecks } from '../../src/checks/check.ts';
import { checkMcpCommands } from '../../src/checks/mcp-commands.ts';

describe('the check of the command lines', () => {
	it('finds programs as the system does, and repeats nothing of what is set', async (context) => {
		const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-programs-'));
		context.after(() => rm(folder, { recursive: true }));
		await writeFile(path.join(folder, 'server'), '#!/bin/sh\n', { mode: 0o755 });
		await writeFile(path.join(folder, 'notes'), 'text', { mode: 0o644 });
		await mkdir(path.join(folder, 'folder'));
		const commands = {
			FOUND: 'server',
			BY_PATH: path.join(folder, 'server'),
			RELATIVE: path.relative(process.cwd(), path.join(folder, 'server')),
			MISSING: 'no-such-program',
			NOT_A_PROGRAM: 'notes',
			A_FOLDER: 'folder',
			WRONG_PATH: path.join(folder, 'none'),
		};
		const mcpCommands = new Map(Object.entries(commands).map(([key, command]) => [key, { command, args: [], environment: {} }]));
		const findings = await runChecks(checkMcpCommands({ mcpCommands }, ['/no/such/folder', folder]));
		assert.deepEqual(
			findings.map(({ settings, kind }) => `${settings} ${kind}`),
			[
				'MCP_COMMAND_FOUND works',
				'MCP_COMMAND_BY_PATH works',
				'MCP_COMMAND_RELATIVE works',
				'MCP_COMMAND_MISSING wrong',
				'MCP_COMMAND_NOT_A_PROGRAM wrong',
				'MCP_COMMAND_A_FOLDER wrong',
				'MCP_COMMAND_WRONG_PATH wrong',
			],
		);
		for (const { text } of findings) assert.doesNotMatch(text, /no-such-program|toolcoder-programs/);
	});
});
