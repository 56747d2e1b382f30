import type { PendingWrite, WriteDecision } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import { effectWords, secondLookWords, UNCERTAIN } from '../shared/approval-words.ts';
import { callText, pendingCall } from '../shared/pending-call.ts';
import { spelledOut } from '../shared/printable.ts';

/**
 * Everything that would be sent, credentials left out, for the person who decides about it. Method and address come last, next to the question,
 * where no long body scrolls them away.
 */
export function approvalText(write: PendingWrite): string {
	const { tool, request, headers, body, line } = pendingCall(write);
	return [
		`The program wants to ${effectWords(write.effect)} data with ${tool}:`,
		...headers,
		...(body === undefined ? [] : [body]),
		...(line === undefined ? [] : [line]),
		...(write.uncertain ? [UNCERTAIN] : []),
		request,
	].join('\n');
}

/**
 * Asks the person about a call that they have been shown. Where that was only a part of it, they can have `show` write all of it first. What wants a
 * second look is sent only when, after a yes, they type the name of its tool or `yes` in full. Rejects as `ask` and `show` do.
 */
export async function askAbout(
	write: PendingWrite,
	ask: (prompt: string) => Promise<string>,
	show: (text: string) => Promise<unknown>,
): Promise<WriteDecision> {
	const { complete, request } = pendingCall(write);
	const choices = complete ? 'y/N/d = dry run' : 'y/N/d = dry run/a = show all of it';
	const askOnce = async () => (await ask(`${write.uncertain ? 'Send it again?' : 'Send it?'} [${choices}] `)).trim();
	let said = await askOnce();
	while (!complete && /^a(ll)?$/i.test(said)) {
		await show(`${callText(write)}${request}\n`);
		said = await askOnce();
	}
	if (/^d(ry([ -]run)?)?$/i.test(said)) return 'dry-run';
	if (!/^y(es)?$/i.test(said)) return 'refused';
	if (!write.secondLook) return 'allowed';
	const again = (await ask(`${secondLookWords(write)} Type ${spelledOut(write.tool)} or yes to send it: `)).trim();
	return again === write.tool || again.toLowerCase() === 'yes' ? 'allowed' : 'refused';
}

/** What is told where nobody reads the question: lines that are piped in, and JSON. */
export function nobodyToAllow({ method, url, uncertain }: PendingWrite): UserError {
	const call = spelledOut(`${method} ${url}`);
	return new UserError(
		'not-allowed',
		uncertain
			? `${call} was begun before and may have happened already, and nobody is here to say whether it should go out again. Find out whether it did, then ask again in an interactive console (npm start).`
			: `The program wants to send ${call}, which changes data, and nobody is here to approve it. Ask in an interactive console (npm start), with --allow-writes, or with --dry-run to see what it would send.`,
	);
}
