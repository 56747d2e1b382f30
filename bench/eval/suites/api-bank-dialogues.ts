import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { JsonValue } from '../../../src/json.ts';
import type { Suite, Task } from '../contract.ts';
import type { CheckCall } from '../scorers/api-bank-rules.ts';
import { beginReplay } from '../scorers/api-bank-session.ts';
import { callRows, countedCalls, foundInOrder, type GoldCall, goldCallSchema } from '../scorers/gold-calls.ts';
import { toolIdsOf, toolsSchema } from './api-bank-tools.ts';
import { readJsonLines } from './json-file.ts';

const dialogueSchema = z.object({
	id: z.string().min(1),
	user_turns: z.array(z.string()).min(1),
	tools_given: toolsSchema,
	gold_calls: z.array(goldCallSchema),
	/** Why the simulator cannot do what the gold calls do; such a dialogue is left out. */
	unreachable: z.unknown().optional(),
});

const MEASURES: Suite['measures'] = [
	{
		name: 'call recall',
		unit: '%',
		means: 'gold calls of a dialogue that a call agrees with by the rule of its tool, in order; mean over the dialogues',
	},
	{ name: 'all calls', unit: '%', means: 'dialogues with every gold call made' },
	{
		name: 'final state',
		unit: '%',
		means: 'the databases end as a replay of the gold calls leaves them; doing nothing reaches it where they only read',
	},
	{ name: 'gold calls', unit: 'count', means: 'gold calls in a dialogue' },
	{
		name: 'gold calls made',
		unit: 'count',
		means: "those that were made; this mean by the one of gold calls is score.py's call recall, which counts calls and not dialogues",
	},
];

/** Whole dialogues: the user says one thing after another, and all calls of all turns count. */
export async function openDialogues(file: string, toolset: string, check: CheckCall): Promise<Pick<Suite, 'tasks' | 'measures' | 'score'>> {
	const dialogues = (await readJsonLines(file, dialogueSchema)).filter(({ unreachable }) => unreachable === undefined);
	const gold = new Map(dialogues.map(({ id, gold_calls }) => [id, gold_calls]));
	const toolId = toolIdsOf(toolset);
	const tasks = dialogues.map(
		({ id, user_turns, tools_given }): Task => ({ id, history: [], turns: user_turns, tools: tools_given.map(toolId) }),
	);
	return {
		tasks,
		measures: MEASURES,
		async score({ id }, _, { base, session, log, state }) {
			const calls = gold.get(id);
			if (!calls) throw new Error(`${file} has no dialogue ${id}`);
			const found = foundInOrder(countedCalls(calls), callRows(log), check);
			const made = found.filter(Boolean).length;
			return {
				...(found.length > 0 && { 'call recall': made / found.length }),
				'all calls': Number(made === found.length),
				'final state': Number(isDeepStrictEqual(state, await stateAfter(countedCalls(calls), base, `${session}-gold`))),
				'gold calls': found.length,
				'gold calls made': made,
			};
		},
	};
}

async function stateAfter(calls: readonly GoldCall[], base: string, session: string): Promise<JsonValue> {
	const replay = await beginReplay(base, session);
	for (const { api_name, param_dict } of calls) await replay.call(api_name, param_dict);
	return replay.state();
}
