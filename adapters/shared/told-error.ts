import type { Logger } from 'pino';
import { toUserError, type UserError } from '../../src/errors.ts';

/** What a person is told of an error; what is no fault of theirs goes to the log as well. Never throws. */
export function toldError(error: unknown, logger: Logger): UserError {
	const told = toUserError(error);
	if (told.code === 'internal' || told.code === 'storage') logger.error({ err: error }, 'a request of a chat failed');
	return told;
}
