import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import type { CallFailure } from '../../shared/outbound/call-patiently.ts';
import { wasUnreached } from '../../shared/outbound/was-unreached.ts';

/** What discord.js throws instead of a call once Discord has refused the bot's token. */
const TOKEN_DROPPED = 'Expected token to be set for this request, but none was present';
/** What discord.js throws when a connection failed in the middle, or took too long. */
const CUT: ReadonlySet<unknown> = new Set(['AbortError', 'TimeoutError', 'SocketError', 'ConnectTimeoutError', 'BodyTimeoutError']);

/**
 * What a failed call of Discord's API leaves behind; undefined for anything that is no failed call. Short rate limits are waited out by discord.js,
 * which also repeats calls that met a failure of Discord's: what is seen here has failed four times.
 */
export function failureOf(error: unknown): CallFailure | undefined {
	if (error instanceof RateLimitError) return { kind: 'rate-limited', retryAfterMs: waitOf(error) };
	if (error instanceof DiscordAPIError) return { kind: error.status === 408 ? 'unknown' : 'refused' };
	if (error instanceof HTTPError) return { kind: 'unknown' };
	if (isWithoutToken(error)) return { kind: 'refused' };
	if (!(error instanceof Error)) return undefined;
	if (wasUnreached(error)) return { kind: 'unreached' };
	return isCut(error) ? { kind: 'unknown' } : undefined;
}

/** Depending on the kind of limit, it is in another place. */
function waitOf({ timeToReset, retryAfter, sublimitTimeout }: RateLimitError): number {
	return Math.max(timeToReset, retryAfter, sublimitTimeout);
}

/** Whether Discord does not accept the token that a call was made with, or has not accepted it before. */
export function isWithoutToken(error: unknown): boolean {
	return error instanceof DiscordAPIError ? error.status === 401 : error instanceof Error && error.message === TOKEN_DROPPED;
}

/** Discord's code for why it refused a call, 0 for one without (discord.com/developers/docs/topics/opcodes-and-status-codes#json). */
export function refusalOf(error: unknown): number | undefined {
	if (!(error instanceof DiscordAPIError)) return undefined;
	const code = Number(error.code);
	// A page, as of a firewall, has none.
	return Number.isInteger(code) ? code : 0;
}

function isCut(error: Error): boolean {
	if (CUT.has(error.name) || ('code' in error && /^(?:UND_ERR_|ECONNRESET|EPIPE|ETIMEDOUT)/.test(String(error.code)))) return true;
	return error.cause instanceof Error && isCut(error.cause);
}
