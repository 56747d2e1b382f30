import { isJsonObject, type JsonObject } from '../../json.ts';
import type { SecurityScheme } from './operation.ts';
import type { OpenApiDocument } from './read-document.ts';
import { resolve } from './reference.ts';

export interface NamedScheme {
	/** Its name in the document. */
	readonly name: string;
	readonly scheme: SecurityScheme;
}

/**
 * The security schemes that the document's operations ask for, the most frequent first; all declared ones when none is asked for. OAuth2 and OpenID
 * Connect count as bearer, since a token is what is sent in the end. Schemes that cannot be sent (mutual TLS, digest) are left out.
 */
export function securityOf(document: OpenApiDocument): NamedScheme[] {
	const uses = countUses(document);
	const declared = declaredSchemes(document);
	const used = declared.filter(({ name }) => uses.has(name)).sort((a, b) => (uses.get(b.name) ?? 0) - (uses.get(a.name) ?? 0));
	return used.length > 0 ? used : declared;
}

/**
 * The addresses where a client gets tokens with its own credentials (OpenAPI 3.1, OAuth Flow Object), each once: what the document says, to be trusted by
 * nobody. Relative ones are relative to where the document came from; what is no http or https address is left out.
 */
export function tokenUrlsOf(document: OpenApiDocument, sourceUrl?: string): string[] {
	const urls = schemeNodes(document).flatMap(([, { type, flows }]) => {
		const flow = type === 'oauth2' && isJsonObject(flows) ? flows.clientCredentials : undefined;
		const url = isJsonObject(flow) && typeof flow.tokenUrl === 'string' ? URL.parse(flow.tokenUrl.trim(), sourceUrl) : null;
		if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return [];
		url.hash = '';
		return [url.href];
	});
	return [...new Set(urls)];
}

/** True when an argument would carry a credential: the model must never be asked for it. */
export function isCredential(parameter: { name: string; in: string }, schemes: readonly NamedScheme[]): boolean {
	return schemes.some(({ scheme }) => {
		if (scheme.type !== 'apiKey' || scheme.in !== parameter.in) return false;
		return scheme.in === 'header' ? scheme.name.toLowerCase() === parameter.name.toLowerCase() : scheme.name === parameter.name;
	});
}

function declaredSchemes(document: OpenApiDocument): NamedScheme[] {
	return schemeNodes(document).flatMap(([name, node]) => {
		const scheme = reduced(node);
		return scheme === undefined ? [] : [{ name, scheme }];
	});
}

/** Security Scheme Objects by name, as the document has them. */
function schemeNodes(document: OpenApiDocument): [name: string, node: JsonObject][] {
	const components = isJsonObject(document.components) ? document.components : {};
	const schemes = isJsonObject(components.securitySchemes) ? components.securitySchemes : {};
	return Object.entries(schemes).flatMap(([name, node]) => {
		const target = resolve(document, node);
		return target.kind === 'found' ? [[name, target.value]] : [];
	});
}

function reduced({ type, scheme, in: place, name }: JsonObject): SecurityScheme | undefined {
	if (type === 'oauth2' || type === 'openIdConnect') return { type: 'bearer' };
	if (type === 'http') {
		const kind = String(scheme).toLowerCase();
		return kind === 'bearer' ? { type: 'bearer' } : kind === 'basic' ? { type: 'basic' } : undefined;
	}
	if (type !== 'apiKey' || typeof name !== 'string') return undefined;
	if (place === 'query' && name !== '') return { type: 'apiKey', in: 'query', name };
	return (place === 'header' || place === 'cookie') && isToken(name) ? { type: 'apiKey', in: place, name } : undefined;
}

/** A name that may stand in a header (RFC 9110, token). */
export function isToken(name: string): boolean {
	return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}

function countUses(document: OpenApiDocument): Map<string, number> {
	const uses = new Map<string, number>();
	const count = (requirements: unknown): void => {
		for (const requirement of Array.isArray(requirements) ? requirements : []) {
			for (const name of isJsonObject(requirement) ? Object.keys(requirement) : []) uses.set(name, (uses.get(name) ?? 0) + 1);
		}
	};
	count(document.security);
	for (const pathItem of Object.values(document.paths)) {
		for (const operation of isJsonObject(pathItem) ? Object.values(pathItem) : []) if (isJsonObject(operation)) count(operation.security);
	}
	return uses;
}
