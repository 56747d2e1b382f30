import { type FetchFunction, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { createBoltLogger } from './bolt-logger.ts';

export interface WebClientSettings {
	/** Ends with a slash. */
	readonly apiUrl: string;
	readonly logger: Logger;
	/** For one request, its body included. */
	readonly timeoutMs?: number;
}

/** Slack answers within a second; an upload of a few megabytes takes longer. */
const TIMEOUT_MS = 15_000;
/** Statuses whose response must not have a body. */
const BODILESS: readonly number[] = [204, 205, 304];

/**
 * For every client of Slack's Web API in this process, Bolt's own among them. Nothing is sent twice behind the caller's back: the library would
 * repeat a request for half an hour, even one that was cut off after Slack had carried it out.
 */
export function webClientOptions({ apiUrl, logger, timeoutMs = TIMEOUT_MS }: WebClientSettings): WebClientOptions {
	return {
		slackApiUrl: apiUrl,
		logger: createBoltLogger(logger),
		retryConfig: { retries: 0 },
		rejectRateLimitedCalls: true,
		timeout: timeoutMs,
		fetch: fetchWhole,
	};
}

/** `team` for the token of an organisation, which is good for many. */
export function createWebClient(token: string, settings: WebClientSettings, team?: string): WebClient {
	return new WebClient(token, { ...webClientOptions(settings), ...(team && { teamId: team }) });
}

/**
 * `fetch` as the library needs it to tell failures apart: one in the middle of a body is a failed request, and a 429 always says how long to wait.
 * Otherwise both end as bare errors.
 */
const fetchWhole: FetchFunction = async (url, init) => {
	const response = await fetch(url, init);
	const body = BODILESS.includes(response.status) ? null : await response.arrayBuffer();
	const headers = new Headers(response.headers);
	if (response.status === 429 && !/^\d+$/.test(headers.get('retry-after') ?? '')) headers.set('retry-after', '1');
	return new Response(body, { status: response.status, statusText: response.statusText, headers });
};
