import OpenAI from 'openai';
import { getGlobalDispatcher } from 'undici';
import { UserError } from '../errors.ts';

/** Where an OpenAI-compatible server is, and how it is asked. */
export interface ServerOptions {
	/** Left out for a local server that needs none. */
	readonly apiKey?: string;
	/** `http(s)://…/v1`; OpenAI's when left out. */
	readonly baseUrl?: string;
	/** For one request. Milliseconds. */
	readonly timeoutMs: number;
	/** How requests go out, for whoever records them; the global one when left out. */
	readonly fetch?: typeof globalThis.fetch;
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** Local servers ignore the key; the SDK insists on one. */
const NO_KEY = 'none';

/**
 * The SDK, with all set that it would otherwise read from the environment; what is left to it is OPENAI_CUSTOM_HEADERS, which gateways need. Throws a
 * UserError `configuration` when the key cannot be one. Retries nothing by itself.
 */
export function createSdk({ apiKey, baseUrl, timeoutMs, fetch }: ServerOptions): OpenAI {
	if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
		throw new UserError('configuration', 'OPENAI_API_KEY holds white space or characters that no key has. Copy the key once more.');
	}
	return new OpenAI({
		apiKey: apiKey ?? NO_KEY,
		adminAPIKey: null,
		baseURL: baseUrl ?? OPENAI_BASE_URL,
		organization: null,
		project: null,
		webhookSecret: null,
		maxRetries: 0,
		timeout: timeoutMs,
		fetch,
		logLevel: 'off',
		fetchOptions: { dispatcher: withoutOwnLimits() },
	});
}

/** `fetch` gives up after 300 s without headers or body; a local model may take longer, and `timeoutMs` is the limit that counts. */
function withoutOwnLimits() {
	return getGlobalDispatcher().compose(
		(dispatch) => (options, handler) => dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
	);
}

/** Scheme, host and port of the server: safe to show. Throws a UserError `configuration` when the address cannot be one. */
export function originOf(baseUrl = OPENAI_BASE_URL): string {
	const url = URL.parse(baseUrl);
	if (!url || !['http:', 'https:'].includes(url.protocol)) {
		throw new UserError('configuration', 'OPENAI_BASE_URL is not a web address. Example: http://localhost:11434/v1 for Ollama.');
	}
	if (url.username !== '' || url.password !== '') {
		throw new UserError('configuration', 'OPENAI_BASE_URL must not hold a user name or password. Put the key in OPENAI_API_KEY.');
	}
	return url.origin;
}
