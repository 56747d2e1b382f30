/** Tools named in a message; the rest are counted. */
const NAMED = 3;

/** What people read of a run that somebody stopped. `changes` are the tools of the calls that had changed data by then, or may have. */
export function stoppedMessage(by: string, changes: readonly string[]): string {
	if (changes.length === 0) return `Stopped by ${by}. Ask again to start over.`;
	return `Stopped by ${by}. ${sentAlready(changes)} ${startsOver(changes)}`;
}

/** What people read of a run that is not begun once more. `times`: how often its process ended in the midst of it. `changes` as in `stoppedMessage`. */
export function givenUpMessage(times: number, changes: readonly string[]): string {
	const cause = `The bot's process ended ${times} times while it worked on this question, so it is given up. The operator finds the cause in the log.`;
	if (changes.length === 0) return `${cause} Ask something narrower, or ask again later.`;
	return `${cause} ${sentAlready(changes)} ${startsOver(changes)}`;
}

/** What people read of a run that ended because somebody refused this call, `POST https://…`. `changes` as in `stoppedMessage`. */
export function refusedMessage(call: string, changes: readonly string[]): string {
	const refused = `${call} was not approved, so the program was stopped before it.`;
	if (changes.length === 0) return `${refused} Ask again if it should go out.`;
	return `${refused} ${sentAlready(changes)} ${startsOver(changes)}`;
}

/** What people read of a run that failed for another cause, `message`, which may tell of the changes already. `changes` as in `stoppedMessage`. */
export function failedMessage(message: string, changes: readonly string[]): string {
	const sent = changes.length === 0 ? '' : sentAlready(changes);
	return message.includes(sent) ? message : `${message} ${sent} ${startsOver(changes)}`;
}

/** That the calls which went out already may go out twice. Of at least one change. */
export function startsOver(changes: readonly string[]): string {
	return `Asking again starts over, and may send ${changes.length === 1 ? 'it' : 'them'} again.`;
}

/** `2 calls that change data had been sent already: crm.add (2 times).` Of at least one change. */
export function sentAlready(changes: readonly string[]): string {
	const calls = changes.length === 1 ? '1 call that changes data' : `${changes.length} calls that change data`;
	return `${calls} had been sent already: ${named(changes)}.`;
}

function named(changes: readonly string[]): string {
	const tools = [...new Set(changes)];
	const first = tools.slice(0, NAMED).map((tool) => {
		const times = changes.filter((other) => other === tool).length;
		return times === 1 ? tool : `${tool} (${times} times)`;
	});
	return [...first, ...(tools.length > NAMED ? ['…'] : [])].join(', ');
}
