import { UserError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { OpenApiDocument } from './read-document.ts';

export interface ServerOptions {
	/** Where the document came from; relative servers are relative to it. */
	readonly sourceUrl?: string | undefined;
	/** Overrides whatever the document says. */
	readonly baseUrl?: string | undefined;
}

export interface Servers {
	/** Absolute, http or https, without credentials, query and trailing slash. */
	readonly baseUrl: string;
	/**
	 * The base URL for an operation, from its own servers or those of its path where they exist. `undefined` when these lead to another origin than the
	 * document's: credentials given for one server must not travel to another.
	 */
	forOperation(pathItem: JsonObject, operation: JsonObject): string | undefined;
}

/** Decides where calls go. Throws UserError `document` when the document, the address it came from and the options do not say. */
export function chooseServers(document: OpenApiDocument, options: ServerOptions): Servers {
	const declared = firstServer(document.servers, options.sourceUrl);
	const baseUrl = overriding(options.baseUrl) ?? declared ?? originOf(options.sourceUrl, document.servers);
	if (baseUrl === undefined) {
		throw new UserError(
			'document',
			'The document does not say which server to call. Add the toolset again and give a base URL, for example https://api.example.com/v1.',
		);
	}
	const home = new URL(declared ?? baseUrl).origin;
	return {
		baseUrl,
		forOperation(pathItem, operation) {
			const servers = [operation.servers, pathItem.servers].find((list) => Array.isArray(list) && list.length > 0);
			if (servers === undefined) return baseUrl;
			const own = firstServer(servers, options.sourceUrl ?? `${declared ?? baseUrl}/`, home);
			return own === undefined || options.baseUrl === undefined ? own : baseUrl;
		},
	};
}

function overriding(baseUrl: string | undefined): string | undefined {
	if (baseUrl === undefined) return undefined;
	const usable = normalised(baseUrl, undefined);
	if (usable === undefined)
		throw new UserError(
			'bad-input',
			'The base URL must be complete and start with http:// or https://, for example https://api.example.com/v1.',
		);
	return usable;
}

/** OpenAPI: without servers the default is `/` at the place the document came from. */
function originOf(sourceUrl: string | undefined, servers: unknown): string | undefined {
	const isSilent = !Array.isArray(servers) || servers.length === 0;
	return sourceUrl === undefined || !isSilent ? undefined : normalised('/', sourceUrl);
}

/** The first server with a usable URL (at `origin` only, where one is given), its variables replaced by their defaults. */
function firstServer(servers: unknown, sourceUrl: string | undefined, origin?: string): string | undefined {
	if (!Array.isArray(servers)) return undefined;
	for (const server of servers) {
		if (!isJsonObject(server) || typeof server.url !== 'string') continue;
		const url = normalised(withDefaults(server.url, server.variables), sourceUrl);
		if (url !== undefined && (origin === undefined || isSameOrSafer(url, origin))) return url;
	}
	return undefined;
}

/** The same origin, or its https variant: servers without a scheme (`//host`) take that of the document's own address. */
function isSameOrSafer(url: string, origin: string): boolean {
	const { origin: own, protocol, host } = new URL(url);
	return own === origin || (protocol === 'https:' && host === new URL(origin).host);
}

function withDefaults(template: string, variables: unknown): string {
	return template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
		const variable = isJsonObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined;
		if (!isJsonObject(variable)) return whole;
		const value = variable.default ?? (Array.isArray(variable.enum) ? variable.enum[0] : undefined);
		return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
	});
}

function normalised(text: string, base: string | undefined): string | undefined {
	const address = base === undefined && /^\/\/\w/.test(text.trim()) ? `https:${text.trim()}` : text.trim();
	if (/[{}\s]/.test(address) || !URL.canParse(address, base)) return undefined;
	const url = new URL(address, base);
	if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
	return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
