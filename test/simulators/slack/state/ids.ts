import { randomBytes } from 'node:crypto';

/** An id as Slack makes them: a letter that tells the kind, then upper-case letters and digits. */
export function slackId(prefix: string): string {
	return `${prefix}0${randomBytes(5).toString('hex').toUpperCase()}`;
}

let counter = 500_000;

/** A time stamp that no other message has. Those of the emulator count up from zero, these from the middle, so that they never meet. */
export function timestamp(): string {
	counter += 1;
	return `${Math.floor(Date.now() / 1000)}.${String(counter).padStart(6, '0')}`;
}
