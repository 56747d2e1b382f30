import { ErrorCode, type WebAPICallError, type WebAPIPlatformError } from '@slack/web-api';
import { wasUnreached } from '../../shared/outbound/was-unreached.ts';

/**
 * What a failed call of the Web API leaves behind:
 * - `rate-limited`: nothing; it may be made again after that time
 * - `refused`: nothing; `error` is Slack's code, or `http_<status>`, and the same call would get it again
 * - `unreached`: nothing; Slack never saw it
 * - `unknown`: it may have been carried out
 */
export type SlackFailure =
	| { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
	| { readonly kind: 'refused'; readonly error: string /** The scopes that were missing. */; readonly needed?: string }
	| { readonly kind: 'unreached' | 'unknown' };

/** Codes that speak of a failure on Slack's side, after which "some aspect of the operation" may have succeeded (docs.slack.dev, any method). */
const TROUBLE: ReadonlySet<string> = new Set([
	'internal_error',
	'fatal_error',
	'service_unavailable',
	'request_timeout',
	'team_added_to_org',
]);
const RATE_LIMITED: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited']);
const DEFAULT_RETRY_AFTER_S = 1;

/** Undefined for anything that is no failed call. */
export function failureOf(error: unknown): SlackFailure | undefined {
	if (!isCallError(error)) return undefined;
	switch (error.code) {
		case ErrorCode.RateLimitedError:
			return rateLimited(error.retryAfter);
		case ErrorCode.HTTPError:
			return error.statusCode >= 500 || error.statusCode === 408
				? { kind: 'unknown' }
				: { kind: 'refused', error: `http_${error.statusCode}` };
		case ErrorCode.RequestError:
			return { kind: wasUnreached(error.original) ? 'unreached' : 'unknown' };
		case ErrorCode.PlatformError:
			return platformFailure(error.data);
		default:
			return undefined;
	}
}

/** Slack's code for why it refused a call. */
export function refusalOf(error: unknown): string | undefined {
	const failure = failureOf(error);
	return failure?.kind === 'refused' ? failure.error : undefined;
}

function isCallError(error: unknown): error is WebAPICallError {
	return error instanceof Error && 'code' in error && Object.values<unknown>(ErrorCode).includes(error.code);
}

/** The library takes whatever came with status 200 and is not JSON, say a page of a proxy, for the code of an error. */
function platformFailure(data: WebAPIPlatformError['data']): SlackFailure {
	const { error, response_metadata: metadata } = data;
	if (RATE_LIMITED.has(error)) return rateLimited(metadata?.retryAfter);
	if (TROUBLE.has(error) || !/^\w{1,80}$/.test(error)) return { kind: 'unknown' };
	return 'needed' in data && typeof data.needed === 'string' ? { kind: 'refused', error, needed: data.needed } : { kind: 'refused', error };
}

function rateLimited(seconds = DEFAULT_RETRY_AFTER_S): SlackFailure {
	return { kind: 'rate-limited', retryAfterMs: Math.max(seconds, DEFAULT_RETRY_AFTER_S) * 1000 };
}
