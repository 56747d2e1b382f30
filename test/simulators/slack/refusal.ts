import type { Fields } from './fields.ts';

/** What Slack answers with `ok: false`: its error code and whatever comes with it. */
export class Refusal extends Error {
	readonly code: string;
	readonly extra: Fields;

	constructor(code: string, extra: Fields = {}) {
		super(code);
		this.name = 'Refusal';
		this.code = code;
		this.extra = extra;
	}
}
