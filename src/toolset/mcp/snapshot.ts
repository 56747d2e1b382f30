import type { Client } from '@modelcontextprotocol/client';
import { UserError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { plainText } from '../openapi/plain-text.ts';

/** What a server says of one tool, as it says it: untrusted. */
export interface McpTool {
	/** The server's own name. */
	readonly name: string;
	readonly title?: string;
	readonly description?: string;
	readonly inputSchema: JsonObject;
	readonly outputSchema?: JsonObject;
	/** MCP 2025-11-25, ToolAnnotations: hints of the server. */
	readonly annotations?: JsonObject;
}

/** What is stored of an MCP server in place of an API document. The same tools give the same text, in whatever order they are listed. */
export interface McpSnapshot {
	readonly mcp: 1;
	/** `legacy`: the server is greeted with `initialize` (revisions up to 2025-11-25), without asking for a newer revision first. */
	readonly era: 'legacy' | 'modern';
	readonly server: { readonly name: string; readonly title?: string; readonly version?: string };
	readonly instructions?: string;
	/** The server wanted a credential before it showed anything: there are no tools yet. */
	readonly locked?: true;
	readonly tools: readonly McpTool[];
}

/** The larger reference servers have 30 KB; 300 tools with rich schemas have 1 MB. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** What is connected is read by the process that answers everybody: 5,000 tools take it a second or two. */
const MAX_TOOLS = 5_000;
/** As many as the client itself would read. */
const MAX_PAGES = 64;
const MAX_INSTRUCTIONS = 2_000;
const BEGINNING = '{"mcp":1,';

/** Whether a stored document is a snapshot, without reading it. */
export function isMcpSnapshot(text: string): boolean {
	return text.startsWith(BEGINNING);
}

export function snapshotText(snapshot: McpSnapshot): string {
	const { mcp, ...rest } = snapshot;
	const tools = snapshot.tools.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	return JSON.stringify({ mcp, ...rest, tools });
}

/** Throws UserError `document` for a text that is no snapshot. */
export function parseSnapshot(text: string): McpSnapshot {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw unreadable(cause);
	}
	if (!isJsonObject(value) || value.mcp !== 1 || !Array.isArray(value.tools)) throw unreadable();
	const server = isJsonObject(value.server) ? value.server : {};
	return {
		mcp: 1,
		era: value.era === 'legacy' ? 'legacy' : 'modern',
		server: { name: textOr(server.name, ''), ...optional('title', server.title), ...optional('version', server.version) },
		...optional('instructions', value.instructions),
		...(value.locked === true ? { locked: true as const } : {}),
		tools: value.tools.flatMap((tool) => readTool(tool) ?? []),
	};
}

/** The list of tools as a connected server gives it, all pages. Rejects as the client does, and with UserError `document` when it is too large. */
export async function takeSnapshot(
	client: Client,
	options: { readonly signal?: AbortSignal; readonly timeout?: number },
): Promise<McpSnapshot> {
	const tools = await listTools(client, options);
	const { name = '', title, version } = client.getServerVersion() ?? {};
	return {
		mcp: 1,
		era: client.getProtocolEra() === 'modern' ? 'modern' : 'legacy',
		server: { name, ...optional('title', title), ...optional('version', version) },
		...optional('instructions', plainText(client.getInstructions(), MAX_INSTRUCTIONS) || undefined),
		tools,
	};
}

/** Page by page: the client's own `listTools` writes names of a server to the terminal, as they are, and keeps output schemas to compile them. */
async function listTools(client: Client, options: { readonly signal?: AbortSignal; readonly timeout?: number }): Promise<McpTool[]> {
	if (!client.getServerCapabilities()?.tools) return [];
	const tools: McpTool[] = [];
	let characters = 0;
	let cursor: string | undefined;
	for (let page = 0; page < MAX_PAGES; page += 1) {
		const params = cursor === undefined ? {} : { cursor };
		const listed = await client.request({ method: 'tools/list', params }, options);
		const read = listed.tools.flatMap((tool) => readTool(tool) ?? []);
		characters += JSON.stringify(read).length;
		if (characters > MAX_CHARACTERS) throw tooLarge();
		if (tools.length + read.length > MAX_TOOLS) {
			throw new UserError('document', `The list has more than ${MAX_TOOLS.toLocaleString('en')} tools. Use a server with fewer tools.`);
		}
		tools.push(...read);
		if (listed.nextCursor === undefined || listed.nextCursor === cursor) return tools;
		cursor = listed.nextCursor;
	}
	throw new UserError('document', `The list of tools has more than ${MAX_PAGES} pages. Use a server with fewer tools.`);
}

function tooLarge(): UserError {
	return new UserError('document', `The list of tools is larger than ${MAX_CHARACTERS / 1024 / 1024} MB. Use a server with fewer tools.`);
}

/** Of a server that shows nothing without a credential. */
export function lockedSnapshot(): McpSnapshot {
	return { mcp: 1, era: 'modern', server: { name: '' }, locked: true, tools: [] };
}

function readTool(tool: unknown): McpTool | undefined {
	if (!isJsonObject(tool) || typeof tool.name !== 'string') return undefined;
	return {
		name: tool.name,
		...optional('title', tool.title),
		...optional('description', tool.description),
		inputSchema: isJsonObject(tool.inputSchema) ? tool.inputSchema : {},
		...(isJsonObject(tool.outputSchema) ? { outputSchema: tool.outputSchema } : {}),
		...(isJsonObject(tool.annotations) ? { annotations: tool.annotations } : {}),
	};
}

function optional<Key extends string>(key: Key, value: JsonValue | undefined): { readonly [K in Key]?: string } {
	return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [K in Key]?: string };
}

function textOr(value: JsonValue | undefined, fallback: string): string {
	return typeof value === 'string' ? value : fallback;
}

function unreadable(cause?: unknown): UserError {
	return new UserError('document', 'What was stored of the MCP server cannot be read. Read it again with /toolset refresh.', { cause });
}
