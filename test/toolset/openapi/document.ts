import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../src/json.ts';
import { type LoadOptions, loadOpenApi, type OpenApiToolset } from '../../../src/toolset/openapi/load.ts';
import type { Operation } from '../../../src/toolset/openapi/operation.ts';
import type { JsonSchema, Tool } from '../../../src/toolset/tool.ts';

export function fixture(name: string): string {
	return readFileSync(new URL(`../../fixtures/openapi/${name}`, import.meta.url), 'utf8');
}

/** An OpenAPI 3.1 document with these paths. */
export function documentOf(paths: JsonObject, rest: JsonObject = {}): string {
	return JSON.stringify({ openapi: '3.1.0', info: { title: 'Test' }, servers: [{ url: 'https://api.example' }], paths, ...rest });
}

export function load(text: string, options: Partial<LoadOptions> = {}): OpenApiToolset {
	return loadOpenApi({
		name: 'api',
		text,
		send: async (operation) => ({ ok: true, value: JSON.parse(JSON.stringify(operation)) }),
		previewOperation: (operation, args) => ({ method: operation.method, url: `${operation.baseUrl}${operation.path}`, body: args }),
		...options,
	});
}

export function toolOf(toolset: OpenApiToolset, name: string): Tool {
	const tool = toolset.tools.get(name);
	if (tool === undefined) throw new Error(`there is no ${name}, only ${[...toolset.tools.keys()].join(', ')}`);
	return tool;
}

/** What the toolset hands to the sender for a tool. */
export async function operationOf(toolset: OpenApiToolset, name: string): Promise<Operation> {
	const response = await toolset.call(toolOf(toolset, name), {}, { signal: AbortSignal.timeout(1000) });
	if (!response.ok) throw new Error(response.message);
	return response.value as unknown as Operation;
}

export function propertyOf(schema: JsonSchema | undefined, name: string): JsonSchema {
	const properties = (schema?.properties ?? {}) as Record<string, JsonSchema>;
	return properties[name] ?? { missing: name };
}

export function namesOf(schema: JsonSchema): string[] {
	return Object.keys((schema.properties ?? {}) as object);
}
