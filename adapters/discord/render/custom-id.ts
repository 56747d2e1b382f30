import type { Run } from '../../../src/runs/run.ts';
import { workspaceScope } from '../place.ts';

/** What a button does, or a form is for. */
const ACTIONS = [
	'stop',
	'retry',
	'program',
	'up',
	'down',
	'approve',
	'refuse',
	'approve-now',
	'back',
	'dry-run',
	'choice',
	'choices',
	'type',
	'withdraw',
	'confirm',
	'cancel',
	'add-toolset',
	'import',
	'credential',
	'reason',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface CustomId {
	readonly action: Action;
	/** What is acted on; up to `MOST_ID` characters. */
	readonly id: string;
}

/** Discord takes 100 characters (discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id). */
const CUSTOM_ID = 100;
const VERSION = 'v1';
/** Of the longest action. */
export const MOST_ID = CUSTOM_ID - Math.max(...ACTIONS.map((action) => prefixOf(action).length));

/**
 * `tc:stop:v1:<id>`: all that is needed to act, so that buttons of old messages work in any process and after any restart. Throws for an id that
 * does not fit.
 */
export function customId(action: Action, id: string = ''): string {
	const text = prefixOf(action) + id;
	if (text.length > CUSTOM_ID) throw new Error(`the custom id ${text} is too long`);
	return text;
}

/** Undefined for what is not of this bot, or of another version of it. */
export function readCustomId(text: string): CustomId | undefined {
	const action = ACTIONS.find((candidate) => text.startsWith(prefixOf(candidate)));
	return action && { action, id: text.slice(prefixOf(action).length) };
}

/** A run as buttons name it: it is found by its workspace and its own id. */
export function runReference({ workspaceId, id }: Pick<Run, 'workspaceId' | 'id'>): string {
	return `${workspaceScope(workspaceId)}/${id}`;
}

/** Undefined for what `runReference` does not make. */
export function readRunReference(text: string): { readonly scope: string; readonly runId: string } | undefined {
	const [, scope, runId] = /^(@?\d{5,20})\/([0-9A-Z]{1,64})$/.exec(text) ?? [];
	return scope && runId ? { scope, runId } : undefined;
}

/** What a button that confirms a command carries: the command as a line, and the workspace it was typed for. */
export function confirmationOf(workspaceId: string, line: string): string {
	return `${workspaceScope(workspaceId)}/${line}`;
}

/** Characters that `confirmationOf` may have for a button to carry it. */
export const MOST_CONFIRMATION = CUSTOM_ID - prefixOf('confirm').length;

/** What `confirmationOf` has made. */
export function readConfirmation(text: string): { readonly scope: string; readonly line: string } {
	const at = text.indexOf('/');
	return { scope: text.slice(0, at), line: text.slice(at + 1) };
}

/** A choice of a question, as its button carries it: its place among those offered, from 0. */
export function choiceReference(questionId: string, choice: number): string {
	return `${questionId}/${choice}`;
}

/** Undefined for what `choiceReference` does not make. */
export function readChoiceReference(text: string): { readonly questionId: string; readonly choice: number } | undefined {
	const [, questionId, choice] = /^([0-9A-Z-]{1,64})\/(\d{1,2})$/.exec(text) ?? [];
	return questionId === undefined ? undefined : { questionId, choice: Number(choice) };
}

/** What the button carries that opens the form for an answer: nothing can be looked up before a form is shown. */
export function answererReference({ id, askedBy }: { readonly id: string; readonly askedBy: string }): string {
	return `${id}/${askedBy}`;
}

/** What `answererReference` has made. */
export function readAnswererReference(text: string): { readonly questionId: string; readonly askedBy: string } {
	const [questionId = '', askedBy = ''] = text.split('/');
	return { questionId, askedBy };
}

function prefixOf(action: Action): string {
	return `tc:${action}:${VERSION}:`;
}
