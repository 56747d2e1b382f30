import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { UserError } from '../../src/errors.ts';

/** What a server says of one request: too long a prompt, something in it that it does not take. The next one may well be answered. */
const OF_THE_REQUEST = new Set([400, 413, 422]);

/** A model that cannot be asked at all: to go on would count its outage as failures of a strategy. */
export class ModelMissing extends UserError {
	constructor(message: string) {
		super('model-unavailable', message);
	}
}

/** Whether the failure of a model would meet every other request, too: no server, no credit, a wrong key or name, a reply that was not recorded. */
export function isOutage(error: unknown): error is UserError {
	if (!(error instanceof UserError)) return false;
	if (error instanceof ModelMissing || error.code === 'configuration' || error.code === 'model-not-configured') return true;
	const { cause } = error;
	if (cause instanceof APIConnectionError) return !(cause instanceof APIConnectionTimeoutError);
	return cause instanceof APIError && typeof cause.status === 'number' && !OF_THE_REQUEST.has(cause.status);
}
