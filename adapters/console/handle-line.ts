import { beginsRun } from '../../commands/begin-run.ts';
import { type CommandServices, type Reply, type Request, text } from '../../commands/command.ts';
import { parseLine } from '../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../commands/run-command.ts';
import { commandTable } from '../../commands/table.ts';
import { toUserError, type UserError } from '../../src/errors.ts';
import { CONSOLE_WORKSPACE } from './session.ts';

export type LineOutcome = { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly error: UserError };

export interface LineOptions {
	/** The conversation the line belongs to. */
	readonly session: string;
	readonly allowWrites?: boolean;
	readonly dryRun?: boolean;
	/** Puts a yes-or-no question before something is destroyed; absent where nobody is there to answer, and then nothing is asked. */
	readonly confirm?: (question: string) => Promise<boolean>;
	/** Puts words in place of the files of a reply; absent where they are given as they are. */
	readonly saveFiles?: (reply: Reply) => Promise<Reply>;
}

/** Does what a typed line asks: a command, or anything else as a question. Never throws. */
export async function handleLine(line: string, services: CommandServices, given: LineOptions): Promise<LineOutcome> {
	try {
		const reply = await replyTo(line, services, given);
		return { ok: true, reply: given.saveFiles ? await given.saveFiles(reply) : reply };
	} catch (error) {
		return { ok: false, error: toUserError(error) };
	}
}

async function replyTo(line: string, services: CommandServices, given: LineOptions): Promise<Reply> {
	const { command, options } = parseLine(line, commandTable);
	const request = {
		workspaceId: CONSOLE_WORKSPACE,
		conversation: given.session,
		user: { id: 'console', isAdmin: async () => true },
		options: beginsRun(command) ? { ...options, ...flagsOf(given) } : options,
	};
	if (!given.confirm) return runCommand(command, request, services);
	const { question, options: confirmed } = await confirmationOf(command, request, services);
	if (question !== undefined && !(await given.confirm(question))) return [text('Nothing was changed.')];
	return runCommand(command, { ...request, options: confirmed }, services);
}

/** What everything asked here is asked with. */
function flagsOf({ allowWrites, dryRun }: LineOptions): Request['options'] {
	return { ...(allowWrites && { 'allow-writes': true }), ...(dryRun && { 'dry-run': true }) };
}

/** True for the lines that end a console instead of asking it something. */
export function isFarewell(line: string): boolean {
	return ['/exit', '/quit'].includes(line.trim());
}
