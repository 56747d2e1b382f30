/** Of a connection that was never made. */
const UNREACHED: ReadonlySet<unknown> = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ENETUNREACH',
	'EHOSTUNREACH',
	'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a failed request never left: `fetch` hides the reason in the cause, and several addresses of one host in an AggregateError. */
export function wasUnreached(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if ('code' in error && UNREACHED.has(error.code)) return true;
	if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasUnreached);
	return wasUnreached(error.cause);
}
