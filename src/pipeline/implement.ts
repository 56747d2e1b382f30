import { parseProgram } from '../code/parse.ts';
import type { ChatMessage } from '../model/model.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import type { Plan } from './plan.ts';
import type { Progress } from './progress.ts';
import { callableFunctions, draftFunctions, prompt } from './prompt.ts';
import { questionText } from './question-text.ts';
import type { Scaffold } from './scaffold.ts';
import type { Work } from './work.ts';

/** What every program is told it may and may not do; reflection repeats it, so that a rewrite obeys the same rules. */
export const PROGRAM_RULES = `- One documented async function for each subtask that could serve other questions, with typed parameters and a typed return value, using nothing but its parameters, tools and other functions. The planned function on top of them, the main call last.
- Call tools exactly as declared, and await every call; independent calls together in Promise.all. A tool gives the parsed response and throws when the call fails.
- Plain ECMAScript: no import, fetch, timers or other globals.
- Look before you use: when something is not found, throw new Error with a message that says what. Never make up data. Read all pages where the question needs all entries.
- End with return answer(sentence, value).`;

const INSTRUCTIONS = `You implement a plan as a TypeScript program. Reply with one \`\`\`ts block and nothing else: the whole program.
${PROGRAM_RULES}`;

/** Asks for the program that carries out the plan. */
export async function* implement(
	work: Work,
	drawn: Scaffold | undefined,
	plan: Plan,
	known: readonly FunctionRecord[],
	drafts: readonly FunctionRecord[] = [],
): AsyncGenerator<Progress, string> {
	yield { type: 'status', text: 'Writing the program…' };
	const messages = implementPrompt({
		plan: plan.code,
		main: drawn?.main ?? '',
		question: questionText(work.run.question),
		declarations: work.toolbox.declare(plan.tools),
		known,
		drafts,
	});
	const code = completeProgram(await work.ask('implement', messages), drawn);
	yield { type: 'program', code, version: work.nextVersion() };
	return code;
}

export interface ImplementInput {
	readonly plan: string;
	/** The main call of the scaffold; empty where there is no scaffold. */
	readonly main: string;
	/** With the turns before it. */
	readonly question: string;
	/** Compact declarations of the chosen tools. */
	readonly declarations: string;
	readonly known: readonly FunctionRecord[];
	/** Functions that worked until something changed. */
	readonly drafts?: readonly FunctionRecord[];
}

/** Stage 3 (paper, section 3.3). */
export function implementPrompt({ plan, main, question, declarations, known, drafts = [] }: ImplementInput): ChatMessage[] {
	return prompt(INSTRUCTIONS, [
		declarations !== '' && `Tools:\n${declarations}`,
		callableFunctions(known),
		draftFunctions(drafts),
		question,
		`Plan:\n${plan}`,
		main !== '' && !plan.includes(main) && `Main call:\n${main}`,
	]);
}

/** The program in its regular form, with what the scaffold already said and the model left out: the types of the signature and the main call. */
export function completeProgram(code: string, scaffold: Scaffold | undefined): string {
	const parsed = parseProgram(code);
	if (!parsed.ok) return code;
	const { source, main, types, functions } = parsed.program;
	if (!scaffold) return source;
	const declared = new Set(types.map((type) => type.name));
	const missing = scaffold.types.filter((type) => !declared.has(type.name)).map((type) => type.source);
	const calls = main === '' && functions.some((fn) => fn.name === scaffold.functionName) ? [scaffold.main] : [];
	return [source.trimEnd(), ...missing, ...calls].join('\n\n');
}
