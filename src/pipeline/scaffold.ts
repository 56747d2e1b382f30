import { parseProgram } from '../code/parse.ts';
import { callsOf, namesInMain } from '../code/references.ts';
import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { storedSignatures } from '../repository/signatures.ts';
import type { Question } from '../runs/run.ts';
import type { Progress } from './progress.ts';
import { prompt } from './prompt.ts';
import { questionText } from './question-text.ts';
import type { Work } from './work.ts';

/** Stage 1 (paper, section 3.1): what the question asks for, as a function without a body and the call of it. */
export interface Scaffold {
	readonly kind: 'scaffold';
	readonly code: string;
	readonly functionName: string;
	/** The statements after the function: the main call and its `return answer(…)`. */
	readonly main: string;
	/** Interfaces and type aliases that the signature names. */
	readonly types: readonly { readonly name: string; readonly source: string }[];
}

/** Stored functions answer as they are: the whole program is their call. */
export interface Reuse {
	readonly kind: 'reuse';
	readonly code: string;
	readonly functions: readonly FunctionRecord[];
}

const INSTRUCTIONS = `You turn a question into the scaffold of a TypeScript function: the signature a good engineer would write before the code.
Reply with one \`\`\`ts block of this form and nothing else:

/** Counts the orders a customer placed in a year. @param customerName full name */
async function countOrders(customerName: string, year: number): Promise<number> {}

const count = await countOrders('Ada Byron', 2024);
return answer(\`Ada Byron placed \${count} orders in 2024.\`, count);

- One function, its body empty. Whatever is particular to the question (names, dates, numbers) is a parameter, so that the function serves similar questions too.
- What neither the question nor the conversation says and no tool could know (a password, a choice) is no parameter and is never made up: the function asks the person for it.
- A precise return type. For lists: arrays of objects with named fields.
- answer(sentence, value) ends the program. The sentence answers in the language of the question and is built from the value; never guess data. It must also be right when a list is empty or a value is missing.`;

const REUSE_INSTRUCTIONS = `- If the known functions answer the question as they are, write no function: reply with only their call and the return. Use one only if it does exactly what is asked.`;

/** Asks for the scaffold, or for the call of stored functions that answer already; undefined leaves it to the plan to start from the question. */
export async function* scaffold(
	work: Work,
	offered: readonly FunctionRecord[],
	drafts: readonly FunctionRecord[] = [],
): AsyncGenerator<Progress, Scaffold | Reuse | undefined> {
	if (!work.stages.scaffold) return undefined;
	yield { type: 'status', text: 'Writing the scaffold…' };
	const { question, seed } = work.run;
	const drawn = readScaffold(await work.ask('scaffold', scaffoldPrompt(question, offered, seed.now, drafts)), offered);
	if (drawn?.kind === 'scaffold') yield { type: 'scaffold', code: drawn.code, functionName: drawn.functionName };
	if (drawn?.kind === 'reuse') yield { type: 'reuse', code: drawn.code, functions: drawn.functions.map((record) => record.name) };
	return drawn;
}

/** `now`, in milliseconds, is the run's: a question about “this year” is asked the same way when the run is resumed. */
export function scaffoldPrompt(
	question: Question,
	known: readonly FunctionRecord[],
	now: number,
	drafts: readonly FunctionRecord[] = [],
): ChatMessage[] {
	const today = `Today is ${new Date(now).toISOString().slice(0, 10)}.`;
	const instructions = known.length > 0 ? `${INSTRUCTIONS}\n${REUSE_INSTRUCTIONS}` : INSTRUCTIONS;
	return prompt(instructions, [
		known.length > 0 && `Known functions:\n${storedSignatures(known)}`,
		drafts.length > 0 &&
			`Functions that have to be written anew; if one does exactly what is asked, keep its name and parameters:\n${storedSignatures(drafts)}`,
		today,
		questionText(question),
	]);
}

/**
 * The scaffold as parsed, never as trusted: bodies the model filled in anyway are dropped. Undefined when the reply is neither a function with its
 * call nor a call of known functions (a bare made-up answer is neither), or gives no answer back; the plan then starts from the question itself.
 */
export function readScaffold(code: string, known: readonly FunctionRecord[]): Scaffold | Reuse | undefined {
	const parsed = parseProgram(code);
	if (!parsed.ok) return undefined;
	const { functions, main, types, tree } = parsed.program;
	if (!tree.body.some((node) => node.type === 'ReturnStatement')) return undefined;
	if (functions.length === 0) {
		const called = callsOf(tree);
		const reused = known.filter((record) => called.has(record.name));
		return reused.length > 0 ? { kind: 'reuse', code: parsed.program.source, functions: reused } : undefined;
	}
	// The function that the main call uses; helpers a model may have added are the implementation's business.
	const used = namesInMain(parsed.program);
	const top = functions.find((fn) => used.has(fn.name));
	if (!top) return undefined;
	const documentation = top.documentation === '' ? '' : `/** ${top.documentation.replaceAll(/\s*\n\s*/g, ' ')} */\n`;
	const declarations = types.map((type) => `${type.source}\n\n`).join('');
	return {
		kind: 'scaffold',
		code: `${declarations}${documentation}${top.signature} {}\n\n${main}`,
		functionName: top.name,
		main,
		types,
	};
}
