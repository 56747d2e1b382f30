import { isJsonObject, type JsonObject } from '../../json.ts';
import type { SkippedOperation } from '../tool.ts';
import { pathOfKey } from './path-key.ts';
import type { OpenApiDocument } from './read-document.ts';
import { resolve } from './reference.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** One operation as the document lists it. */
export interface Endpoint {
	/** Lower case. */
	readonly method: string;
	/** See `pathOfKey`. */
	readonly path: string;
	/** The path as it is written in the document. */
	readonly key: string;
	readonly pathItem: JsonObject;
	readonly operation: JsonObject;
	readonly origin: string;
}

/** All operations that are written in the document, in its order, and the paths that are written elsewhere. */
export function listEndpoints(document: OpenApiDocument): { endpoints: Endpoint[]; skipped: SkippedOperation[] } {
	const endpoints: Endpoint[] = [];
	const skipped: SkippedOperation[] = [];
	for (const [key, node] of Object.entries(document.paths)) {
		if (key.startsWith('x-')) continue;
		const target = resolve(document, node);
		if (target.kind === 'found') endpoints.push(...endpointsOf(key, target.value));
		else
			skipped.push({
				origin: key,
				reason:
					target.kind === 'external'
						? 'it is described in another document, and such references are not followed'
						: 'it refers to a part of the document that does not exist',
			});
	}
	return { endpoints, skipped };
}

function endpointsOf(key: string, pathItem: JsonObject): Endpoint[] {
	const path = pathOfKey(key);
	return methods.flatMap((method) => {
		const operation = pathItem[method];
		return isJsonObject(operation) ? [{ method, path, key, pathItem, operation, origin: `${method.toUpperCase()} ${key}` }] : [];
	});
}
