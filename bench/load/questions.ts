import { KINDS } from '../repository/kinds.ts';
import { type BenchQuestion, questionsOf } from '../repository/questions.ts';

/** A question as somebody asks it somewhere. */
export interface LoadQuestion {
	/** From 0, in the order in which they are asked. */
	readonly number: number;
	readonly workspaceId: string;
	readonly conversation: string;
	readonly text: string;
}

/** `slip`: the first program throws, the repaired one answers. `hopeless`: all of them throw. */
export type Trouble = 'slip' | 'hopeless';

const TROUBLES: Readonly<Record<Trouble, string>> = { slip: ' Mind the trap.', hopeless: ' Fall into the trap.' };

/** Every question that the scripted model knows, each once, without a trouble. */
export function allQuestions(): BenchQuestion[] {
	return questionsOf(KINDS, 0);
}

/** The text of a question that its model has this trouble with. */
export function troubled(text: string, trouble: Trouble): string {
	return `${text}${TROUBLES[trouble]}`;
}

export function troubleIn(text: string): { readonly text: string; readonly trouble?: Trouble } {
	for (const trouble of ['slip', 'hopeless'] as const) {
		if (text.endsWith(TROUBLES[trouble])) return { text: text.slice(0, -TROUBLES[trouble].length), trouble };
	}
	return { text };
}

/** `total` questions of so many workspaces in turn, each in a conversation of its own. */
export function evenQuestions(total: number, workspaces: number): LoadQuestion[] {
	return inWorkspaces(Array.from({ length: total }, (_, at) => workspaceOf(at % workspaces)));
}

/** The workspace that asks most in `busyQuestions`. */
export const BUSY_WORKSPACE = 'load:busy';

/**
 * `total` questions, of which nine in ten are of one workspace, which asks all of them before the first of the nine others: who goes in the order of asking
 * has those wait for all of them.
 */
export function busyQuestions(total: number): LoadQuestion[] {
	const small = Math.floor(total / 10);
	const others = Array.from({ length: small }, (_, at) => workspaceOf(at % 9));
	return inWorkspaces([...Array.from({ length: total - small }, () => BUSY_WORKSPACE), ...others]);
}

/** Of each twenty: one that slips, one without hope. */
const SLIPS_AT = 7;
const HOPELESS_AT = 13;
const MIX = 20;
/** Questions of one conversation: the last three follow up on the first. */
const IN_CONVERSATION = 4;

/** `total` questions of so many workspaces in turn, four in each conversation, one in ten of them with a trouble. */
export function mixedQuestions(total: number, workspaces: number): LoadQuestion[] {
	return evenQuestions(total, workspaces).map((question, number) => {
		const place = Math.floor(number / workspaces) % MIX;
		const trouble = place === SLIPS_AT ? 'slip' : place === HOPELESS_AT ? 'hopeless' : undefined;
		return {
			...question,
			conversation: `${question.workspaceId}/${Math.floor(number / workspaces / IN_CONVERSATION)}`,
			text: trouble ? troubled(question.text, trouble) : question.text,
		};
	});
}

/** A workspace asks all questions in an order of its own, then once more: it fills its repository, and comes to reuse what is there. */
function inWorkspaces(workspaces: readonly string[]): LoadQuestion[] {
	const lists = new Map<string, readonly BenchQuestion[]>();
	const asked = new Map<string, number>();
	return workspaces.map((workspaceId, number) => {
		const list = lists.get(workspaceId) ?? questionsOf(KINDS, lists.size);
		lists.set(workspaceId, list);
		const at = asked.get(workspaceId) ?? 0;
		asked.set(workspaceId, at + 1);
		return { number, workspaceId, conversation: `${workspaceId}/${number}`, text: list[at % list.length]?.text ?? '' };
	});
}

function workspaceOf(number: number): string {
	return `load:${number}`;
}
