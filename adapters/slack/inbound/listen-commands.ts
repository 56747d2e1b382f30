import type { AllMiddlewareArgs, App, MessageShortcut, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { beginsRun } from '../../../commands/begin-run.ts';
import { parseLine } from '../../../commands/parse.ts';
import { commandTable } from '../../../commands/table.ts';
import { isStopped, UserError } from '../../../src/errors.ts';
import { toldError } from '../../shared/told-error.ts';
import { questionMessage } from '../notes.ts';
import { tellError } from '../outbound/tell.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, NO_THREAD } from '../place.ts';
import { ASK_ABOUT_THIS } from '../render/action-ids.ts';
import { confirmationCard, errorMessage, renderReply } from '../render/reply.ts';
import { openFormFor } from './forms.ts';
import { nameMentions, plainText, unescaped } from './plain-text.ts';
import { type Asking, askQuestion, begin, type Speaker, say, textOf } from './say.ts';

/** Slash commands, and the message shortcut "Ask about this". */
export function listenForCommands(app: App, parts: Parts): void {
	for (const name of new Set(commandTable.map((command) => command.path[0]))) {
		app.command(`/${name}`, async (args) => {
			await args.ack();
			await perform(args, parts);
		});
	}
	app.shortcut({ type: 'message_action', callback_id: ASK_ABOUT_THIS }, async ({ ack, shortcut, context }) => {
		await ack();
		if (shortcut.type === 'message_action' && context.teamId) await askAbout(shortcut, context.teamId, context.botUserId, parts);
	});
}

async function perform({ command, respond, context }: SlackCommandMiddlewareArgs & AllMiddlewareArgs, parts: Parts): Promise<void> {
	const line = `${command.command} ${unescaped(command.text)}`.trim();
	const team = context.teamId ?? command.team_id;
	const whisper = async (messages: readonly { text: string; blocks: readonly unknown[] }[]) => {
		for (const { text, blocks } of messages)
			await respond({ response_type: 'ephemeral', replace_original: false, text, blocks: [...blocks] as never });
	};
	try {
		if (await openFormFor(line, { team, user: command.user_id, triggerId: command.trigger_id }, parts)) return;
		const place = { team, channel: command.channel_id, threadTs: NO_THREAD };
		const speaker = { place, user: command.user_id, id: command.trigger_id };
		const { command: chosen, options } = parseLine(line, commandTable);
		if (beginsRun(chosen)) return await askInChannel({ command: chosen, options }, speaker, parts);
		const said = await say(line, speaker, parts);
		if (said.kind === 'replied') await whisper(renderReply(said.reply));
		if (said.kind === 'confirm') await whisper([confirmationCard(said.question, said.line)]);
	} catch (error) {
		if (isStopped(error)) throw error;
		const told = toldError(error, parts.logger);
		await whisper([errorMessage(told)]).catch((unheard) => parts.logger.warn({ err: unheard }, 'a person could not be told of a failure'));
	}
}

/** A question without a message of its own: the bot posts one, and answers in its thread. */
async function askInChannel(asking: Asking, speaker: Speaker, parts: Parts): Promise<void> {
	const { user, id } = speaker;
	const { team, channel } = speaker.place;
	const text = await textOf(asking, speaker, parts);
	const ts = await parts.outbound.post({ team, channel }, `ask.${id}`, questionMessage(user, text));
	const place = { team, channel, threadTs: ts };
	try {
		await parts.engagements.join(conversationKey(place));
		await begin(asking, { place, user, id: `${channel}/${ts}` }, parts);
	} catch (error) {
		// Nobody will answer it. When the bot stops, somebody will.
		if (!isStopped(error)) await parts.outbound.remove({ team, channel, ts });
		throw error;
	}
}

/** The text of a message becomes the question, in the thread of that message. */
async function askAbout(
	{ message, channel, user, message_ts: ts, action_ts: actionTs }: MessageShortcut,
	team: string,
	botUserId: string | undefined,
	parts: Parts,
): Promise<void> {
	const threadTs = typeof message.thread_ts === 'string' ? message.thread_ts : ts;
	const place = { team, channel: channel.id, threadTs };
	try {
		const text = plainText(message.text ?? '', botUserId);
		if (text === '')
			throw new UserError(
				'bad-input',
				'This message has no text that could be a question. Mention the bot and type what you want to know.',
			);
		await parts.engagements.join(conversationKey(place), user.id);
		const named = await nameMentions(text, (id) => parts.people.nameOf(team, id));
		await askQuestion(named, { place, user: user.id, id: `about/${channel.id}/${ts}/${actionTs}` }, parts);
	} catch (error) {
		if (isStopped(error)) throw error;
		await tellError({ team, channel: channel.id, user: user.id, threadTs }, error, parts);
	}
}
