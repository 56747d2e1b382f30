import { z } from 'zod';
import { canonicalJson, isJsonObject, type JsonValue } from '../../../src/json.ts';
import type { Task } from '../contract.ts';

const json = z.custom<JsonValue>((value) => value !== undefined);

/** What was said and done before the call that is asked for, as API-Bank writes it. */
export const entrySchema = z.discriminatedUnion('role', [
	z.object({ role: z.literal('User'), text: z.string() }),
	z.object({ role: z.literal('AI'), text: z.string() }),
	z.object({ role: z.literal('API'), api_name: z.string(), param_dict: z.record(z.string(), json), result: json }),
]);

export type Entry = z.infer<typeof entrySchema>;

/**
 * The true history of a call as turns: what the user said, and as its answer what was said and called since, a line each. The last thing that the user
 * said is what a strategy is asked, with what has been said and called since below it: the gold call is what comes next.
 */
export function asTask(entries: readonly Entry[], toolId: (api: string) => string): Pick<Task, 'history' | 'turns'> {
	const turns: { readonly question: string; readonly since: string[] }[] = [];
	for (const entry of entries) {
		if (entry.role === 'User' || turns.length === 0) turns.push({ question: entry.role === 'User' ? entry.text : '', since: [] });
		if (entry.role !== 'User') turns.at(-1)?.since.push(lineOf(entry, toolId));
	}
	const { question = '', since = [] } = turns.pop() ?? {};
	const text =
		since.length === 0 ? [question] : [question, '', 'Since then you have said and called the following; go on from there.', ...since];
	return { history: turns.map((turn) => ({ question: turn.question, answer: turn.since.join('\n') })), turns: [text.join('\n')] };
}

/**
 * Not written as a call: prompts leave out of earlier answers what reads like one, and would leave its result alone. Without what the result repeats of the
 * call: prompts have 300 characters of an earlier answer, and the values that a later call needs have to be among them.
 */
function lineOf(entry: Exclude<Entry, { role: 'User' }>, toolId: (api: string) => string): string {
	if (entry.role === 'AI') return entry.text;
	return `[called ${toolId(entry.api_name)} with ${canonicalJson(entry.param_dict)}: ${canonicalJson(withoutCall(entry.result))}]`;
}

function withoutCall(result: JsonValue): JsonValue {
	if (!isJsonObject(result)) return result;
	const { api_name: _, input: __, ...told } = result;
	return told;
}
