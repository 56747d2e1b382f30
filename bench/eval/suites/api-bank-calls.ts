import { z } from 'zod';
import { isJsonObject, type JsonValue } from '../../../src/json.ts';
import type { Suite, Task } from '../contract.ts';
import type { CheckCall } from '../scorers/api-bank-rules.ts';
import { beginReplay } from '../scorers/api-bank-session.ts';
import { type CallRow, callRows, goldCallSchema } from '../scorers/gold-calls.ts';
import { toolIdsOf, toolsSchema } from './api-bank-tools.ts';
import { asTask, type Entry, entrySchema } from './dialogue.ts';
import { readJsonLines } from './json-file.ts';

const callSchema = z.object({
	id: z.string().min(1),
	history: z.array(entrySchema).min(1),
	tools_given: toolsSchema,
	gold_call: goldCallSchema.omit({ expected: true }),
	expected: goldCallSchema.shape.expected,
});

const MEASURES: Suite['measures'] = [
	{ name: 'correct call', unit: '%', means: 'the first call is the gold call by the rule of its tool (API-Bank, arXiv 2304.08244)' },
	{ name: 'call among others', unit: '%', means: 'any call is the gold call by that rule' },
];

/**
 * Single calls: each has the true history of its dialogue, and the next call is judged. Calls are judged by what their tools answer after the true
 * history's calls, which are played again in a session of the scorer's: five of the benchmark's 193 gold calls build upon what an earlier one changed.
 */
export async function openCalls(file: string, toolset: string, check: CheckCall): Promise<Pick<Suite, 'tasks' | 'measures' | 'score'>> {
	const calls = await readJsonLines(file, callSchema);
	const byId = new Map(calls.map((call) => [call.id, call]));
	const toolId = toolIdsOf(toolset);
	const tasks = calls.map(({ id, history, tools_given }): Task => ({ id, ...asTask(history, toolId), tools: tools_given.map(toolId) }));
	return {
		tasks,
		measures: MEASURES,
		async score({ id }, _, { base, session, log }) {
			const call = byId.get(id);
			if (!call) throw new Error(`${file} has no call ${id}`);
			const rows = callRows(log);
			const results = await resultsAfter(call.history, rows, base, `${session}-true`);
			const { api_name } = call.gold_call;
			const agree = rows.map(({ tool }, index) => tool === api_name && check(api_name, results[index] ?? null, call.expected));
			return { 'correct call': Number(agree[0] ?? false), 'call among others': Number(agree.includes(true)) };
		},
	};
}

/** What the tools answer to these rows after the true history. */
async function resultsAfter(
	history: readonly Entry[],
	rows: readonly CallRow[],
	base: string,
	session: string,
): Promise<readonly JsonValue[]> {
	const replay = await beginReplay(base, session);
	for (const entry of history) {
		if (entry.role === 'API') await replay.call(entry.api_name, entry.param_dict);
	}
	const results: JsonValue[] = [];
	for (const { tool, args, result } of rows) results.push(isJsonObject(args) ? await replay.call(tool, args) : result);
	return results;
}
