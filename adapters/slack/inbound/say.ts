import { submitQuestion } from '../../../commands/ask.ts';
import type { Command, Request } from '../../../commands/command.ts';
import { lineOf, parseLine } from '../../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../../commands/run-command.ts';
import { commandTable } from '../../../commands/table.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, type Place, workspaceOf } from '../place.ts';
import type { ShownReply } from '../render/reply.ts';
import { sendFiles } from './send-files.ts';

/** Who says a line, and where. */
export interface Speaker {
	readonly place: Place;
	readonly user: string;
	/** Of the message or event, the same at every delivery. */
	readonly id: string;
}

/** What became of a line: a question is answered in the thread, a command in a reply or after a question back. */
export type Said =
	| { readonly kind: 'asked' }
	| { readonly kind: 'replied'; readonly reply: ShownReply }
	/** `line` is what to do when somebody says yes. */
	| { readonly kind: 'confirm'; readonly question: string; readonly line: string };

/** Does what a line says: `/toolset list` is a command, anything without a slash a question. Rejects with a UserError for what a person can mend. */
export async function say(line: string, speaker: Speaker, parts: Parts): Promise<Said> {
	const { command, options } = parseLine(line, commandTable);
	const request = requestOf(speaker, options, parts);
	if (command.path[0] === 'ask') {
		await submitQuestion(request, parts.services);
		return { kind: 'asked' };
	}
	const { question, options: confirmed } = await confirmationOf(command, request, parts.services);
	if (question !== undefined) return { kind: 'confirm', question, line: lineOf(command, confirmed) };
	return { kind: 'replied', reply: await perform(command, confirmed, speaker, parts) };
}

/** Does what a line says that its person has confirmed. */
export function sayConfirmed(line: string, speaker: Speaker, parts: Parts): Promise<ShownReply> {
	const { command, options } = parseLine(line, commandTable);
	return perform(command, options, speaker, parts);
}

/** Runs a command, and sends the files that it answers. */
export async function perform(command: Command, options: Request['options'], speaker: Speaker, parts: Parts): Promise<ShownReply> {
	const reply = await runCommand(command, requestOf(speaker, options, parts), parts.services);
	return sendFiles(reply, { team: speaker.place.team, user: speaker.user, id: speaker.id }, parts);
}

/** Asks a question that is taken word by word: somebody else may have written it. */
export function askQuestion(question: string, speaker: Speaker, parts: Parts): Promise<void> {
	return ask({ options: { question } }, speaker, parts);
}

/** Asks what the options of an `ask` say, or asks it once more. */
export async function ask({ options, ...again }: Pick<Request, 'options' | 'retryOf'>, speaker: Speaker, parts: Parts): Promise<void> {
	await submitQuestion({ ...requestOf(speaker, options, parts), ...again }, parts.services);
}

function requestOf({ place, user, id }: Speaker, options: Request['options'], { people }: Parts): Request {
	return {
		id,
		workspaceId: workspaceOf(place.team),
		conversation: conversationKey(place),
		user: { id: user, isAdmin: () => people.isAdmin(place.team, user) },
		options,
	};
}
