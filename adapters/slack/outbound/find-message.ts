import type { ConversationsHistoryResponse, ConversationsRepliesResponse, WebClient } from '@slack/web-api';
import { refusalOf } from './slack-failure.ts';
import type { Target } from './target.ts';

export type PostedMessage =
	| NonNullable<ConversationsRepliesResponse['messages']>[number]
	| NonNullable<ConversationsHistoryResponse['messages']>[number];

/** What Slack recommends for a page; apps that are sold outside its Marketplace get 15 (docs.slack.dev/changelog/2025/05/29). */
const PAGE = 200;
const PAGES = 20;
/** How far the clocks of this machine and of Slack may be apart. */
const CLOCK_MARGIN_MS = 600_000;

/**
 * The timestamp of the message that `isIt` recognises, among at most 4,000 of its thread, or of the channel, newest first. `since` (ms of this
 * machine's clock) leaves out what is older.
 */
export async function findMessage(
	client: WebClient,
	{ channel, threadTs }: Target,
	isIt: (message: PostedMessage) => boolean,
	since?: number,
): Promise<string | undefined> {
	const place = { channel: await conversationOf(client, channel), limit: PAGE, ...(since && { oldest: secondsBefore(since) }) };
	let cursor: string | undefined;
	for (let page = 0; page < PAGES; page++) {
		const at = cursor ? { ...place, cursor } : place;
		const { messages, response_metadata } = threadTs
			? await replies(client, { ...at, ts: threadTs })
			: await client.conversations.history(at);
		const found = messages?.find(isIt);
		if (found) return found.ts;
		cursor = response_metadata?.next_cursor;
		if (!cursor) return undefined;
	}
	return undefined;
}

/** Nothing stands in a thread whose first message was deleted. */
async function replies(
	client: WebClient,
	query: Parameters<WebClient['conversations']['replies']>[0],
): Promise<ConversationsRepliesResponse> {
	try {
		return await client.conversations.replies(query);
	} catch (error) {
		if (refusalOf(error) !== 'thread_not_found') throw error;
		return { ok: true };
	}
}

/** A message may be posted to a user's id; it is read in the conversation with them. */
async function conversationOf(client: WebClient, channel: string): Promise<string> {
	if (!/^[UW]/.test(channel)) return channel;
	return (await client.conversations.open({ users: channel })).channel?.id ?? channel;
}

function secondsBefore(ms: number): string {
	return ((ms - CLOCK_MARGIN_MS) / 1000).toFixed(6);
}
