import type { Fields } from '../fields.ts';

/** Something Slack tells the app: an event, a command or a press of a button. */
export interface Delivery {
	readonly id: string;
	readonly kind: 'events_api' | 'slash_commands' | 'interactive';
	/** Of the event or the interaction, such as `app_mention`, `message`, `block_actions`; of a command its name. */
	readonly type: string;
	readonly team: string;
	readonly body: Fields;
	readonly attempts: Attempt[];
}

export interface Attempt {
	/** HTTP status; 200 for an acknowledged envelope; 0 when nothing came back. */
	readonly status: number;
	/** From sending to the acknowledgement, or to giving up. */
	readonly ms: number;
	/** Why it counts as failed, in Slack's words: `http_timeout`, `http_error`, `connection_failed`. */
	readonly failure?: 'http_timeout' | 'http_error' | 'connection_failed';
	/** The app asked not to be told again (`x-slack-no-retry: 1`). */
	readonly noRetry?: boolean;
	/** What came with the acknowledgement. */
	readonly answer?: unknown;
}

export interface Retry {
	readonly number: number;
	readonly reason: string;
}

/** A way to the app. Never rejects: what goes wrong is in the attempt. */
export interface Transport {
	send(delivery: Delivery, retry: Retry | undefined, timeoutMs: number): Promise<Attempt>;
	close(): Promise<void>;
}
