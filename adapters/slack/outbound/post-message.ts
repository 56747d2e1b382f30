import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { NotSent, type Postings } from '../../../src/runs/postings.ts';
import type { Pace } from '../../shared/outbound/delivery.ts';
import type { SlackMessage } from '../render/message.ts';
import { findMessage } from './find-message.ts';
import { failureOf, refusalOf } from './slack-failure.ts';
import type { Target } from './target.ts';

export interface Posting {
	readonly target: Target;
	readonly key: string;
	/** What is to be shown when it is sent. */
	message: SlackMessage;
	/** No layout is used any more: Slack refused it. */
	plain?: boolean;
	/** When it was first sent from here. */
	sentAt?: number;
	/** Nothing is sent once it is aborted. */
	readonly signal?: AbortSignal;
}

export interface Posters extends Pace {
	readonly clientOf: (team: string) => Promise<WebClient>;
	readonly postings: Postings;
	readonly logger: Logger;
}

const UNDRAWABLE: ReadonlySet<unknown> = new Set([
	'invalid_blocks',
	'invalid_blocks_format',
	'invalid_arguments',
	'msg_too_long',
	'msg_blocks_too_long',
	'no_text',
]);
/** Slack takes 3,000 in a section (docs.slack.dev/reference/block-kit/blocks/section-block). */
const SECTION_CHARACTERS = 2_800;

/**
 * One attempt at a message; gives its timestamp. What Slack cannot draw is posted once more without its layout, so that nobody waits for ever.
 * Rejects with Slack's error.
 */
export async function postMessage(posting: Posting, posters: Posters): Promise<string> {
	try {
		return await postOnce(posting, posters);
	} catch (error) {
		if (posting.plain || !isUndrawable(error)) throw error;
		posters.logger.warn({ err: error, key: posting.key }, 'Slack could not draw a message');
		posting.plain = true;
		return postOnce(posting, posters);
	}
}

export function isUndrawable(error: unknown): boolean {
	return UNDRAWABLE.has(refusalOf(error));
}

/** The same message as one that Slack draws in any case. */
export function withoutLayout({ text }: SlackMessage): SlackMessage {
	const said = text.length > SECTION_CHARACTERS ? `${text.slice(0, SECTION_CHARACTERS)}…` : text;
	const shown = `${said}\n_Slack could not draw the rest of this message. Ask for less at once, or in other words._`;
	return { text: said, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: shown } }] };
}

/** A call that shows something, when the channel takes it. Rejects with NotSent when certainly nothing appeared. */
export async function sendInTurn<T>(
	{ clientOf, pass, rest }: Posters,
	{ target, signal }: Pick<Posting, 'target' | 'signal'>,
	call: (client: WebClient) => Promise<T>,
): Promise<T> {
	const client = await clientInTurn();
	try {
		return await call(client);
	} catch (error) {
		const failure = failureOf(error);
		throw !failure || failure.kind === 'unknown' ? error : new NotSent(error);
	} finally {
		rest();
	}

	async function clientInTurn(): Promise<WebClient> {
		try {
			const client = await clientOf(target.team);
			await pass(signal);
			return client;
		} catch (error) {
			throw new NotSent(error);
		}
	}
}

/** The timestamp of the message that was sent for `key`, and marked so, since that time (ms) when it is given. */
export function findPosted(client: WebClient, target: Target, key: string, since?: number): Promise<string | undefined> {
	const marker = markerOf(key);
	return findMessage(client, target, ({ blocks }) => blocks?.some(({ block_id }) => block_id === marker) === true, since);
}

function postOnce(posting: Posting, posters: Posters): Promise<string> {
	const { target, key } = posting;
	return posters.postings.post(key, {
		send: () =>
			sendInTurn(posters, posting, (client) => {
				posting.sentAt ??= Date.now();
				return post(client, target, posting.plain ? withoutLayout(posting.message) : posting.message, markerOf(key));
			}),
		find: async () => findPosted(await posters.clientOf(target.team), target, key, posting.sentAt),
	});
}

async function post(client: WebClient, { channel, threadTs }: Target, { text, blocks }: SlackMessage, marker: string): Promise<string> {
	const { ts } = await client.chat.postMessage({
		channel,
		// Half a character, as a cut may leave one, cannot be sent.
		text: text.toWellFormed(),
		blocks: marked(blocks, text, marker),
		// What an API has answered is no invitation to fetch addresses.
		unfurl_links: false,
		unfurl_media: false,
		...(threadTs && { thread_ts: threadTs }),
	});
	if (!ts) throw new Error('Slack gave no timestamp for a message');
	return ts;
}

function markerOf(key: string): string {
	return `tc.${key}`;
}

/**
 * The first block that can carry it gets the marker. Slack does not keep the ids of `markdown` blocks
 * (docs.slack.dev/reference/block-kit/blocks/markdown-block); a message of nothing else gets a divider.
 */
function marked(blocks: readonly KnownBlock[], text: string, marker: string): KnownBlock[] {
	if (blocks.length === 0) return [{ type: 'section', block_id: marker, text: { type: 'mrkdwn', text } }];
	const carrier = blocks.findIndex(({ type }) => type !== 'markdown');
	if (carrier === -1) return [...blocks, { type: 'divider', block_id: marker }];
	return blocks.map((block, index) => (index === carrier ? { ...block, block_id: marker } : block));
}
