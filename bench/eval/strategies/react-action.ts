import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.ts';
import { withoutReasoning } from '../../../src/model/reasoning.ts';

/** What a reply wants done. */
export type Action =
	| { readonly kind: 'call'; readonly tool: string; readonly args: JsonObject }
	| { readonly kind: 'finish' | 'ask' | 'search' | 'describe'; readonly text: string }
	/** Nothing that can be done, and why: one sentence. */
	| { readonly kind: 'none'; readonly problem: string };

export interface ReactReply {
	/** The thought and its action, as written; never empty. */
	readonly said: string;
	readonly action: Action;
}

/** The labels of the paper's trajectories (section 3.2 and appendix C), numbered or not, also in Markdown. */
const labelled = (label: string) => new RegExp(`^[ \\t>*#]*(?:${label})[ \\t]*\\d*[ \\t]*\\**:\\**`, 'im');
const OBSERVATION = labelled('observation');
const ACTION = labelled('action');
const NEXT_LABEL = labelled('thought|action|question');

/** An action that stands on a line of its own without its label. */
const BARE_ACTION = /^[ \t`]*(?=(?:finish|ask|search|describe)\[|[A-Za-z_$][\w$]*\.[A-Za-z_$][\w$]*\(\s*[{)])/im;
const BRACKETED = /^(finish|ask|search|describe)\s*\[/i;
const CALL = /^(?:await\s+)?([A-Za-z_$][\w$]*\.[A-Za-z_$][\w$]*)\s*\(/;

/** Arguments end at one of the first closing brackets; text in them may hold some, too. */
const CLOSINGS_TRIED = 50;
const DEEPEST_ARGUMENTS = 50;

/**
 * The first thought and action of a reply. What follows its action, and an observation it made up, are left out: the paper's completions stop before the
 * observation, which chat servers cannot be relied on to do. Never throws.
 */
export function readReactReply(reply: string): ReactReply {
	const { text, unclosed } = withoutReasoning(reply.replaceAll(/\r\n?/g, '\n'));
	const whole = (text.trim() === '' ? (unclosed ?? '') : text).trim();
	const own = whole.slice(0, OBSERVATION.exec(whole)?.index ?? whole.length);
	const start = ACTION.exec(own) ?? BARE_ACTION.exec(own);
	const from = start ? start.index + start[0].length : own.length;
	const end = from + (NEXT_LABEL.exec(own.slice(from))?.index ?? own.length - from);
	const said = own.slice(0, end).trim();
	return {
		said: said === '' ? '(an empty reply)' : said,
		action: start ? readAction(own.slice(from, end)) : { kind: 'none', problem: 'The reply holds no line that begins with "Action".' },
	};
}

function readAction(written: string): Action {
	const text = written
		.trim()
		.replace(/^`{1,3}(?:[a-z]+\n)?/i, '')
		.replace(/`{1,3}$/, '')
		.trim();
	const bracketed = BRACKETED.exec(text);
	if (bracketed) {
		const close = text.lastIndexOf(']');
		const open = bracketed[0].length;
		const kind = bracketed[1]?.toLowerCase() as 'finish' | 'ask' | 'search' | 'describe';
		return { kind, text: text.slice(open, close >= open ? close : undefined).trim() };
	}
	const [opening = '', tool] = CALL.exec(text) ?? [];
	if (tool === undefined) return { kind: 'none', problem: 'The action is none of those there are.' };
	const args = argumentsIn(text.slice(opening.length));
	if (!args) return { kind: 'none', problem: `The arguments of ${tool} are not one JSON object.` };
	return { kind: 'call', tool, args };
}

/** The object before the first closing bracket that leaves one; undefined when there is none. */
function argumentsIn(rest: string): JsonObject | undefined {
	let close = rest.indexOf(')');
	for (let tried = 0; close !== -1 && tried < CLOSINGS_TRIED; tried += 1) {
		const args = jsonObject(rest.slice(0, close));
		if (args) return args;
		close = rest.indexOf(')', close + 1);
	}
	// A reply that was cut after its object is clear enough.
	return close === -1 ? jsonObject(rest) : undefined;
}

function jsonObject(text: string): JsonObject | undefined {
	if (text.trim() === '') return {};
	try {
		const value: JsonValue = JSON.parse(text);
		return isJsonObject(value) && !isDeeperThan(value, DEEPEST_ARGUMENTS) ? value : undefined;
	} catch {
		return undefined;
	}
}
