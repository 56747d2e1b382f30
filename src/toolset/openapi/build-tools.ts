import type { Effect, JsonSchema, Tool } from '../tool.ts';
import { buildInput } from './build-input.ts';
import { reachableKeys, withoutEmptyCycles } from './definitions.ts';
import { describeOperation } from './describe-operation.ts';
import type { Endpoint } from './endpoints.ts';
import { createMerger } from './merge-all-of.ts';
import { nameOperations } from './names.ts';
import type { Operation } from './operation.ts';
import { pagingArguments } from './paging-arguments.ts';
import { withoutQueryPlaceholders } from './path-key.ts';
import type { ReadBody } from './read-body.ts';
import type { ReadParameter } from './read-parameters.ts';
import type { ReadResponses } from './read-responses.ts';
import { createSchemaHash } from './schema-hash.ts';

/** An operation that can become a tool, its schemas still referring to definitions in progress. */
export interface Draft extends Endpoint, ReadResponses {
	readonly baseUrl: string;
	readonly parameters: readonly ReadParameter[];
	readonly body?: ReadBody;
}

export interface BuiltTools {
	readonly tools: Map<string, Tool>;
	readonly operations: Map<string, Operation>;
	readonly definitions: Record<string, JsonSchema>;
}

/** Names the operations and makes their tools; `read` are the definitions that their schemas refer to. */
export function buildTools(toolset: string, drafts: readonly Draft[], read: ReadonlyMap<string, JsonSchema>): BuiltTools {
	const acyclic = withoutEmptyCycles(read);
	const merge = createMerger(acyclic);
	const definitions = new Map([...acyclic].map(([key, schema]) => [key, merge(schema)]));
	const hash = createSchemaHash(definitions);
	const names = nameOperations(drafts.map(({ method, key, operation }) => ({ method, path: key, operationId: operation.operationId })));
	const tools = new Map<string, Tool>();
	const operations = new Map<string, Operation>();
	for (const [index, draft] of drafts.entries()) {
		const name = names[index] ?? draft.origin;
		const { input, bindings, body } = buildInput(draft, definitions, merge);
		const output = draft.output === undefined ? {} : { output: merge(draft.output) };
		const effect = effectOf(draft.method);
		const schemaHash = hash({ input, ...output, effect });
		const paging = pagingArguments(draft.method, input, definitions);
		tools.set(name, {
			toolset,
			name,
			...describeOperation(draft.operation, draft.origin),
			effect,
			input,
			...output,
			schemaHash,
			origin: draft.origin,
			...(paging !== undefined || (draft.announcesPages && effect === 'read') ? { paged: true } : {}),
		});
		operations.set(name, {
			method: draft.method.toUpperCase(),
			path: withoutQueryPlaceholders(draft.path),
			baseUrl: draft.baseUrl,
			parameters: bindings,
			...(body === undefined ? {} : { body }),
			accepts: draft.accepts,
			...(paging === undefined ? {} : { paging }),
			input: selfContained(input, definitions),
		});
	}
	const reachable = reachableKeys(
		[...tools.values()].flatMap(({ input, output }) => (output === undefined ? [input] : [input, output])),
		definitions,
	);
	return { tools, operations, definitions: pick(definitions, reachable) };
}

/** The schema with the definitions it needs, so that a validator needs nothing else. */
function selfContained(input: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): JsonSchema {
	const keys = reachableKeys([input], definitions);
	return keys.size === 0 ? input : { ...input, $defs: pick(definitions, keys) };
}

function pick(definitions: ReadonlyMap<string, JsonSchema>, keys: ReadonlySet<string>): Record<string, JsonSchema> {
	return Object.fromEntries([...definitions].filter(([key]) => keys.has(key)));
}

function effectOf(method: string): Effect {
	if (method === 'delete') return 'destructive';
	return method === 'get' || method === 'head' || method === 'options' ? 'read' : 'write';
}
