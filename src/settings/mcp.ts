import { COMMAND_PREFIX, type OperatorCommand } from '../toolset/mcp/operator-command.ts';
import { parseCommandLine } from './command-line.ts';

export interface McpCommands {
	/** By the end of the variable: `MCP_COMMAND_FILES` is `FILES`, which a toolset names as `mcp:files`. */
	readonly commands: ReadonlyMap<string, OperatorCommand>;
	/** A line for every variable that cannot be read, without its value. */
	readonly problems: readonly string[];
}

/**
 * The variables `MCP_COMMAND_<NAME>` (a command line), each with `…_ENV` (names of variables that its process gets) and `…_WORKSPACES` (whose it is).
 *
 * @param own whether a variable is a setting or a secret of the bot itself: no process of another program gets one
 */
export function readMcpCommands(
	environment: Readonly<Record<string, string | undefined>>,
	own: (variable: string) => boolean,
): McpCommands {
	const commands = new Map<string, OperatorCommand>();
	const problems: string[] = [];
	const partsOf = (variable: string) => (environment[variable] ?? '').split(',').flatMap((part) => part.trim() || []);
	const listed = (variable: string, isRight: (part: string) => boolean, form: string): readonly string[] => {
		const parts = partsOf(variable);
		if (!parts.every(isRight)) problems.push(`${variable} must be ${form}, separated by commas`);
		return parts.filter(isRight);
	};

	for (const [variable, text] of Object.entries(environment)) {
		if (!text?.trim() || !variable.startsWith(COMMAND_PREFIX) || /_(ENV|WORKSPACES)$/.test(variable)) continue;
		const [command, ...args] = parseCommandLine(text) ?? [];
		const key = variable.slice(COMMAND_PREFIX.length);
		if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(key)) problems.push(`${variable} must be named with capital letters, digits and _`);
		else if (!command) problems.push(`${variable} must be a command line, with every quote closed`);
		else {
			const names = listed(
				`${variable}_ENV`,
				(name) => /^[A-Za-z_]\w*$/.test(name) && !own(name),
				"names of variables that are not the bot's own",
			);
			const workspaces = listed(`${variable}_WORKSPACES`, (part) => /^[a-z]+:[^\s:]+$/.test(part), 'workspaces such as slack:T0123ABCD');
			const handed = names.map((name) => [name, environment[name] ?? ''] as const).filter(([, value]) => value !== '');
			const whose = partsOf(`${variable}_WORKSPACES`).length > 0 ? { workspaces } : {};
			commands.set(key, { command, args, environment: Object.fromEntries(handed), ...whose });
		}
	}
	return { commands, problems };
}
