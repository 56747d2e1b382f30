import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { parse } from 'yaml';
import { declareTool, declareToolset } from '../../src/code/declarations.ts';
import { messageOf, UserError } from '../../src/errors.ts';
import { isJsonObject } from '../../src/json.ts';
import { loadOpenApi, type OpenApiToolset } from '../../src/toolset/openapi/load.ts';
import type { SkippedOperation } from '../../src/toolset/tool.ts';
import type { PublishedDocument } from './published-documents.ts';

export type Measurement = { readonly name: string; readonly ms: number } & (
	| {
			readonly kind: 'loaded';
			/** Counted in the document itself, without those that a path only refers to. */
			readonly operations: number;
			readonly tools: number;
			readonly skipped: readonly SkippedOperation[];
			/** Of each tool's compact declaration, o200k. */
			readonly tokens: readonly number[];
			readonly paged: number;
			/** The ambient declarations for the type checker. */
			readonly declarations: string;
			/** `toolset.name` of one to call in a program that is type-checked against them. */
			readonly tool: string;
	  }
	/** A message for people: there is nothing to call in it, or it is too large. */
	| { readonly kind: 'refused'; readonly reason: string }
	| { readonly kind: 'crashed'; readonly reason: string }
);

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Loads a document as if it came from an address of its own, so that relative servers lead somewhere; `ms` is the loading alone. */
export function measureDocument({ name, read }: PublishedDocument, toolset: string): Measurement {
	const text = read();
	const startedAt = performance.now();
	let loaded: OpenApiToolset;
	try {
		loaded = loadOpenApi({
			name: toolset,
			text,
			sourceUrl: 'https://api.example/openapi.json',
			send: async () => ({ ok: false, kind: 'refused', message: 'benchmarks call nothing' }),
			previewOperation: ({ method, baseUrl, path }) => ({ method, url: `${baseUrl}${path}` }),
		});
	} catch (error) {
		const ms = performance.now() - startedAt;
		if (error instanceof UserError) return { name, ms, kind: 'refused', reason: error.userMessage };
		return { name, ms, kind: 'crashed', reason: messageOf(error) };
	}
	const ms = performance.now() - startedAt;
	const tools = [...loaded.tools.values()];
	return {
		name,
		ms,
		kind: 'loaded',
		operations: operationsIn(text),
		tools: tools.length,
		skipped: loaded.skipped,
		tokens: tools.map((tool) => countTokens(declareTool(loaded, tool))),
		paged: tools.filter(({ paged }) => paged).length,
		declarations: declareToolset(loaded),
		tool: `${toolset}.${tools[0]?.name}`,
	};
}

/** Methods of paths, counted without the loader. */
function operationsIn(text: string): number {
	const document: unknown = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text);
	const paths = isJsonObject(document) && isJsonObject(document.paths) ? document.paths : {};
	return Object.entries(paths)
		.filter(([path]) => !path.startsWith('x-'))
		.reduce((sum, [, item]) => sum + METHODS.filter((method) => isJsonObject(item) && isJsonObject(item[method])).length, 0);
}
