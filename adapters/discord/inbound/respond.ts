import {
	type CommandInteraction,
	type MessageComponentInteraction,
	MessageFlags,
	type ModalSubmitInteraction,
	RESTJSONErrorCodes,
} from 'discord.js';
import { isStopped } from '../../../src/errors.ts';
import { toldError } from '../../shared/told-error.ts';
import type { Letter, Mail } from '../mail.ts';
import { refusalOf } from '../outbound/discord-failure.ts';
import type { Parts } from '../parts.ts';
import type { DiscordMessage } from '../render/message.ts';
import { errorMessage } from '../render/reply.ts';

/** What is answered through its own token, for 15 minutes. */
export type Answerable = CommandInteraction | MessageComponentInteraction | ModalSubmitInteraction;

/** A message for the caller alone where `flags` says so; nobody is notified by it. */
function payload({ components, files = [] }: DiscordMessage) {
	return {
		components: [...components],
		files: files.map(({ filename, content }) => ({ name: filename, attachment: Buffer.from(content.toWellFormed(), 'utf8') })),
		allowedMentions: { parse: [] },
	};
}

/** Fills in what a deferral has announced, or changes the message a button is in; what does not fit follows, for the caller alone. */
export async function answer(interaction: Answerable, [first, ...rest]: readonly DiscordMessage[]): Promise<void> {
	if (first) await interaction.editReply({ ...payload(first), flags: MessageFlags.IsComponentsV2 });
	for (const message of rest) await whisper(interaction, message);
}

/** One more message, for the caller alone. */
export async function whisper(interaction: Answerable, message: DiscordMessage): Promise<void> {
	await interaction.followUp({ ...payload(message), flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral });
}

/**
 * How an acknowledgement went:
 * - `done`
 * - `known`: it was acknowledged before, by another process of the bot, or by this one if the connection broke after Discord had taken it
 * - `failed`: too late, or Discord did not take it; its person was told by Discord that there is no answer
 */
type Acknowledgement = 'done' | 'known' | 'failed';

async function acknowledgement(acknowledge: () => Promise<unknown>, { logger }: Pick<Parts, 'logger'>): Promise<Acknowledgement> {
	try {
		await acknowledge();
		return 'done';
	} catch (error) {
		const known = refusalOf(error) === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
		const level = known || refusalOf(error) === RESTJSONErrorCodes.UnknownInteraction ? 'debug' : 'warn';
		logger[level]({ err: error }, 'an interaction could not be acknowledged');
		return known ? 'known' : 'failed';
	}
}

/** Acknowledges; false when the interaction is not this process's to handle. */
export async function acknowledged(acknowledge: () => Promise<unknown>, parts: Pick<Parts, 'logger'>): Promise<boolean> {
	return (await acknowledgement(acknowledge, parts)) === 'done';
}

/** Acknowledges a question and has it answered, by this process or, when it dies, by the next one: what was acknowledged is not lost. Never rejects. */
export async function takeQuestion(
	interaction: Answerable,
	letter: Letter,
	acknowledge: () => Promise<unknown>,
	{ parts, mail }: { readonly parts: Pick<Parts, 'logger'>; readonly mail: Mail },
): Promise<void> {
	await mail.expect(letter);
	if ((await acknowledgement(acknowledge, parts)) === 'failed') await mail.drop(letter);
	else await attempt(interaction, parts, () => mail.take(letter));
}

/** Does what an acknowledged interaction asks for, and tells its person why when it cannot be done. Never rejects. */
export async function attempt(
	interaction: Answerable,
	parts: Pick<Parts, 'logger'>,
	work: () => Promise<void>,
	tellFailure: (message: DiscordMessage) => Promise<void> = (message) => answer(interaction, [message]),
): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (isStopped(error)) parts.logger.info({ err: error }, 'an interaction came while the bot was stopping');
		const told = toldError(error, parts.logger);
		await tellFailure(errorMessage(told)).catch((unheard) =>
			parts.logger.warn({ err: unheard, told: told.userMessage }, 'a person could not be told of a failure'),
		);
	}
}
