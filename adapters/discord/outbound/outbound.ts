import { type APIDMChannel, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Postings } from '../../../src/runs/postings.ts';
import { callPatiently } from '../../shared/outbound/call-patiently.ts';
import type { Priority } from '../../shared/outbound/channel-queues.ts';
import { createDelivery } from '../../shared/outbound/delivery.ts';
import { createMessageUpdates } from '../../shared/outbound/message-updates.ts';
import type { DiscordMessage } from '../render/message.ts';
import { evenIfArchived } from './archived.ts';
import { explainDiscordError } from './discord-errors.ts';
import { failureOf, refusalOf } from './discord-failure.ts';
import { withoutLayout } from './fallbacks.ts';
import { findMessage } from './find-message.ts';
import { bodyOf } from './message-body.ts';
import { isUndrawable, postMessage } from './post-message.ts';
import type { PostedTarget, Target } from './target.ts';

export interface PostOptions {
	/** A `status` waits until no content of its channel does. */
	readonly priority?: Priority;
	/** Aborted, the message is not sent any more and `post` rejects with the reason; one that was sent, or may have been, is brought to its end. */
	readonly signal?: AbortSignal;
}

/**
 * Everything this bot says in Discord but the answers to interactions. Rate limits are waited out, trouble on Discord's side for half a minute; after
 * that, and on a refusal, methods reject with a UserError in plain words. No wait outlives `close`.
 */
export interface Outbound {
	/**
	 * The id of the message that stands for `key`. Messages of a channel go out one after the other, in the order given, and appear once, whatever
	 * fails and whichever process dies. A function is asked for the message when its turn has come.
	 */
	post(target: Target, key: string, message: DiscordMessage | (() => DiscordMessage), options?: PostOptions): Promise<string>;
	/** The id of the message that stands for `key`, when it is known to be shown. */
	posted(key: string): Promise<string | undefined>;
	/** As `posted`; looks for a message that was sent by a process that has died since. */
	find(target: Target, key: string): Promise<string | undefined>;
	/** Shows a message differently, at most every 1.2 s; the newest wins. Resolves when shown, overtaken, or the message is gone. */
	update(target: PostedTarget, message: DiscordMessage): Promise<void>;
	/** Resolves when the message is gone, whoever removed it. */
	remove(target: PostedTarget): Promise<void>;
	/** Where the bot writes to somebody directly; whether they let it is seen when it does. */
	directChannel(user: string): Promise<string>;
	/** Any other call. It must bear repetition. */
	call<T>(work: (api: REST) => Promise<T>): Promise<T>;
	/** What waits is dropped and rejects as `stopped`; what is on its way gets 5 s. */
	close(): Promise<void>;
}

export interface OutboundOptions {
	readonly api: REST;
	readonly postings: Postings;
	readonly logger: Logger;
	/** Between two updates of one message. */
	readonly updateMs?: number;
	/** Before what failed is tried again; each further wait is twice as long. */
	readonly retryMs?: number;
}

/** Five edits of a message in five seconds is what Discord lets through at times, and less at others; people read no faster. */
const UPDATE_MS = 1_200;
/** People and forms wait for calls. */
const CALL = { attempts: 4, limitMs: 60_000 };
const GONE: ReadonlySet<unknown> = new Set([RESTJSONErrorCodes.UnknownMessage, RESTJSONErrorCodes.UnknownChannel]);

export function createOutbound({ api, postings, logger, updateMs = UPDATE_MS, retryMs }: OutboundOptions): Outbound {
	// discord.js keeps Discord's pace: it knows the limit of each channel from the answers, and rejects when that is a matter of more than seconds.
	const delivery = createDelivery({ platform: 'discord', failureOf, explain: explainDiscordError, logger, intervalMs: 0, retryMs });
	const updates = createMessageUpdates<PostedTarget, DiscordMessage>({
		keyOf: ({ channel, message }) => `${channel}/${message}`,
		gateOf: ({ channel }, kind) => `${channel}/${kind}`,
		prepare: async (target) => (message) => changeMessage(api, target, message),
		gate: delivery.gate,
		patience: delivery.patience,
		intervalMs: updateMs,
	});
	const call = <T>(work: (api: REST) => Promise<T>) =>
		delivery.follow(() => callPatiently(() => work(api), { ...delivery.patience, ...CALL }));
	return {
		post(target, key, message, { priority = 'content', signal } = {}) {
			const posting = { target, key, message: typeof message === 'function' ? message : () => message, ...(signal && { signal }) };
			return delivery.deliver(target.channel, (pace) => postMessage(posting, { ...pace, api, postings, logger }), { priority, signal });
		},
		posted: (key) => postings.get(key),
		find: ({ channel }, key) => delivery.follow(() => postings.get(key, () => findMessage(api, channel, key))),
		update: (target, message) => delivery.follow(() => updates.update(target, message)),
		remove: (target) => delivery.follow(() => updates.remove(target)),
		async directChannel(user) {
			const { id } = await call(async (rest) => (await rest.post(Routes.userChannels(), { body: { recipient_id: user } })) as APIDMChannel);
			return id;
		},
		call,
		close: () => delivery.close(),
	};
}

/** One that is gone stays gone. */
async function changeMessage(api: REST, { channel, message: id }: PostedTarget, message: DiscordMessage | undefined): Promise<void> {
	const route = Routes.channelMessage(channel, id);
	try {
		await evenIfArchived(api, channel, () =>
			message ? drawn(message, (shown) => api.patch(route, { body: bodyOf(shown) })) : api.delete(route),
		);
	} catch (error) {
		if (!GONE.has(refusalOf(error))) throw error;
	}
}

async function drawn(message: DiscordMessage, show: (message: DiscordMessage) => Promise<unknown>): Promise<unknown> {
	try {
		return await show(message);
	} catch (error) {
		if (!isUndrawable(error)) throw error;
		return show(withoutLayout(message));
	}
}
