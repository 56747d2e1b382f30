import { UserError } from '../errors.ts';

/**
 * Why a run is aborted that nobody stopped: its process ends, or another one has taken it over. It goes on later, so what was put to a person
 * still stands.
 */
export class RunLeft extends UserError {
	constructor(message = 'The bot is shutting down.') {
		super('stopped', message);
	}
}
