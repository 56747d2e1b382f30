import type { CommandServices, Reply } from '../../commands/command.ts';
import { parseLine } from '../../commands/parse.ts';
import { runCommand } from '../../commands/run-command.ts';
import { commandTable } from '../../commands/table.ts';
import { toUserError, type UserError } from '../../src/errors.ts';

/** The console's only workspace and only conversation; its user is the operator, so an admin. */
export const CONSOLE_WORKSPACE = 'console:local';
export const CONSOLE_CONVERSATION = 'console:local';

export type LineOutcome = { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly error: UserError };

export interface LineOptions {
	readonly allowWrites?: boolean;
}

/** Does what a typed line asks: a command, or anything else as a question. Never throws. */
export async function handleLine(line: string, services: CommandServices, { allowWrites }: LineOptions = {}): Promise<LineOutcome> {
	try {
		const { command, options } = parseLine(line, commandTable);
		const request = {
			workspaceId: CONSOLE_WORKSPACE,
			conversation: CONSOLE_CONVERSATION,
			user: { id: 'console', isAdmin: true },
			options: allowWrites && command.path[0] === 'ask' ? { ...options, 'allow-writes': true } : options,
		};
		return { ok: true, reply: await runCommand(command, request, services) };
	} catch (error) {
		return { ok: false, error: toUserError(error) };
	}
}
