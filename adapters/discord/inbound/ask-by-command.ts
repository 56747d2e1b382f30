import { type APIMessage, RESTJSONErrorCodes, Routes } from 'discord.js';
import { UserError } from '../../../src/errors.ts';
import { refusalOf } from '../outbound/discord-failure.ts';
import { bodyOf } from '../outbound/message-body.ts';
import type { Parts } from '../parts.ts';
import type { DiscordMessage } from '../render/message.ts';
import { noteMessage, questionMessage } from '../render/notes.ts';
import { type Asking, askAt, askIn, textOf, topicIn } from './ask.ts';

/** A question that was asked with a command, acknowledged and still to be taken up. Can be written down. */
export interface CommandQuestion {
	readonly asking: Asking;
	readonly interaction: string;
	readonly token: string;
	readonly channel: string;
	/** Whether the bot itself is in that channel. */
	readonly present: boolean;
	/** The message that the question is: the answer to the command only says where it is answered. */
	readonly about?: string;
}

const LAPSED: ReadonlySet<unknown> = new Set([
	RESTJSONErrorCodes.InvalidWebhookToken,
	RESTJSONErrorCodes.UnknownWebhook,
	RESTJSONErrorCodes.UnknownInteraction,
]);

/** Asks it. Safe to do again. Rejects with a UserError. */
export async function askByCommand(question: CommandQuestion, parts: Parts): Promise<void> {
	const { asking, interaction, token, channel, present, about } = question;
	if (!present) {
		await parts.tokens.keep(interaction, token);
		return askIn({ kind: 'interaction', interaction }, { ...asking, topic: topicIn(channel, asking.user) }, parts);
	}
	const text = await textOf(asking, parts);
	// The answer to the command says who asks what, and the thread hangs on it.
	const message = about ?? (await showQuestion(question, text, parts));
	const place = await askAt({ channel, message, ...(asking.guild !== undefined && { guild: asking.guild }) }, text, asking, parts);
	if (about !== undefined && place.kind !== 'interaction')
		await show(noteMessage(`The answer comes in <#${place.channel}>.`), token, parts);
}

/** When Discord takes the answer to the command no more, because the bot was away for too long, the bot says it by itself. */
async function showQuestion({ asking, interaction, token, channel }: CommandQuestion, text: string, parts: Parts): Promise<string> {
	const message = questionMessage(asking.user, text);
	try {
		return await show(message, token, parts);
	} catch (error) {
		if (!(error instanceof UserError) || !LAPSED.has(refusalOf(error.cause))) throw error;
		return parts.outbound.post({ channel }, `ask.${interaction}`, message);
	}
}

async function show(message: DiscordMessage, token: string, { client, outbound }: Parts): Promise<string> {
	const body = bodyOf(message);
	const { id } = await outbound.call(
		async (api) => (await api.patch(Routes.webhookMessage(client.application.id, token), { auth: false, body })) as APIMessage,
	);
	return id;
}
