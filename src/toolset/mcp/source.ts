import { UserError } from '../../errors.ts';
import { commandKey } from './operator-command.ts';

/** Where an MCP server is: at an address (streamable HTTP), or behind a command line of the operator (stdio). */
export type McpTarget = { readonly kind: 'http'; readonly url: string } | { readonly kind: 'command'; readonly name: string };

const SCHEME = 'mcp:';

/** Whether a source says by itself that it is an MCP server. */
export function isMcpSource(source: string): boolean {
	return source.trim().toLowerCase().startsWith(SCHEME);
}

/**
 * What `mcp:https://host/path`, `mcp:<command name>` or the bare address of an MCP server names. Throws UserError `bad-input` for anything else.
 * The target comes from what the admin typed, never from a stored or fetched text.
 */
export function mcpTarget(source: string): McpTarget {
	const trimmed = source.trim();
	const place = isMcpSource(trimmed) ? trimmed.slice(SCHEME.length) : trimmed;
	if (/^https?:/i.test(place) && URL.canParse(place)) {
		const url = new URL(place);
		url.hash = '';
		return { kind: 'http', url: url.href };
	}
	if (isMcpSource(trimmed) && commandKey(place) !== undefined) return { kind: 'command', name: place.toLowerCase() };
	throw new UserError(
		'bad-input',
		`${trimmed.slice(0, 200)} names no MCP server. Give its address (mcp:https://host/mcp), or the name of a command line that the operator provides (mcp:files for MCP_COMMAND_FILES).`,
	);
}

/**
 * For people, and for programs in messages: where calls go. A query is not shown, since many servers are handed out with a key in it; that there is one
 * is.
 */
export function addressOf(target: McpTarget): string {
	if (target.kind === 'command') return `${SCHEME}${target.name}`;
	const { origin, pathname, search } = new URL(target.url);
	return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}
