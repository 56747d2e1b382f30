import { UserError } from '../src/errors.ts';
import type { Command, CommandServices, Confirmation, Reply, Request } from './command.ts';

/** Runs a command for whoever asks, without asking back. Roles are enforced here, whatever a platform's own permissions say. */
export async function runCommand(command: Command, request: Request, services: CommandServices): Promise<Reply> {
	await requireRole(command, request);
	return command.run(request, services);
}

/** What to ask before this command is run, and what to run then. Enforces roles as `runCommand` does. */
export async function confirmationOf(
	command: Command,
	request: Request,
	services: CommandServices,
): Promise<Confirmation & Required<Pick<Confirmation, 'options'>>> {
	await requireRole(command, request);
	return { options: request.options, ...(await command.confirmation?.(request, services)) };
}

/** Rejects with `not-allowed` when the command is for admins and this person is none. */
export async function requireRole(command: Command, { user }: Request): Promise<void> {
	if (!command.admin || (await user.isAdmin())) return;
	throw new UserError('not-allowed', `Only an admin may use /${command.path.join(' ')}. Ask one of them to do it.`);
}
