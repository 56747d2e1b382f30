import type { App } from '@slack/bolt';
import { isStopped } from '../../../src/errors.ts';
import { fileMessage, greetingMessage, strangerMessage } from '../notes.ts';
import { tell, tellError } from '../outbound/tell.ts';
import type { Parts } from '../parts.ts';
import { conversationKey } from '../place.ts';
import { confirmationCard, renderReply } from '../render/reply.ts';
import { type IncomingMessage, readMessage } from './incoming-message.ts';
import { nameMentions } from './plain-text.ts';
import { say } from './say.ts';

/** Mentions, direct messages, and follow-ups in threads where the bot is engaged. */
export function listenForMessages(app: App, parts: Parts): void {
	app.event('app_mention', async ({ event, context }) => {
		const message = readMessage({ ...event }, context.botUserId ?? '', context.teamId ?? '');
		// A direct message with a mention in it comes as a message of its own.
		if (message && context.teamId) await answer({ ...message, mentionsBot: true }, context.teamId, parts);
	});
	app.event('message', async ({ event, context }) => {
		const message = readMessage({ ...event }, context.botUserId ?? '', context.teamId ?? '');
		if (message && context.teamId && (await isFollowUp(message, context.teamId, parts))) await answer(message, context.teamId, parts);
	});
}

/** Whether a message is for the bot although it is no mention; a mention comes as an event of its own. */
async function isFollowUp(message: IncomingMessage, team: string, { engagements }: Parts): Promise<boolean> {
	const { channel, threadTs, user, direct, mentionsBot, mentionsOthers, stranger, text } = message;
	if (direct) return true;
	if (threadTs === undefined || mentionsBot || mentionsOthers || stranger || text === '') return false;
	return engagements.includes(conversationKey({ team, channel, threadTs }), user);
}

async function answer(message: IncomingMessage, team: string, parts: Parts): Promise<void> {
	const { channel, ts, threadTs, user, text } = message;
	const place = { team, channel, threadTs: threadTs ?? ts };
	const ear = { team, channel, user, threadTs: place.threadTs };
	const id = `${channel}/${ts}`;
	try {
		if (message.stranger) return await tell(ear, [strangerMessage()], parts);
		// A thread that began with the bot is open to everybody in it.
		await parts.engagements.join(conversationKey(place), threadTs === undefined ? undefined : user);
		if (text === '') {
			const words = message.hasFile ? fileMessage() : greetingMessage(parts.services.sampleQuestions);
			await parts.outbound.post(place, `greeting.${id}`, words);
			return;
		}
		const named = await nameMentions(text, (id) => parts.people.nameOf(team, id));
		const said = await say(named, { place, user, id }, parts);
		if (said.kind === 'replied') await tell(ear, renderReply(said.reply), parts);
		if (said.kind === 'confirm') await tell(ear, [confirmationCard(said.question, said.line)], parts);
	} catch (error) {
		if (isStopped(error)) throw error;
		await tellError(ear, error, parts);
	}
}
