import { UserError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { CallContext, CallPreview, ToolResponse, Toolset } from '../tool.ts';
import type { Operation } from './operation.ts';
import { type Api, type ApiText, readApi } from './read-api.ts';
import { readAside } from './read-aside.ts';
import type { NamedScheme } from './security.ts';

/** Sends what an operation describes. Validates the arguments first; never rejects for what arguments, server or network do. */
export type SendOperation = (operation: Operation, args: JsonObject, context: CallContext) => Promise<ToolResponse>;

export interface LoadOptions extends ApiText {
	readonly send: SendOperation;
	readonly previewOperation: (operation: Operation, args: JsonObject) => CallPreview;
}

export interface OpenApiToolset extends Toolset {
	/** Where credentials belong, the most used scheme first. */
	readonly security: readonly NamedScheme[];
	/** The token addresses that the document names for OAuth2 client credentials; see `tokenUrlsOf`. */
	readonly tokenUrls: readonly string[];
}

/** Makes a toolset of a document; throws as `readApi` does. A large document holds up everything else in the process until it is read. */
export function loadOpenApi(options: LoadOptions): OpenApiToolset {
	return toolsetOf(readApi(options), options);
}

/** The same, without holding up anything: what is large is read in another thread. Rejects as `readAside` does. */
export async function openOpenApi(options: LoadOptions): Promise<OpenApiToolset> {
	return toolsetOf(await readAside(options), options);
}

function toolsetOf({ operations, ...api }: Api, { name, send, previewOperation }: LoadOptions): OpenApiToolset {
	return {
		name,
		kind: 'openapi',
		...api,
		async call(tool, args, context) {
			const operation = operations.get(tool.name);
			if (operation === undefined) return { ok: false, kind: 'unknown-tool', message: `${name} has no tool ${tool.name}.` };
			return send(operation, args, context);
		},
		preview(tool, args) {
			const operation = operations.get(tool.name);
			if (operation === undefined) throw new UserError('not-found', `${name} has no tool ${tool.name}.`);
			return previewOperation(operation, args);
		},
	};
}
