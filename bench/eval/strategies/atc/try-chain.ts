import { parseProgram } from '../../../../src/code/parse.ts';
import type { Program } from '../../../../src/code/program.ts';
import { type ToolReference, toolReferences } from '../../../../src/code/references.ts';
import { type Fault, reviewFault, runFault } from '../../../../src/pipeline/fault.ts';
import type { Answer, Outcome } from '../../../../src/sandbox/outcome.ts';
import type { FailureClass, World } from '../../contract.ts';
import { missingTool } from '../missing-tool.ts';
import { type AnsweredCall, runProgram } from './run-program.ts';

/** What a program came to. */
export type Tried = { readonly calls: readonly AnsweredCall[] } & (
	| { readonly kind: 'answered'; readonly answer: Answer }
	| {
			readonly kind: 'failed';
			readonly failure: FailureClass;
			/** One line. */
			readonly text: string;
			readonly problem: string;
			/** The call or function that the error comes from, with its line; empty where it cannot be told. */
			readonly blamed: string;
	  }
);

/**
 * Runs a program as an interpreter would, without a type check before it, which the paper does not have: what is wrong shows when it runs. One that ends
 * without a sentence and a value has failed, too.
 */
export async function tryChain(code: string, world: World): Promise<Tried> {
	const parsed = parseProgram(code);
	if (!parsed.ok) {
		const fault = reviewFault(code, [parsed.diagnostic], []);
		if (!fault) throw new Error('a program that does not parse must have a blocking diagnostic');
		return { kind: 'failed', failure: 'program', text: fault.text, problem: fault.details, blamed: '', calls: [] };
	}
	const { program } = parsed;
	const { outcome, calls } = await runProgram(program, [...world.toolbox.tools.values()], world);
	if (outcome.kind === 'returned') {
		const { answer } = outcome;
		if (answer.value !== undefined || answer.sentence) return { kind: 'answered', answer, calls };
		return { kind: 'failed', failure: 'no-answer', text: NOTHING, problem: NOTHING, blamed: '', calls };
	}
	const fault = runFault(program.source, outcome, calls);
	if (!fault) throw new Error(`a run that ${outcome.kind} must have a fault`);
	const missing = missingTool(program, outcome, world.toolbox.ids);
	const failure = missing ? 'unknown-tool' : outcome.kind === 'threw' ? 'exception' : 'limit';
	return { kind: 'failed', failure, text: fault.text, problem: fault.details, blamed: blamedFor(outcome, calls, missing, fault), calls };
}

const NOTHING = 'The program returned nothing; end it with return answer(sentence, value)';

/** The tools a program names. */
export function toolsNamed(program: Program, { toolbox }: World): readonly ToolReference[] {
	return toolReferences(program.tree, { tools: toolbox.ids, known: new Set() });
}

/**
 * Where the paper's interpreter gives a message alone, the host knows more: the name that is no tool, the call that threw, else the first call that failed
 * (a program may go on after it, and fail for it later), else the innermost function that was under way.
 */
function blamedFor(outcome: Outcome, calls: readonly AnsweredCall[], missing: ToolReference | undefined, { within = [] }: Fault): string {
	if (missing) return `line ${missing.line}: there is no tool ${missing.id}.`;
	const [frame] = outcome.kind === 'threw' ? outcome.frames : [];
	const failed = calls.filter(({ response }) => !response.ok);
	const thrown = outcome.kind === 'threw' && outcome.name === 'ToolError' && failed.find(({ line }) => line === frame?.line);
	const first = thrown || failed[0];
	if (first) return `${first.line === undefined ? '' : `line ${first.line}: `}the call of ${first.tool}.`;
	const [name] = within;
	return frame ? `line ${frame.line}${name === undefined ? '' : `, in the function ${name}`}.` : '';
}
