import { indexLine } from '../code/declarations.ts';
import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { storedSignatures } from '../repository/signatures.ts';
import { HUMAN } from '../toolset/human.ts';
import { FOUND_TOKENS, fittingLines } from './prompt-budget.ts';
import type { Plan } from './read-plan.ts';

/** Of a plan that is sent back to the model; an ordinary one has 300 to 1,500. */
const QUOTED_CHARACTERS = 4000;

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

const SEARCH_INSTRUCTION = `
- The list is a part of the tools. Where none of it does what a subtask needs, do not guess: write a line \`// search: refund a payment\` (what is missing, in a few words) and no call. You are then given what is found and plan again.`;

export interface PlanInput {
	/** The question with the turns before it, and the scaffold's code where there is one. */
	readonly task: string;
	readonly offered: readonly string[];
	readonly known: readonly FunctionRecord[];
	/** Whether there are more tools than those offered. */
	readonly maySearch?: boolean;
}

/** Stage 2 (paper, section 3.2). The tools stand in front of the question, so that servers can cache them. */
export function planPrompt({ task, offered, known, maySearch = false }: PlanInput): ChatMessage[] {
	const functions = known.length > 0 ? `\n\nFunctions that exist already and may be called as they are:\n${storedSignatures(known)}` : '';
	const isConnected = offered.some((line) => !line.startsWith(`${HUMAN}.`));
	const tools = (isConnected ? offered : ['(none is connected)', ...offered]).join('\n');
	return [
		{ role: 'system', content: `${INSTRUCTIONS}${maySearch ? SEARCH_INSTRUCTION : ''}\n\nTools:\n${tools}` },
		{ role: 'user', content: `${functions}\n\n${task}`.trim() },
	];
}

/** Tools that were searched for, by the words they were searched with. */
type Found = ReadonlyMap<string, readonly string[]>;

/** Asks for the plan again, with the tools found for what it missed. */
export function searchedPrompt(input: PlanInput, plan: Plan, found: Found, mayAgain: boolean): ChatMessage[] {
	const next = mayAgain ? '' : ' There are no more searches: without the right tool, plan with the nearest.';
	return again(input, plan, `${toldFound(found)}\n\nWrite the whole plan with the tools there are.${next}`);
}

/** Asks for the plan again, with the nearest real tools for each made-up one. */
export function reconstructPrompt(input: PlanInput, plan: Plan, found: Found = new Map()): ChatMessage[] {
	const complaints = plan.unknown.flatMap(({ id, line, nearest }) => {
		const offer = nearest.length > 0 ? [' The nearest real tools:', ...nearest.map(indexLine)] : [];
		return [`Line ${line}: there is no tool \`${id}\`.${offer[0] ?? ''}`, ...offer.slice(1)];
	});
	const earlier = found.size > 0 ? `${toldFound(found)}\n\n` : '';
	return again(
		input,
		plan,
		`${earlier}${fittingLines(complaints, FOUND_TOKENS).join('\n')}\n\nWrite the whole plan again with tools that exist.`,
	);
}

function again(input: PlanInput, { code }: Plan, content: string): ChatMessage[] {
	const quoted = code.length <= QUOTED_CHARACTERS ? code : `${code.slice(0, QUOTED_CHARACTERS)}…`;
	return [...planPrompt(input), { role: 'assistant', content: `\`\`\`ts\n${quoted}\n\`\`\`` }, { role: 'user', content }];
}

/** All that was found for a question, in twice the room of one search. */
function toldFound(found: Found): string {
	const lines = [...found].flatMap(([words, tools]) => [
		tools.length > 0 ? `Tools found for "${words}":` : `No other tool was found for "${words}".`,
		...tools,
	]);
	return fittingLines(lines, 2 * FOUND_TOKENS).join('\n');
}
