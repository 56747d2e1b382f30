import { UserError } from '../../errors.ts';
import { isOperator, type SecretUser } from '../operator-secret.ts';

/** A command line of the operator that starts an MCP server over stdio, and whose it is. */
export interface OperatorCommand {
	/** The executable, found through `PATH`; no shell reads it. */
	readonly command: string;
	readonly args: readonly string[];
	/** What the process gets of the bot's environment besides `PATH`, `HOME` and what describes the terminal. The values count as secrets. */
	readonly environment: Readonly<Record<string, string>>;
	/** `slack:<team>`; nobody but the operator at the console where several workspaces share the bot and this is left out. */
	readonly workspaces?: readonly string[];
}

export const COMMAND_PREFIX = 'MCP_COMMAND_';

/** `my-files` -> `MY_FILES`: how the operator's variable ends. Undefined for what can be no such name. */
export function commandKey(name: string): string | undefined {
	return /^[a-z][\w-]{0,63}$/i.test(name) ? name.toUpperCase().replaceAll('-', '_') : undefined;
}

/** Whether toolsets of this workspace may start it. At the console sits the operator, whose command lines all are. */
export function isCommandFor(user: SecretUser, { workspaces }: OperatorCommand): boolean {
	if (isOperator(user.workspaceId)) return true;
	return workspaces ? workspaces.includes(user.workspaceId) : !user.severalWorkspaces;
}

/**
 * The command line behind `mcp:<name>`. Throws UserError `not-allowed` with the variables to set; in the same words whether it is missing or
 * another workspace's, because an admin of a chat must not find out what the operator has.
 */
export function commandFor(name: string, commands: ReadonlyMap<string, OperatorCommand>, user: SecretUser): OperatorCommand {
	const key = commandKey(name);
	const found = key === undefined ? undefined : commands.get(key);
	if (found && isCommandFor(user, found)) return found;
	const variable = `${COMMAND_PREFIX}${key ?? 'NAME'}`;
	const workspaces =
		user.severalWorkspaces && !isOperator(user.workspaceId) ? `, ${variable}_WORKSPACES=${user.workspaceId} (who may use it)` : '';
	throw new UserError(
		'not-allowed',
		`There is no MCP server mcp:${name.slice(0, 64)} that can be started from here. The operator provides one with ${variable} (its command line)${workspaces}, and a restart of the bot. A server that is reached over HTTP is named by its address: mcp:https://…`,
	);
}
