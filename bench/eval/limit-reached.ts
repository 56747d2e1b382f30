import { UserError } from '../../src/errors.ts';

/** A strategy asked the model once more than it may in one turn. */
export class LimitReached extends UserError {
	constructor(limit: number) {
		super('unanswered', `All ${limit} model calls that a turn may take are used up.`);
	}
}
