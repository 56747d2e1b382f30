import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Postings } from '../../../src/runs/postings.ts';
import { callPatiently } from '../../shared/outbound/call-patiently.ts';
import type { Priority, Turn } from '../../shared/outbound/channel-queues.ts';
import { createDelivery, type Delivery } from '../../shared/outbound/delivery.ts';
import { createMessageUpdates, type MessageUpdates } from '../../shared/outbound/message-updates.ts';
import type { SlackAttachment, SlackFile, SlackMessage } from '../render/message.ts';
import { changeMessage } from './change-message.ts';
import { findPosted, type Posters, type Posting, postMessage } from './post-message.ts';
import { explainSlackError } from './slack-errors.ts';
import { failureOf } from './slack-failure.ts';
import type { PostedTarget, Target } from './target.ts';
import { uploadFile } from './upload-file.ts';

export interface PostOptions {
	/** A `status` waits until no content of its channel does. */
	readonly priority?: Priority;
	/** Aborted, the message is not sent any more and `post` rejects with the reason; one that was sent, or may have been, is brought to its end. */
	readonly signal?: AbortSignal;
}

/**
 * Everything this bot says in Slack. Rate limits are waited out, trouble on Slack's side for half a minute; after that, and on a refusal, methods
 * reject with a UserError in plain words. No wait outlives `close`.
 */
export interface Outbound {
	/**
	 * The timestamp of the message that stands for `key`, at most 250 characters. Messages of a channel go out one after the other, in the order
	 * given and at least `intervalMs` apart, and appear once, whatever fails and whichever process dies. A status that is given again while it
	 * waits is replaced; the signal it was first given with counts. What Slack cannot draw appears as plain text that says so.
	 */
	post(target: Target, key: string, message: SlackMessage, options?: PostOptions): Promise<string>;
	/** The timestamp of the message, or the id of the file, that stands for `key`, when it is known to be shown. */
	posted(key: string): Promise<string | undefined>;
	/** As `posted` for a message; looks for one that was sent by another process, which may have died since. */
	find(target: Target, key: string): Promise<string | undefined>;
	/** Shows a message differently, at most once every `intervalMs`; the newest wins. Resolves when shown, overtaken, or the message is gone. */
	update(target: PostedTarget, message: SlackMessage): Promise<void>;
	/** Resolves when the message is gone, whoever removed it. */
	remove(target: PostedTarget): Promise<void>;
	/** Shows a file, in the order of the channel's messages and once. The id of a user does not do for a channel here. */
	upload(target: Target, key: string, file: SlackFile | SlackAttachment): Promise<void>;
	/** Any other call. It must bear repetition, unless it is said to happen `once`. */
	call<T>(team: string, work: (client: WebClient) => Promise<T>, options?: { readonly once?: boolean }): Promise<T>;
	/** What waits is dropped and rejects as `stopped`; what is on its way gets 5 s. */
	close(): Promise<void>;
}

export interface OutboundOptions {
	readonly clientOf: (team: string) => Promise<WebClient>;
	readonly postings: Postings;
	readonly logger: Logger;
	readonly intervalMs?: number;
	/** Before what failed is tried again; each further wait is twice as long. */
	readonly retryMs?: number;
}

/** "No more than one message per second per channel" (docs.slack.dev/apis/web-api/rate-limits). */
const INTERVAL_MS = 1_000;
/** People and forms wait for calls. */
const CALL = { attempts: 4, limitMs: 60_000 };

export function createOutbound(options: OutboundOptions): Outbound {
	return new SlackOutbound(options);
}

class SlackOutbound implements Outbound {
	readonly #options: OutboundOptions;
	readonly #delivery: Delivery;
	readonly #updates: MessageUpdates<PostedTarget, SlackMessage>;
	/** By key, those that were not sent yet. */
	readonly #waitingStatuses = new Map<string, { readonly posting: Posting; readonly done: Promise<string> }>();

	constructor(options: OutboundOptions) {
		this.#options = options;
		const { clientOf, logger, intervalMs = INTERVAL_MS, retryMs } = options;
		this.#delivery = createDelivery({ platform: 'slack', failureOf, explain: explainSlackError, logger, intervalMs, retryMs });
		this.#updates = createMessageUpdates({
			keyOf: ({ team, channel, ts }) => `${team}/${channel}/${ts}`,
			// Slack limits each method for each workspace.
			gateOf: ({ team }, kind) => `${team}/${kind === 'update' ? 'chat.update' : 'chat.delete'}`,
			async prepare(target) {
				const client = await clientOf(target.team);
				return (message) => changeMessage(client, target, message);
			},
			gate: this.#delivery.gate,
			patience: this.#delivery.patience,
			intervalMs,
		});
	}

	post(target: Target, key: string, message: SlackMessage, { priority = 'content', signal }: PostOptions = {}): Promise<string> {
		const waiting = this.#waitingStatuses.get(key);
		if (waiting && waiting.posting.sentAt === undefined) {
			waiting.posting.message = message;
			return waiting.done;
		}
		const posting: Posting = { target, key, message, signal };
		const done = this.#deliver(target, (posters) => postMessage(posting, posters), { priority, signal });
		if (priority === 'content') return done;
		const status = { posting, done };
		const forget = () => this.#waitingStatuses.get(key) === status && this.#waitingStatuses.delete(key);
		this.#waitingStatuses.set(key, status);
		done.then(forget, forget);
		return done;
	}

	posted(key: string): Promise<string | undefined> {
		return this.#options.postings.get(key);
	}

	find(target: Target, key: string): Promise<string | undefined> {
		const { postings, clientOf } = this.#options;
		return this.#delivery.follow(() => postings.get(key, async () => findPosted(await clientOf(target.team), target, key)));
	}

	update(target: PostedTarget, message: SlackMessage): Promise<void> {
		return this.#delivery.follow(() => this.#updates.update(target, message));
	}

	remove(target: PostedTarget): Promise<void> {
		return this.#delivery.follow(() => this.#updates.remove(target));
	}

	upload(target: Target, key: string, file: SlackFile | SlackAttachment): Promise<void> {
		const upload = { target, key, file };
		return this.#deliver(target, (posters) => uploadFile(upload, posters), { priority: 'content' });
	}

	call<T>(team: string, work: (client: WebClient) => Promise<T>, { once }: { readonly once?: boolean } = {}): Promise<T> {
		const attempt = async () => work(await this.#options.clientOf(team));
		return this.#delivery.follow(() => callPatiently(attempt, { ...this.#delivery.patience, ...CALL, once }));
	}

	close(): Promise<void> {
		return this.#delivery.close();
	}

	#deliver<T>({ team, channel }: Target, attempt: (posters: Posters) => Promise<T>, turn: Turn): Promise<T> {
		return this.#delivery.deliver(`${team}/${channel}`, (pace) => attempt({ ...this.#options, ...pace }), turn);
	}
}
