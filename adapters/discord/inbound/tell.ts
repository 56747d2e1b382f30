import { isStopped, UserError } from '../../../src/errors.ts';
import { toldError } from '../../shared/told-error.ts';
import { failureOf, isWithoutToken } from '../outbound/discord-failure.ts';
import type { Target } from '../outbound/target.ts';
import type { Parts } from '../parts.ts';
import type { DiscordMessage } from '../render/message.ts';
import { errorMessage } from '../render/reply.ts';

/** Somebody who wrote a message: only in a direct message can they be told something that nobody else sees. */
export interface Ear {
	readonly target: Target;
	readonly user: string;
	/** Of what they are answered, once for each. */
	readonly key: string;
}

type Mouth = Pick<Parts, 'outbound' | 'logger'>;

/** Where Discord refuses it, say because the bot may not write there, they are told in a direct message. Rejects with a UserError. */
export async function tell({ target, user, key }: Ear, message: DiscordMessage, { outbound }: Mouth): Promise<void> {
	try {
		await outbound.post(target, key, message);
	} catch (error) {
		if (!(error instanceof UserError) || failureOf(error.cause)?.kind !== 'refused') throw error;
		await outbound.post({ channel: await outbound.directChannel(user) }, `${key}.dm`, message);
	}
}

/** Tells a person why something was not done. Rejects only when the bot is stopping, or Discord is out of its reach: it is done when it is back. */
export async function tellError(ear: Ear, error: unknown, mouth: Mouth): Promise<void> {
	if (isStopped(error)) throw error;
	const told = toldError(error, mouth.logger);
	try {
		await tell(ear, errorMessage(told), mouth);
	} catch (unheard) {
		const refused = unheard instanceof UserError && failureOf(unheard.cause)?.kind === 'refused';
		if (!refused || isWithoutToken(unheard.cause)) throw unheard;
		mouth.logger.warn({ err: unheard, told: told.userMessage }, 'a person could not be told of a failure');
	}
}
