import { type APIMessage, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { NotSent, type Postings } from '../../../src/runs/postings.ts';
import type { Pace } from '../../shared/outbound/delivery.ts';
import type { DiscordMessage } from '../render/message.ts';
import { evenIfArchived } from './archived.ts';
import { failureOf, refusalOf } from './discord-failure.ts';
import { withoutFiles, withoutLayout } from './fallbacks.ts';
import { findMessage } from './find-message.ts';
import { marked, nonceOf } from './marker.ts';
import { bodyOf, rawFiles } from './message-body.ts';
import type { Target } from './target.ts';

export interface Posting {
	readonly target: Target;
	readonly key: string;
	/** What is to be shown when it is sent. */
	readonly message: () => DiscordMessage;
	/** How it is changed after Discord has refused it. */
	lessen?: (message: DiscordMessage) => DiscordMessage;
	/** It is no reply any more: Discord lets only those reply who may read what was said before. */
	alone?: boolean;
	/** When it was first sent from here. */
	sentAt?: number;
	/** Nothing is sent once it is aborted. */
	readonly signal?: AbortSignal;
}

export interface Posters extends Pace {
	readonly api: REST;
	readonly postings: Postings;
	readonly logger: Logger;
}

const UNDRAWABLE: ReadonlySet<unknown> = new Set([
	RESTJSONErrorCodes.InvalidFormBodyOrContentType,
	RESTJSONErrorCodes.CannotSendAnEmptyMessage,
	RESTJSONErrorCodes.RequestEntityTooLarge,
]);

/**
 * One attempt at a message; gives its id. An archived thread is opened again. Without the permission to attach files the message goes out without
 * them; what Discord cannot draw is posted without its layout, so that nobody waits for ever. Neither is done to a message that has to be seen as a
 * whole. Rejects with Discord's error.
 */
export async function postMessage(posting: Posting, posters: Posters): Promise<string> {
	for (;;) {
		try {
			return await postOnce(posting, posters);
		} catch (error) {
			if (!mend(posting, error)) throw error;
			posters.logger.info({ err: error, key: posting.key }, 'Discord refused a message, which is posted in another way');
		}
	}
}

export function isUndrawable(error: unknown): boolean {
	return UNDRAWABLE.has(refusalOf(error));
}

/** Whether another attempt makes sense. Each way out is taken once. */
function mend(posting: Posting, error: unknown): boolean {
	const { message, lessen } = posting;
	if (refusalOf(error) === RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory && !posting.alone) {
		posting.alone = true;
		return true;
	}
	if (lessen === withoutLayout || message().whole) return false;
	if (refusalOf(error) === RESTJSONErrorCodes.MissingPermissions && lessen === undefined && rawFiles(message()).length > 0) {
		posting.lessen = withoutFiles;
		return true;
	}
	if (!isUndrawable(error)) return false;
	posting.lessen = withoutLayout;
	return true;
}

function postOnce(posting: Posting, { api, postings, pass, rest }: Posters): Promise<string> {
	const { target, key, signal } = posting;
	const send = async () => {
		try {
			await pass(signal);
		} catch (error) {
			throw new NotSent(error);
		}
		posting.sentAt ??= Date.now();
		try {
			return await evenIfArchived(api, target.channel, () => create(api, posting));
		} catch (error) {
			const failure = failureOf(error);
			throw !failure || failure.kind === 'unknown' ? error : new NotSent(error);
		} finally {
			rest();
		}
	};
	return postings.post(key, { send, find: () => findMessage(api, target.channel, key, posting.sentAt) });
}

async function create(api: REST, { target, key, message, lessen, alone = false }: Posting): Promise<string> {
	const shown = lessen ? lessen(message()) : message();
	const reference = target.replyTo && !alone && { message_reference: { message_id: target.replyTo, fail_if_not_exists: false } };
	const { components } = bodyOf(shown);
	const body = {
		...bodyOf(shown),
		components: marked(components ?? [], key),
		...reference,
		// Another one for what is sent differently: Discord would give the one it knows.
		nonce: nonceOf(lessen ? `${key}/${lessen.name}` : key),
		enforce_nonce: true,
	};
	const { id } = (await api.post(Routes.channelMessages(target.channel), { body, files: rawFiles(shown) })) as APIMessage;
	return id;
}
