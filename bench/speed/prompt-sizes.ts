import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { ChatMessage } from '../../src/model/model.ts';
import { implementPrompt } from '../../src/pipeline/implement.ts';
import { type PlanInput, planPrompt, reconstructPrompt, searchedPrompt } from '../../src/pipeline/plan-prompt.ts';
import { questionText } from '../../src/pipeline/question-text.ts';
import { readPlan } from '../../src/pipeline/read-plan.ts';
import { reflectPrompt } from '../../src/pipeline/reflect.ts';
import { readScaffold, scaffoldPrompt } from '../../src/pipeline/scaffold.ts';
import type { Toolbox } from '../../src/pipeline/toolbox.ts';

const SCAFFOLD = `/** Counts the overdue invoices of a customer and refunds the newest payment. @param customerName full name of the customer @returns number of invoices */
async function countOverdueInvoices(customerName: string): Promise<number> {}

const count = await countOverdueInvoices('Ada Byron');
return answer(\`Ada Byron has \${count} overdue invoices.\`, count);`;

/** Words that the searches of a plan are made with. */
const MISSING = ['refund a payment', 'find a customer by name', 'send a message to a channel'];
/** Tools that one question is planned with: far more than an ordinary one needs. */
const CHOSEN = 30;

/** o200k tokens of the largest prompts of one question of several parts, by stage; every search, repair and offer is made use of. */
export async function promptSizes(toolbox: Toolbox, question: string): Promise<Readonly<Record<string, number>>> {
	const { signal } = new AbortController();
	const asked = { text: question, askedBy: { id: 'bench' }, earlier: [] };
	const drawn = readScaffold(SCAFFOLD, []);
	if (drawn?.kind !== 'scaffold') throw new Error('the fixed scaffold must be one');
	const task = `${questionText(asked)}\n\n${drawn.code}`;
	const offered = await toolbox.offer(`${question}\n${drawn.functionName}`, signal);
	const input: PlanInput = { task, known: [], offered, maySearch: !toolbox.isOfferedWhole };
	const found = new Map(await Promise.all(MISSING.map(async (words) => [words, await toolbox.find(words, offered, signal)] as const)));
	const chosen = toolbox.index.offer(question, CHOSEN);
	const calls = chosen.map(
		(tool, at) => `  // ${at + 1}. One step of the task.\n  const a${at} = await ${tool.toolset}.${tool.name}({ id: customerName });`,
	);
	const madeUp = chosen.slice(0, 4).map(({ toolset, name }) => `  await ${toolset}.${name}Wrongly({ id: customerName });`);
	const planned = `async function countOverdueInvoices(customerName: string): Promise<number> {\n${[...calls, ...madeUp].join('\n')}\n}`;
	const plan = readPlan(planned, toolbox, [], task);
	const declarations = toolbox.declare(plan.tools);
	const program = `${planned.replace(/}$/, '  return a0.data.length;\n}')}\n\n${drawn.main}`;
	const fault = { cause: 'exception' as const, text: 'Line 3: it failed', details: 'TypeError: it failed\n'.repeat(40), unknownTools: [] };
	const rest = { question: questionText(asked), declarations, known: [] };
	return {
		scaffold: tokensOf(scaffoldPrompt(asked, [], Date.UTC(2026, 0, 1))),
		plan: tokensOf(planPrompt(input)),
		'plan after a search': tokensOf(searchedPrompt(input, plan, found, true)),
		'plan after searches, names made up': tokensOf(reconstructPrompt(input, plan, found)),
		implement: tokensOf(implementPrompt({ ...rest, plan: planned, main: drawn.main })),
		reflect: tokensOf(reflectPrompt({ ...rest, program, fault, advice: '' })),
	};
}

/** With the three tokens by which the chat format frames each message (OpenAI cookbook, "How to count tokens with tiktoken"). */
export function tokensOf(messages: readonly ChatMessage[]): number {
	return messages.reduce((sum, message) => sum + countTokens(message.content) + 3, 3);
}
