import { ask } from '../../../commands/ask.ts';
import { type AskingCommand, beginRun, beginsRun } from '../../../commands/begin-run.ts';
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
	if (beginsRun(command)) {
		await begin({ command, options }, speaker, parts);
		return { kind: 'asked' };
	}
	return sayCommand(command, options, speaker, parts);
}

/** Does what a command says, or gives the question that is to be asked first. */
export async function sayCommand(
	command: Command,
	options: Request['options'],
	speaker: Speaker,
	parts: Parts,
): Promise<Exclude<Said, { kind: 'asked' }>> {
	const request = requestOf(speaker, options, parts);
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
async function perform(command: Command, options: Request['options'], speaker: Speaker, parts: Parts): Promise<ShownReply> {
	const reply = await runCommand(command, requestOf(speaker, options, parts), parts.services);
	return sendFiles(reply, { team: speaker.place.team, user: speaker.user, id: speaker.id }, parts);
}

/** Asks a question that is taken word by word: somebody else may have written it. */
export function askQuestion(question: string, speaker: Speaker, parts: Parts): Promise<void> {
	return begin({ command: ask, options: { question } }, speaker, parts);
}

/** A command that begins a run, with its options. */
export interface Asking extends Pick<Request, 'options' | 'retryOf'> {
	readonly command: AskingCommand;
}

/** Begins the run that is asked for. Rejects with a UserError. */
export async function begin({ command, options, ...again }: Asking, speaker: Speaker, parts: Parts): Promise<void> {
	await beginRun(command, { ...requestOf(speaker, options, parts), ...again }, parts.services);
}

/** What would be asked, as people read it. Rejects as `begin` does, before anything is shown of it. */
export async function textOf({ command, options }: Asking, speaker: Speaker, parts: Parts): Promise<string> {
	return (await command.asks(requestOf(speaker, options, parts), parts.services)).text;
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
