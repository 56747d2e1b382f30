import { reachableKeys } from '../openapi/definitions.ts';
import { describeOperation } from '../openapi/describe-operation.ts';
import { mend } from '../openapi/mend.ts';
import { nameOperations } from '../openapi/names.ts';
import { plainText } from '../openapi/plain-text.ts';
import { createSchemaHash } from '../openapi/schema-hash.ts';
import type { JsonSchema, SkippedOperation, Tool } from '../tool.ts';
import { effectOf } from './effects.ts';
import { readSchemas } from './schemas.ts';
import type { McpTool } from './snapshot.ts';

export interface BuiltTools {
	readonly tools: ReadonlyMap<string, Tool>;
	/** What the server calls them, by the name programs use. */
	readonly raw: ReadonlyMap<string, McpTool>;
	readonly definitions: Readonly<Record<string, JsonSchema>>;
	readonly skipped: readonly SkippedOperation[];
}

/** MCP 2025-11-25, Tool Names: 1 to 128 characters. */
const MAX_NAME = 128;
const MAX_ORIGIN = 128;

/**
 * Tools as programs call them, of what a server lists: names become identifiers, texts plain and short, schemas what OpenAPI's become.
 */
export function buildTools(toolset: string, listed: readonly McpTool[]): BuiltTools {
	const { usable, skipped } = sort(listed);
	const schemas = readSchemas(
		usable.map(({ inputSchema, outputSchema }) => ({ input: inputSchema, ...(outputSchema && { output: outputSchema }) })),
	);
	const hash = createSchemaHash(schemas.definitions);
	const names = nameOperations(usable.map(({ name }) => ({ method: 'call', path: `/${name}`, operationId: name })));
	const tools = new Map<string, Tool>();
	const raw = new Map<string, McpTool>();
	for (const [index, tool] of usable.entries()) {
		const name = names[index] ?? tool.name;
		const { input = EMPTY, output } = schemas.tools[index] ?? {};
		const effect = effectOf(tool);
		const origin = originOf(tool.name) || name;
		tools.set(name, {
			toolset,
			name,
			...describeOperation({ summary: summaryOf(tool), description: tool.description ?? '' }, origin),
			effect,
			input,
			...(output && { output }),
			schemaHash: hash({ input, ...(output && { output }), effect }),
			origin,
		});
		raw.set(name, tool);
	}
	const used = reachableKeys(
		[...tools.values()].flatMap(({ input, output }) => (output ? [input, output] : [input])),
		schemas.definitions,
	);
	return { tools, raw, definitions: Object.fromEntries([...schemas.definitions].filter(([key]) => used.has(key))), skipped };
}

const EMPTY: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/**
 * The server's name for it, in quotation marks where it is not one that the specification allows: a tool called `GET /users` must not be taken for an
 * operation over HTTP, for which policies have rules.
 */
function originOf(name: string): string {
	const plain = plainText(name, MAX_ORIGIN);
	return /^[\w./-]*$/.test(plain) ? plain : `"${plain}"`;
}

/** A title ("Read Text File") says less than the first sentence of a description. */
function summaryOf({ title, description, annotations }: McpTool): string {
	if (description?.trim()) return '';
	const hinted = annotations?.title;
	return title ?? (typeof hinted === 'string' ? hinted : '');
}

function sort(listed: readonly McpTool[]): { usable: McpTool[]; skipped: SkippedOperation[] } {
	const usable: McpTool[] = [];
	const skipped: SkippedOperation[] = [];
	const seen = new Set<string>();
	for (const tool of listed) {
		const reason =
			tool.name.trim() === '' || tool.name.length > MAX_NAME
				? `its name must have 1 to ${MAX_NAME} characters`
				: seen.has(tool.name)
					? 'the server lists another tool of this name before it'
					: canBeRead(tool)
						? undefined
						: 'its schema nests deeper than can be read';
		if (reason === undefined) usable.push(tool);
		else skipped.push({ origin: originOf(tool.name) || 'a tool without a name', reason });
		seen.add(tool.name);
	}
	return { usable, skipped };
}

/** So that one tool cannot take the others with it. */
function canBeRead({ inputSchema, outputSchema = {} }: McpTool): boolean {
	try {
		mend({ inputSchema, outputSchema });
		return true;
	} catch {
		return false;
	}
}
