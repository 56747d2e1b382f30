import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js';
import { type ErrorCode, UserError } from '../../../src/errors.ts';
import type { CallFailure } from '../../shared/outbound/call-patiently.ts';
import { failureOf, isWithoutToken, refusalOf } from './discord-failure.ts';

type Explanation = readonly [code: ErrorCode, userMessage: string];

const NO_TOKEN: Explanation = [
	'configuration',
	'Discord no longer accepts the token of this bot. Whoever runs the bot makes a new one at https://discord.com/developers/applications (Bot > Reset Token) and sets DISCORD_TOKEN.',
];
const TOO_MUCH: Explanation = ['network', 'The bot is sending more than Discord takes at the moment. Try again in a few minutes.'];
const EXPIRED: Explanation = [
	'bad-input',
	'That took too long, and Discord has closed the answer. Type the command or press the button again.',
];
const LOCKED: Explanation = ['not-allowed', 'This thread is archived and locked. Ask in the channel instead.'];
const TOO_LARGE: Explanation = ['bad-input', 'The answer is too large for Discord. Ask for less at once, for example for fewer records.'];

/** By Discord's code (discord.com/developers/docs/topics/opcodes-and-status-codes#json). */
const REFUSALS: Readonly<Record<number, Explanation>> = {
	[RESTJSONErrorCodes.MissingAccess]: [
		'not-allowed',
		'Discord does not let the bot see this channel. Give it the permission View Channel there, or ask in another channel.',
	],
	[RESTJSONErrorCodes.MissingPermissions]: [
		'not-allowed',
		'The bot lacks a permission here: it needs View Channel, Send Messages, Send Messages in Threads, Create Public Threads, Attach Files and Read Message History. Somebody who manages the server can give it these.',
	],
	[RESTJSONErrorCodes.InvalidActionOnArchivedThread]: LOCKED,
	[RESTJSONErrorCodes.ThreadLocked]: LOCKED,
	[RESTJSONErrorCodes.MaximumActiveThreads]: [
		'not-allowed',
		'This server has as many open threads as Discord allows. Close some of them, then ask again.',
	],
	[RESTJSONErrorCodes.UnknownChannel]: ['not-found', 'This channel or thread is gone. Ask again in another one.'],
	[RESTJSONErrorCodes.UnknownMessage]: ['not-found', 'The message was deleted. Ask again in a new message.'],
	[RESTJSONErrorCodes.UnknownInteraction]: EXPIRED,
	[RESTJSONErrorCodes.UnknownWebhook]: EXPIRED,
	[RESTJSONErrorCodes.InvalidWebhookToken]: EXPIRED,
	[RESTJSONErrorCodes.CannotSendMessagesToThisUser]: [
		'not-allowed',
		'Discord does not let the bot write to you directly. Allow direct messages from members of the server in its privacy settings.',
	],
	[RESTJSONErrorCodes.RequestEntityTooLarge]: TOO_LARGE,
	[RESTJSONErrorCodes.MessageWasBlockedByAutomaticModeration]: [
		'not-allowed',
		'The automatic moderation of this server (AutoMod) does not let this message through. Somebody who manages the server can exempt the bot.',
	],
	[RESTJSONErrorCodes.InvalidFormBodyOrContentType]: [
		'internal',
		'Discord could not draw this message. The log has the details; ask again in other words.',
	],
};

/**
 * What a failed call of Discord's API means to the people in the chat: the cause in plain words and the next step, with the error as its cause.
 * Undefined for anything that is no failed call.
 */
export function explainDiscordError(error: unknown): UserError | undefined {
	const failure = failureOf(error);
	if (!failure) return undefined;
	const [code, userMessage] = failure.kind === 'refused' ? explainRefusal(error) : explainTrouble(failure.kind);
	return new UserError(code, userMessage, { cause: error });
}

function explainTrouble(kind: CallFailure['kind']): Explanation {
	if (kind === 'rate-limited') return TOO_MUCH;
	if (kind === 'unreached') return ['network', 'Discord cannot be reached from the machine the bot runs on. Try again in a minute.'];
	return ['network', 'Discord did not answer as it should. Try again in a minute; https://discordstatus.com tells of outages.'];
}

function explainRefusal(error: unknown): Explanation {
	const code = refusalOf(error) ?? 0;
	// That of an interaction comes with status 401 as well.
	if (isWithoutToken(error)) return REFUSALS[code] ?? NO_TOKEN;
	const what = code === 0 && error instanceof DiscordAPIError ? `status ${error.status}` : `code ${code}`;
	return REFUSALS[code] ?? ['internal', `Discord refused this (${what}). The log has the details; try again, or report the code.`];
}
