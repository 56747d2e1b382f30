import { UserError } from '../src/errors.ts';
import type { SubmittedRun } from '../src/runs/run-request.ts';
import type { Asked, Command, CommandOption, CommandServices, Reply, Request } from './command.ts';
import { requireRole } from './run-command.ts';

/** A command that begins a run. */
export type AskingCommand = Command & Required<Pick<Command, 'asks'>>;

type RunServices = Pick<CommandServices, 'runs' | 'functions'>;

/** How a run goes about writes, the same in all commands that begin one. */
export const WRITE_OPTIONS: readonly CommandOption[] = [
	{ name: 'allow-writes', description: 'let the program change data without asking for each call', kind: 'flag' },
	{ name: 'dry-run', description: 'change nothing: list what the program would write', kind: 'flag' },
];

/** Rejects with `not-allowed` for all but admins when writes are to go out unasked. */
export async function readWriteOptions({
	options,
	user,
}: Pick<Request, 'options' | 'user'>): Promise<Pick<Asked, 'allowWrites'> & Required<Pick<Asked, 'dryRun'>>> {
	const allowWrites = options['allow-writes'] === true;
	if (allowWrites && !(await user.isAdmin())) {
		throw new UserError('not-allowed', 'Only an admin may let a program write without asking. Ask without --allow-writes.');
	}
	return { allowWrites, dryRun: options['dry-run'] === true };
}

export function beginsRun(command: Command | undefined): command is AskingCommand {
	return command?.asks !== undefined;
}

/** Accepts what a command asks without waiting for the answer, which the conversation shows. Rejects as its `run` does. */
export async function beginRun(command: AskingCommand, request: Request, services: RunServices): Promise<SubmittedRun> {
	await requireRole(command, request);
	const asked = await command.asks(request, services);
	const { id, workspaceId, conversation, topic, retryOf, user } = request;
	return services.runs.submit({ id, workspaceId, conversation, topic, retryOf, ...asked, askedBy: { id: user.id, name: user.name } });
}

/** What `run` of such a command does: begins it and waits until the answer is shown. */
export async function runToEnd(command: AskingCommand, request: Request, services: RunServices): Promise<Reply> {
	const { finished } = await beginRun(command, request, services);
	await finished;
	return [];
}
