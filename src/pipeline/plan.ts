import type { FunctionRecord } from '../repository/function-record.ts';
import { toolId } from '../toolset/tool.ts';
import type { Fault } from './fault.ts';
import { type PlanInput, planPrompt, reconstructPrompt, searchedPrompt } from './plan-prompt.ts';
import type { Progress } from './progress.ts';
import { questionText, searchText } from './question-text.ts';
import { type Plan, readPlan, type UnknownTool } from './read-plan.ts';
import type { Scaffold } from './scaffold.ts';
import type { Work } from './work.ts';

export type { Plan } from './read-plan.ts';

/** A search costs a model call: who finds nothing twice will not find it. */
const MOST_SEARCHES = 2;

/**
 * Asks for the plan, and again when it wants to search for more tools (at most twice; no repair), and while it names tools that do not exist: planning
 * reconstruction (paper, section 3.4).
 */
export async function* planSubtasks(
	work: Work,
	drawn: Scaffold | undefined,
	known: readonly FunctionRecord[],
): AsyncGenerator<Progress, Plan> {
	yield { type: 'status', text: 'Planning…' };
	const asked = questionText(work.run.question);
	const task = drawn ? `${asked}\n\n${drawn.code}` : asked;
	const { toolbox, signal } = work;
	const offered = await toolbox.offer(toolWords(work, drawn), signal);
	const input: PlanInput = { task, known, offered, maySearch: !toolbox.isOfferedWhole };
	const found = new Map<string, readonly string[]>();
	let searches = 0;
	let messages = planPrompt(input);
	for (;;) {
		const plan = readPlan(await work.ask('plan', messages), toolbox, known, task);
		const wanted = input.maySearch && searches < MOST_SEARCHES ? plan.searches : [];
		if (wanted.length > 0) {
			searches += 1;
			yield { type: 'status', text: `Searching for tools: ${wanted.join('; ')}…` };
			for (const words of wanted) found.set(words, await toolbox.find(words, [...offered, ...[...found.values()].flat()], signal));
			messages = searchedPrompt(input, plan, found, searches < MOST_SEARCHES);
			continue;
		}
		const repair = plan.unknown[0] && work.spendRepair(madeUp(plan.unknown[0], plan.unknown));
		yield { type: 'plan', code: plan.code, tools: plan.tools.map(toolId) };
		if (!repair) return plan;
		yield repair;
		messages = reconstructPrompt(input, plan, found);
	}
}

function madeUp({ id }: UnknownTool, all: readonly UnknownTool[]): Fault {
	const unknownTools = all.map((unknown) => unknown.id);
	return { cause: 'unknown-tool', text: `The plan names ${id}, which does not exist`, details: id, unknownTools };
}

/** What tools are searched by: the question and the one before it, and what the scaffold made of it, which is in the language of code. */
function toolWords({ run }: Work, drawn: Scaffold | undefined): string {
	const said = [...(drawn?.code ?? '').matchAll(/\/\*\*(.*?)\*\//gs)].map(([, comment]) => comment?.replaceAll(/@\w+/g, '') ?? '');
	return [searchText(run.question), ...said, drawn?.functionName ?? ''].join('\n');
}
