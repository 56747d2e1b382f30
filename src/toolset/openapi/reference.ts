import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** A chain of references longer than this is a mistake. */
const MAX_HOPS = 20;

export type Resolved =
	| { readonly kind: 'found'; readonly value: JsonObject }
	/** It points into another file or to another address. Such references are never followed. */
	| { readonly kind: 'external' }
	| { readonly kind: 'missing' };

/** The object behind `node`: itself, or what its `$ref` (or chain of them) points to in the same document. A cycle is `missing`. */
export function resolve(document: JsonObject, node: unknown): Resolved {
	let current = node;
	for (let hop = 0; hop < MAX_HOPS; hop += 1) {
		if (!isJsonObject(current)) return { kind: 'missing' };
		const reference = current.$ref;
		if (typeof reference !== 'string') return { kind: 'found', value: current };
		if (!isLocal(reference)) return { kind: 'external' };
		current = valueAt(document, reference);
	}
	return { kind: 'missing' };
}

export function isLocal(reference: string): boolean {
	return reference.startsWith('#');
}

/** The value a local reference `#/a/b` points to (RFC 6901), or undefined. Inherited properties do not count. */
export function valueAt(document: JsonObject, reference: string): JsonValue | undefined {
	let current: JsonValue | undefined = document;
	for (const segment of segmentsOf(reference)) {
		if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
		current = Array.isArray(current) ? current[Number(segment)] : current[segment];
	}
	return current;
}

/** `#/components/schemas/a~1b` -> `['components', 'schemas', 'a/b']` */
export function segmentsOf(reference: string): string[] {
	return reference
		.slice(1)
		.split('/')
		.slice(1)
		.map((segment) => percentDecoded(segment).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function percentDecoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
