import type { Writable } from 'node:stream';
import pino from 'pino';
import type { Config } from '../config.ts';
import type { Storage } from '../storage/storage.ts';
import { eraseWorkspace, type Kinds, surveyWorkspace } from './erase.ts';
import { exportWorkspace } from './export.ts';
import { importWorkspace } from './import.ts';
import { openMigrated } from './open-migrated.ts';

export interface DataCommandOptions {
	/** The workspace to export or erase, or the file to import. */
	readonly subject: string;
	/** Erase it, rather than say what would be erased. */
	readonly yes: boolean;
	readonly output: Writable;
}

const logger = pino({ level: 'silent' });

/**
 * What an operator does with the data of one workspace, beside the bot or while it is stopped. Resolves with the exit status. Rejects with a UserError when
 * it cannot be done.
 */
export async function runDataCommand(
	command: 'export' | 'erase' | 'import',
	{ databaseUrl }: Pick<Config, 'databaseUrl'>,
	{ subject, yes, output }: DataCommandOptions,
): Promise<number> {
	const storage = await openMigrated(databaseUrl, { logger });
	try {
		if (command === 'export') return (await exportWorkspace(storage, subject, output)) ? 0 : 1;
		output.write(await (command === 'erase' ? erased(storage, subject, yes) : imported(storage, subject)));
		return 0;
	} finally {
		await storage.close();
	}
}

async function erased(storage: Storage, workspaceId: string, yes: boolean): Promise<string> {
	if (yes) return `${tableOf(await eraseWorkspace(storage, workspaceId))}All of ${workspaceId} was removed.\n`;
	return `${tableOf(await surveyWorkspace(storage, workspaceId))}Nothing was removed. To remove all of this: npm start -- erase ${workspaceId} --yes\n`;
}

async function imported(storage: Storage, file: string): Promise<string> {
	const { workspaceId, records, withoutCredential } = await importWorkspace(storage, file, { logger });
	const again = withoutCredential.map(
		(name) => `The credential of ${name} is not in an export: set it again with /toolset auth ${name}.\n`,
	);
	return `${records} records of ${workspaceId} were restored.\n${again.join('')}`;
}

function tableOf(kinds: Kinds): string {
	const width = Math.max(0, ...[...kinds.keys()].map(({ length }) => length));
	return [...kinds].map(([kind, count]) => `${kind.padEnd(width)}  ${count.toLocaleString('en')}\n`).join('');
}
