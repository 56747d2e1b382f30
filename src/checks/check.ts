import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, toUserError, UserError } from '../errors.ts';

/** One thing that the settings name, and that may not be as they say. */
export interface Check {
	/** The settings it is about, for people: `DATABASE_URL`. */
	readonly settings: string;
	/** The bot is of use without it: what is wrong is told, and does not keep the bot from starting. */
	readonly optional?: boolean;
	/** Looking costs something that a start needs, such as a call that may be made once a minute: done when the list of all that is wrong is wanted. */
	readonly costly?: boolean;
	/**
	 * Says in words what was found to work; undefined when there was nothing to look at. Changes nothing and needs no other check to have passed.
	 * Rejects with a UserError; `network` and `model-unavailable` mean that it may be right and only away at the moment.
	 */
	run(signal: AbortSignal): Promise<string | undefined>;
}

export interface Finding {
	readonly settings: string;
	/** `away`: whether it is right cannot be told now. */
	readonly kind: 'works' | 'away' | 'wrong';
	readonly optional: boolean;
	/** A line; of what is not right, cause and next step. */
	readonly text: string;
}

/** Of all checks together: they run at once. A Redis server or a chat that does not answer takes its own limit of 2 to 8 s. */
const LIMIT_MS = 10_000;

const AWAY: ReadonlySet<ErrorCode> = new Set(['network', 'model-unavailable']);

/** All at once, within 10 s; in the order of `checks`. Never rejects. */
export async function runChecks(checks: readonly Check[], limitMs = LIMIT_MS): Promise<readonly Finding[]> {
	const found = await Promise.all(checks.map((check) => runOne(check, limitMs)));
	return found.filter((finding) => finding !== undefined);
}

async function runOne({ settings, optional = false, run }: Check, limitMs: number): Promise<Finding | undefined> {
	const late = new AbortController();
	try {
		const text = await Promise.race([Promise.try(run, late.signal), tooLate(limitMs, late.signal)]);
		return text === undefined ? undefined : { settings, kind: 'works', optional, text };
	} catch (error) {
		const { code, userMessage } = toUserError(error);
		return { settings, kind: AWAY.has(code) ? 'away' : 'wrong', optional, text: userMessage.replaceAll(/\s+/g, ' ') };
	} finally {
		late.abort();
	}
}

async function tooLate(limitMs: number, signal: AbortSignal): Promise<never> {
	await delay(limitMs, undefined, { signal }).catch(() => {});
	throw new UserError('network', `This could not be found out within ${limitMs / 1000} seconds. Check that what it names answers.`);
}
