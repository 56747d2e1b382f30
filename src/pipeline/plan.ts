import { indexLine } from '../code/declarations.ts';
import { parseLoosely } from '../code/parse.ts';
import { toolReferences } from '../code/references.ts';
import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { storedSignatures } from '../repository/signatures.ts';
import { HUMAN } from '../toolset/human.ts';
import { type Tool, toolId } from '../toolset/tool.ts';
import type { Progress } from './progress.ts';
import { questionText } from './question-text.ts';
import type { Scaffold } from './scaffold.ts';
import type { Toolbox } from './toolbox.ts';
import type { Work } from './work.ts';

/** Stage 2 (paper, section 3.2): numbered subtasks with the tools they use and the data that flows between them. Not runnable. */
export interface Plan {
	readonly code: string;
	/** Existing tools it names, in order, each once. */
	readonly tools: readonly Tool[];
	/** Names it made up, with the nearest real tools: reason for planning reconstruction (paper, section 3.4). */
	readonly unknown: readonly UnknownTool[];
}

export interface UnknownTool {
	readonly id: string;
	readonly line: number;
	readonly nearest: readonly Tool[];
}

const NEAREST = 4;

const INSTRUCTIONS = `You plan how a TypeScript function will do its task with the tools listed.
Reply with one \`\`\`ts block and nothing else: the function, its body a plan of numbered comments, one a subtask, each followed by the tool call that does it, with the data flowing from one to the next:

async function countOrders(customerName: string, year: number): Promise<number> {
  // 1. Find the customer's id.
  const found = await shop.searchCustomers({ name: customerName });
  // 2. Fetch the orders of the best match and count those of the year.
  const orders = await shop.listOrders({ customer_id: found.items[0].id });
}

- Call only tools from the list, by their exact names, always as toolset.tool({ argument: value }). The fewest calls that answer the question.
- Every id or value comes from the parameters or from an earlier call, never from memory.
- Work on the data (filter, sort, count) is a comment, not code.
- Ask the person (human.*) only for what neither the question nor a tool tells.`;

/** Asks for the plan, and again while it names tools that do not exist: planning reconstruction (paper, section 3.4). */
export async function* planSubtasks(
	work: Work,
	drawn: Scaffold | undefined,
	known: readonly FunctionRecord[],
): AsyncGenerator<Progress, Plan> {
	yield { type: 'status', text: 'Planning…' };
	const asked = questionText(work.run.question);
	const task = drawn ? `${asked}\n\n${drawn.code}` : asked;
	const input = { task, known, offered: work.toolbox.offer(`${work.run.question.text}\n${task}`) };
	let plan = readPlan(await work.ask('plan', planPrompt(input)), work.toolbox, known, task);
	for (let [missing] = plan.unknown; missing; [missing] = plan.unknown) {
		const repair = work.spendRepair({
			cause: 'unknown-tool',
			text: `The plan names ${missing.id}, which does not exist`,
			details: missing.id,
			unknownTools: plan.unknown.map(({ id }) => id),
		});
		yield { type: 'plan', code: plan.code, tools: plan.tools.map(toolId) };
		yield repair;
		plan = readPlan(await work.ask('plan', reconstructPrompt(input, plan)), work.toolbox, known, task);
	}
	yield { type: 'plan', code: plan.code, tools: plan.tools.map(toolId) };
	return plan;
}

export interface PlanInput {
	/** The question with the turns before it, and the scaffold's code where there is one. */
	readonly task: string;
	readonly offered: readonly string[];
	readonly known: readonly FunctionRecord[];
}

export function planPrompt({ task, offered, known }: PlanInput): ChatMessage[] {
	const functions = known.length > 0 ? `\n\nFunctions that exist already and may be called as they are:\n${storedSignatures(known)}` : '';
	const isConnected = offered.some((line) => !line.startsWith(`${HUMAN}.`));
	const tools = (isConnected ? offered : ['(none is connected)', ...offered]).join('\n');
	return [
		{ role: 'system', content: `${INSTRUCTIONS}\n\nTools:\n${tools}` },
		{ role: 'user', content: `${functions}\n\n${task}`.trim() },
	];
}

/** Asks for the plan again, with the nearest real tools for each made-up one. */
export function reconstructPrompt(input: PlanInput, plan: Plan): ChatMessage[] {
	const complaints = plan.unknown.map(({ id, line, nearest }) => {
		const offer = nearest.length > 0 ? ` The nearest real tools:\n${nearest.map(indexLine).join('\n')}` : '';
		return `Line ${line}: there is no tool \`${id}\`.${offer}`;
	});
	return [
		...planPrompt(input),
		{ role: 'assistant', content: `\`\`\`ts\n${plan.code}\n\`\`\`` },
		{ role: 'user', content: `${complaints.join('\n')}\n\nWrite the whole plan again with tools that exist.` },
	];
}

/** What the plan refers to, from its syntax tree. A plan too far from code to be parsed names no tools. */
export function readPlan(code: string, toolbox: Toolbox, known: readonly FunctionRecord[], task: string): Plan {
	const program = parseLoosely(code);
	if (!program) return { code, tools: [], unknown: [] };
	const references = toolReferences(program.tree, {
		tools: toolbox.ids,
		known: new Set(known.map((record) => record.name)),
	});
	const tools = new Set(references.flatMap(({ id }) => toolbox.tools.get(id) ?? []));
	const unknown = new Map<string, UnknownTool>();
	for (const { id, line, kind, exists, awaited } of references) {
		// A plan may name functions that the implementation will write, and work on data that it does not declare: only tools are held against it.
		const isMadeUp = kind === 'tool' ? !exists : kind === 'unknown-toolset' && awaited;
		if (!isMadeUp || unknown.has(id)) continue;
		unknown.set(id, { id, line, nearest: toolbox.index.nearest(id, task, NEAREST) });
	}
	return { code, tools: [...tools], unknown: [...unknown.values()] };
}
