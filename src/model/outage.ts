import { UserError } from '../errors.ts';

/**
 * A failure that is the server's and may pass: a connection, a time limit, a 5xx, a 429 that outlived the retries. Wrong keys, names and addresses,
 * prompts that are too long, and whatever else the server answers on purpose, are none.
 */
export class ModelOutage extends UserError {
	/** Scheme, host and port of the server: safe to show. */
	readonly origin: string;
	/** What happens to requests, as the end of a sentence that begins with the server. */
	readonly symptom: string;

	constructor(userMessage: string, { origin, symptom, cause }: { origin: string; symptom: string; cause: unknown }) {
		super('model-unavailable', userMessage, { cause });
		this.origin = origin;
		this.symptom = symptom;
	}
}
