import { randomUUID } from 'node:crypto';
import { WebAPIHTTPError } from '@slack/web-api';
import { UserError } from '../../../src/errors.ts';
import { toldError } from '../../shared/told-error.ts';
import type { Parts } from '../parts.ts';
import type { SlackMessage } from '../render/message.ts';
import { errorMessage } from '../render/reply.ts';
import { failureOf, refusalOf } from './slack-failure.ts';

/** Where one person is told something that nobody else sees. */
export interface Ear {
	readonly team: string;
	/** The id of the user for what was done in no channel: they are told in a direct message. */
	readonly channel: string;
	readonly user: string;
	readonly threadTs?: string;
}

/** What telling takes of the parts. */
export interface Mouth {
	readonly outbound: Pick<Parts['outbound'], 'post' | 'call'>;
	readonly logger: Parts['logger'];
}

/**
 * Where Slack refuses it, say because the bot is not in the channel, they are told in a direct message. Nothing is said twice: when Slack's answer
 * is lost, it counts as told. Rejects with a UserError when Slack does not take it.
 */
export async function tell(ear: Ear, messages: readonly SlackMessage[], mouth: Mouth): Promise<void> {
	let direct = ear.channel === ear.user;
	for (const message of messages) {
		direct ||= !(await whisper(ear, message, mouth));
		if (direct) await mouth.outbound.post({ team: ear.team, channel: ear.user }, `told.${randomUUID()}`, message);
	}
}

/** Tells a person why something was not done. Never rejects. */
export async function tellError(ear: Ear, error: unknown, mouth: Mouth): Promise<void> {
	const told = toldError(error, mouth.logger);
	try {
		await tell(ear, [errorMessage(told)], mouth);
	} catch (unheard) {
		mouth.logger.warn({ err: unheard, told: told.userMessage }, 'a person could not be told of a failure');
	}
}

/** False when Slack refuses to show it there. */
async function whisper({ team, channel, user, threadTs }: Ear, { text, blocks }: SlackMessage, mouth: Mouth): Promise<boolean> {
	const whispered = { channel, user, text, blocks: [...blocks], ...(threadTs && { thread_ts: threadTs }) };
	try {
		await mouth.outbound.call(team, async (client) => {
			try {
				await client.chat.postEphemeral(whispered);
			} catch (error) {
				// `call` would repeat it, and unlike a message it cannot be looked for.
				if (!mayHaveArrived(error)) throw error;
				mouth.logger.warn({ err: error, team }, 'it is not known whether a person was told something');
			}
		});
		return true;
	} catch (error) {
		if (refusalOf(error instanceof UserError ? error.cause : error) === undefined) throw error;
		return false;
	}
}

/** A server that is "currently unable to handle the request" (RFC 9110, 503) has not handled it. */
function mayHaveArrived(error: unknown): boolean {
	return failureOf(error)?.kind === 'unknown' && !(error instanceof WebAPIHTTPError && error.statusCode === 503);
}
