import { setTimeout as delay } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { UserError } from '../../../src/errors.ts';
import type { Postings } from '../../../src/runs/postings.ts';
import type { SlackFile, SlackMessage } from '../render/message.ts';
import { callPatiently } from './call-patiently.ts';
import { createChannelQueues, type Priority } from './channel-queues.ts';
import { createMessageUpdates } from './message-updates.ts';
import { type Posters, type Posting, postMessage } from './post-message.ts';
import { createRateGate } from './rate-gate.ts';
import { explainSlackError } from './slack-errors.ts';
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
	/** Shows a message differently, at most once every `intervalMs`; the newest wins. Resolves when shown, overtaken, or the message is gone. */
	update(target: PostedTarget, message: SlackMessage): Promise<void>;
	/** Resolves when the message is gone, whoever removed it. */
	remove(target: PostedTarget): Promise<void>;
	/** Shows a file, in the order of the channel's messages and once. */
	upload(target: Target, key: string, file: SlackFile): Promise<void>;
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
const CLOSE_GRACE_MS = 5_000;
/** People and forms wait for calls. */
const CALL = { attempts: 4, limitMs: 60_000 };

export function createOutbound(options: OutboundOptions): Outbound {
	return new SlackOutbound(options);
}

class SlackOutbound implements Outbound {
	readonly #options: OutboundOptions;
	readonly #intervalMs: number;
	readonly #closing = new AbortController();
	readonly #gate = createRateGate();
	readonly #queues = createChannelQueues(this.#closing.signal);
	readonly #patience;
	readonly #updates;
	/** By key, those that were not sent yet. */
	readonly #waitingStatuses = new Map<string, { readonly posting: Posting; readonly done: Promise<string> }>();
	readonly #underWay = new Set<Promise<unknown>>();

	constructor(options: OutboundOptions) {
		this.#options = options;
		this.#intervalMs = options.intervalMs ?? INTERVAL_MS;
		this.#patience = { closing: this.#closing.signal, logger: options.logger, firstWaitMs: options.retryMs };
		this.#updates = createMessageUpdates({
			clientOf: options.clientOf,
			gate: this.#gate,
			patience: this.#patience,
			intervalMs: this.#intervalMs,
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

	update(target: PostedTarget, message: SlackMessage): Promise<void> {
		return this.#follow(() => this.#updates.update(target, message));
	}

	remove(target: PostedTarget): Promise<void> {
		return this.#follow(() => this.#updates.remove(target));
	}

	upload(target: Target, key: string, file: SlackFile): Promise<void> {
		const upload = { target, key, file };
		return this.#deliver(target, (posters) => uploadFile(upload, posters), { priority: 'content' });
	}

	call<T>(team: string, work: (client: WebClient) => Promise<T>, { once }: { readonly once?: boolean } = {}): Promise<T> {
		const attempt = async () => work(await this.#options.clientOf(team));
		return this.#follow(() => callPatiently(attempt, { ...this.#patience, ...CALL, once }));
	}

	async close(): Promise<void> {
		this.#closing.abort(new UserError('stopped', 'The bot is stopping. It goes on with this when it is back.'));
		await Promise.race([Promise.allSettled(this.#underWay), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
	}

	/**
	 * Content keeps its place while it is tried again, so that what follows appears after it; a status makes room for content and lines up again.
	 */
	#deliver<T>(
		{ team, channel }: Target,
		attempt: (posters: Posters) => Promise<T>,
		turn: Required<Pick<PostOptions, 'priority'>> & PostOptions,
	) {
		const place = `${team}/${channel}`;
		const posters: Posters = {
			...this.#options,
			pass: (signal) => this.#gate.pass(place, signal ? AbortSignal.any([this.#closing.signal, signal]) : this.#closing.signal),
			// Counted from Slack's answer: Slack counts from when a message arrives, and that takes now more, now less time.
			rest: () => this.#gate.hold(place, this.#intervalMs),
		};
		const patience = { ...this.#patience, signal: turn.signal, onRateLimit: (ms: number) => this.#gate.hold(place, ms) };
		const once = () => attempt(posters);
		return this.#follow(() =>
			turn.priority === 'content'
				? this.#queues.enqueue(place, () => callPatiently(once, patience), turn)
				: callPatiently((signal) => this.#queues.enqueue(place, once, { priority: 'status', signal }), patience),
		);
	}

	/** `close` waits for it, and people can read how it failed. */
	async #follow<T>(work: () => Promise<T>): Promise<T> {
		this.#closing.signal.throwIfAborted();
		const going = work();
		this.#underWay.add(going);
		try {
			return await going;
		} catch (error) {
			throw explainSlackError(error) ?? error;
		} finally {
			this.#underWay.delete(going);
		}
	}
}
