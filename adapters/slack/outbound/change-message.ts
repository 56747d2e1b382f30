import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from '../render/message.ts';
import { isUndrawable, withoutLayout } from './post-message.ts';
import { refusalOf } from './slack-failure.ts';
import type { PostedTarget } from './target.ts';

const GONE: ReadonlySet<unknown> = new Set(['message_not_found', 'thread_not_found']);

/** Shows a message differently or, without one, removes it. One that is gone stays gone. Rejects with Slack's error. */
export async function changeMessage(client: WebClient, { channel, ts }: PostedTarget, message: SlackMessage | undefined): Promise<void> {
	const update = ({ text, blocks }: SlackMessage) => client.chat.update({ channel, ts, text: text.toWellFormed(), blocks: [...blocks] });
	try {
		if (message) await drawn(message, update);
		else await client.chat.delete({ channel, ts });
	} catch (error) {
		if (!GONE.has(refusalOf(error))) throw error;
	}
}

async function drawn(message: SlackMessage, update: (message: SlackMessage) => Promise<unknown>): Promise<void> {
	try {
		await update(message);
	} catch (error) {
		if (!isUndrawable(error)) throw error;
		await update(withoutLayout(message));
	}
}
