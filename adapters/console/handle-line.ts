import type { CommandServices, Reply } from '../../commands/command.ts';
import { parseLine } from '../../commands/parse.ts';
import { runCommand } from '../../commands/run-command.ts';
import { commandTable } from '../../commands/table.ts';
import { toUserError, type UserError } from '../../src/errors.ts';
import { CONSOLE_WORKSPACE } from './session.ts';

export type LineOutcome = { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly error: UserError };

export interface LineOptions {
	/** The conversation the line belongs to. */
	readonly session: string;
	readonly allowWrites?: boolean;
}

/** Does what a typed line asks: a command, or anything else as a question. Never throws. */
export async function handleLine(line: string, services: CommandServices, { session, allowWrites }: LineOptions): Promise<LineOutcome> {
	try {
		const { command, options } = parseLine(line, commandTable);
		const request = {
			workspaceId: CONSOLE_WORKSPACE,
			conversation: session,
			user: { id: 'console', isAdmin: true },
			options: allowWrites && command.path[0] === 'ask' ? { ...options, 'allow-writes': true } : options,
		};
		return { ok: true, reply: await runCommand(command, request, services) };
	} catch (error) {
		return { ok: false, error: toUserError(error) };
	}
}

/** True for the lines that end a console instead of asking it something. */
export function isFarewell(line: string): boolean {
	return ['/exit', '/quit'].includes(line.trim());
}
