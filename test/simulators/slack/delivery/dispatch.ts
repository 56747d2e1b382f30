import { setTimeout as sleep } from 'node:timers/promises';
import type { Fields } from '../fields.ts';
import { slackId } from '../state/ids.ts';
import type { Attempt, Delivery, Retry, Transport } from './delivery.ts';

/** Of one delivery, once it was acknowledged or given up. */
export interface Ack {
	readonly delivery: Delivery;
	readonly type: string;
	/** From the first attempt until somebody acknowledged it. */
	readonly ms: number;
	/** Of the last attempt: 200, or 0 when nothing came back. */
	readonly status: number;
	readonly attempts: number;
}

export interface Dispatch {
	readonly deliveries: Delivery[];
	readonly acks: Ack[];
	/** Sends something new. Resolves with the last attempt: after the retries of an event, after the only one of anything else. */
	send(about: Pick<Delivery, 'kind' | 'type' | 'team'>, body: Fields): { readonly delivery: Delivery; readonly done: Promise<Attempt> };
	/** Sends the same event again, as Slack does when it has not heard of the first in time. */
	again(delivery: Delivery): Promise<Attempt>;
	/** Resolves once nothing is under way. */
	settled(): Promise<void>;
	close(): void;
}

export interface DispatchOptions {
	readonly transport: () => Transport;
	/** Slack gives up on an answer after 3 s. */
	readonly timeoutMs: number;
	/** Before each retry of an event; Slack's own are about 0, one minute and five minutes (https://docs.slack.dev/apis/events-api/#retries). */
	readonly retryDelaysMs: readonly number[];
}

export function createDispatch(options: DispatchOptions): Dispatch {
	const deliveries: Delivery[] = [];
	const acks: Ack[] = [];
	const underWay = new Set<Promise<unknown>>();
	const closing = new AbortController();

	const attempt = async (delivery: Delivery, retry?: Retry): Promise<Attempt> => {
		const made = await options.transport().send(delivery, retry, options.timeoutMs);
		delivery.attempts.push(made);
		return made;
	};
	const run = async (delivery: Delivery): Promise<Attempt> => {
		const started = performance.now();
		let last = await attempt(delivery);
		const delays = delivery.kind === 'events_api' ? options.retryDelaysMs : [];
		for (const [index, delay] of delays.entries()) {
			if (!last.failure || last.noRetry || closing.signal.aborted) break;
			await sleep(delay, undefined, { signal: closing.signal }).catch(() => undefined);
			if (closing.signal.aborted) break;
			last = await attempt(delivery, { number: index + 1, reason: last.failure });
		}
		const ms = Math.round(performance.now() - started);
		acks.push({ delivery, type: delivery.type, ms, status: last.status, attempts: delivery.attempts.length });
		return last;
	};
	const track = <Result>(work: Promise<Result>): Promise<Result> => {
		underWay.add(work);
		void work.finally(() => underWay.delete(work));
		return work;
	};
	return {
		deliveries,
		acks,
		send(about, body) {
			const delivery: Delivery = { id: slackId('Dl'), ...about, body, attempts: [] };
			deliveries.push(delivery);
			return { delivery, done: track(run(delivery)) };
		},
		again: (delivery) => track(attempt(delivery, { number: delivery.attempts.length, reason: 'http_timeout' })),
		async settled() {
			while (underWay.size > 0) await Promise.allSettled(underWay);
		},
		close: () => closing.abort(),
	};
}
