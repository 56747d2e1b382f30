/** The `errors` of an Invalid Form Body: names nested as in the request, with `_errors` at the leaves. */
export interface ErrorTree {
	[name: string]: ErrorTree | readonly { readonly code: string; readonly message: string }[];
}

/** What Discord answers when it does not do what it was asked: an HTTP status and an error body. */
export class Refusal extends Error {
	readonly status: number;
	readonly code: number;
	readonly errors: ErrorTree | undefined;

	constructor(status: number, code: number, message: string, errors?: ErrorTree) {
		super(message);
		this.name = 'Refusal';
		this.status = status;
		this.code = code;
		this.errors = errors;
	}

	body(): object {
		return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) };
	}
}

/** discord.com/developers/docs/topics/opcodes-and-status-codes#json, in the wording of the API's answers. */
const KNOWN: Readonly<Record<number, readonly [status: number, message: string]>> = {
	10002: [404, 'Unknown Application'],
	10003: [404, 'Unknown Channel'],
	10004: [404, 'Unknown Guild'],
	10007: [404, 'Unknown Member'],
	10008: [404, 'Unknown Message'],
	10013: [404, 'Unknown User'],
	10015: [404, 'Unknown Webhook'],
	10062: [404, 'Unknown interaction'],
	10063: [404, 'Unknown application command'],
	20012: [403, 'You are not authorized to perform this action on this application'],
	30032: [400, 'Maximum number of application commands reached (100)'],
	40005: [413, 'Request entity too large'],
	40058: [400, 'Cannot send a message in a forum channel'],
	40060: [400, 'Interaction has already been acknowledged.'],
	40094: [400, 'This interaction has hit the maximum number of follow up messages.'],
	50001: [403, 'Missing Access'],
	50003: [403, 'Cannot execute action on a DM channel'],
	50005: [403, 'Cannot edit a message authored by another user'],
	50006: [400, 'Cannot send an empty message'],
	50007: [403, 'Cannot send messages to this user'],
	50008: [400, 'Cannot send messages in a non-text channel'],
	50013: [403, 'Missing Permissions'],
	50021: [403, 'Cannot execute action on a system message'],
	50024: [400, 'Cannot execute action on this channel type'],
	50027: [401, 'Invalid Webhook Token'],
	50083: [400, 'Thread is archived'],
	50109: [400, 'The request body contains invalid JSON.'],
	160002: [400, 'Cannot reply without permission to read message history'],
	160004: [400, 'A thread has already been created for this message'],
	160005: [403, 'Thread is locked'],
	160006: [400, 'Maximum number of active threads reached'],
};

/** A refusal with one of Discord's own codes. */
export function refusal(code: number): Refusal {
	const [status, message] = KNOWN[code] ?? [500, 'This simulator does not know the code.'];
	return new Refusal(status, code, message);
}

/** What is only said with an HTTP status, such as `401: Unauthorized`. */
export function plainRefusal(status: number, reason: string): Refusal {
	return new Refusal(status, 0, `${status}: ${reason}`);
}

export function messageOf(code: number): string | undefined {
	return KNOWN[code]?.[1];
}
