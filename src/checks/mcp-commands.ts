import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { COMMAND_PREFIX } from '../toolset/mcp/operator-command.ts';
import type { Check } from './check.ts';

/**
 * That the program of every command line is there. It is not started: that is for the first question which needs it.
 *
 * @param folders those that are searched; of the `PATH` that its process gets when left out
 */
export function checkMcpCommands({ mcpCommands }: Pick<Config, 'mcpCommands'>, folders?: readonly string[]): readonly Check[] {
	// Windows finds programs in other ways.
	if (process.platform === 'win32') return [];
	return [...mcpCommands].map(([key, { command }]) => {
		const settings = `${COMMAND_PREFIX}${key}`;
		const run = async () => {
			if (await isProgram(command, folders ?? (await inheritedFolders()))) return 'Its program is there.';
			const where = command.includes('/') ? 'is not there, or may not be executed' : 'is not found in any folder of PATH';
			throw new UserError('configuration', `The program that ${settings} begins with ${where}. Install it, or correct the command line.`);
		};
		return { settings, run };
	});
}

/** Loaded only where there are command lines. */
async function inheritedFolders(): Promise<readonly string[]> {
	const { getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio');
	return (getDefaultEnvironment().PATH ?? '').split(path.delimiter);
}

/** As the system looks for it: by its path when it has one, else in each folder that is searched. */
async function isProgram(command: string, folders: readonly string[]): Promise<boolean> {
	for (const folder of command.includes('/') ? [''] : folders) {
		const file = path.resolve(folder, command);
		try {
			await access(file, constants.X_OK);
			if ((await stat(file)).isFile()) return true;
		} catch {
			// Not in this one.
		}
	}
	return false;
}
