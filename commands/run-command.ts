import { UserError } from '../src/errors.ts';
import type { Command, CommandServices, Reply, Request } from './command.ts';

/** Runs a command for whoever asks; the one place where roles are enforced. */
export async function runCommand(command: Command, request: Request, services: CommandServices): Promise<Reply> {
	if (command.admin && !request.user.isAdmin) {
		throw new UserError('not-allowed', `Only an admin may use /${command.path.join(' ')}. Ask one of them to do it.`);
	}
	return command.run(request, services);
}
