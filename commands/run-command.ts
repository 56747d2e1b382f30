import { UserError } from '../src/errors.ts';
import type { Command, CommandServices, Reply, Request } from './command.ts';

/** Runs a command for whoever asks, without asking back. Roles are enforced here, whatever a platform's own permissions say. */
export async function runCommand(command: Command, request: Request, services: CommandServices): Promise<Reply> {
	await requireRole(command, request);
	return command.run(request, services);
}

/** The question to ask before this command is run; undefined for one that destroys nothing. Enforces roles as `runCommand` does. */
export async function confirmationOf(command: Command, request: Request, services: CommandServices): Promise<string | undefined> {
	await requireRole(command, request);
	return command.confirmation?.(request, services);
}

async function requireRole(command: Command, { user }: Request): Promise<void> {
	if (!command.admin || (await user.isAdmin())) return;
	throw new UserError('not-allowed', `Only an admin may use /${command.path.join(' ')}. Ask one of them to do it.`);
}
