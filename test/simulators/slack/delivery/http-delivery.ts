import { createHmac } from 'node:crypto';
import { isFields } from '../fields.ts';
import type { Attempt, Delivery, Transport } from './delivery.ts';

/** The headers that prove a request to come from Slack (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function signatureOf(body: string, secret: string, at = Math.floor(Date.now() / 1000)): Record<string, string> {
	const digest = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
	return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${digest}` };
}

/** What Slack puts into the body of a request: JSON for events, a form for commands, a form with a `payload` for interactions. */
export function encodeDelivery(delivery: Delivery): { readonly contentType: string; readonly body: string } {
	if (delivery.kind === 'events_api') return { contentType: 'application/json', body: JSON.stringify(delivery.body) };
	const form =
		delivery.kind === 'interactive'
			? new URLSearchParams({ payload: JSON.stringify(delivery.body) })
			: new URLSearchParams(Object.entries(delivery.body).map(([name, value]) => [name, String(value)]));
	return { contentType: 'application/x-www-form-urlencoded', body: form.toString() };
}

/** Signed requests to the app's address. Several addresses are processes behind one balancer: each delivery goes to the next. */
export async function connectOverHttp(urls: readonly string[], signingSecret: string): Promise<Transport> {
	for (const url of urls) await verifyAddress(url, signingSecret);
	let next = 0;
	const stopped = new AbortController();
	return {
		async send(delivery, retry, timeoutMs) {
			const url = urls[next % urls.length] ?? '';
			next += 1;
			const { contentType, body } = encodeDelivery(delivery);
			const retrying: Record<string, string> = retry
				? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }
				: {};
			const headers = { 'content-type': contentType, ...signatureOf(body, signingSecret), ...retrying };
			const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(timeoutMs)]);
			return post(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
		},
		async close() {
			stopped.abort();
		},
	};
}

async function post(url: string, request: RequestInit): Promise<Attempt> {
	const started = performance.now();
	const elapsed = () => Math.round(performance.now() - started);
	try {
		const response = await fetch(url, request);
		const text = await response.text();
		const noRetry = response.headers.get('x-slack-no-retry') === '1';
		if (!response.ok) return { status: response.status, ms: elapsed(), failure: 'http_error', noRetry };
		return { status: response.status, ms: elapsed(), answer: parseAnswer(text) };
	} catch (error) {
		const timedOut = error instanceof Error && error.name === 'TimeoutError';
		return { status: 0, ms: elapsed(), failure: timedOut ? 'http_timeout' : 'connection_failed' };
	}
}

function parseAnswer(text: string): unknown {
	if (text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Slack accepts an address only after it has repeated a challenge (https://docs.slack.dev/reference/events/url_verification). */
async function verifyAddress(url: string, signingSecret: string): Promise<void> {
	const challenge = crypto.randomUUID();
	const body = JSON.stringify({ token: 'legacy-verification-token', challenge, type: 'url_verification' });
	const headers = { 'content-type': 'application/json', ...signatureOf(body, signingSecret) };
	const attempt = await post(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(3000) });
	const { answer } = attempt;
	if ((isFields(answer) ? answer.challenge : answer) !== challenge) {
		throw new Error(`${url} did not repeat the challenge of url_verification (status ${attempt.status}).`);
	}
}
