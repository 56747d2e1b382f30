import { parseProgram } from '../../../../src/code/parse.ts';
import { isEmptyJson, type JsonValue } from '../../../../src/json.ts';
import { askForProgram } from '../../../../src/model/ask-program.ts';
import { reviewFault, runFault } from '../../../../src/pipeline/fault.ts';
import { HUMAN } from '../../../../src/toolset/human.ts';
import { type Tool, toolId } from '../../../../src/toolset/tool.ts';
import type { World } from '../../contract.ts';
import { observedSchema } from './observed-schema.ts';
import { type ProbeInput, probePrompt } from './prompts.ts';
import type { ProbedProtocols, Protocol } from './protocols.ts';
import { type AnsweredCall, runProgram } from './run-program.ts';

/** Programs that are written to probe one tool: the second one knows why the first one told nothing. */
export const PROBES = 2;
/** Of one such program. */
const MOST_CALLS = 10;

/**
 * Finds out what a tool responds, by programs that call it and, for its arguments, other tools that change nothing: nothing else exists for them. The
 * protocol is summarised from the responses by the harness itself, field by field: a model could only do it less exactly, and costs a call. Undefined
 * when no response was seen. Rejects with the UserErrors of `askForProgram`.
 */
export async function probe(tool: Tool, question: string, world: World, protocols: ProbedProtocols): Promise<Protocol | undefined> {
	const { toolbox, model, signal } = world;
	const reads = [...toolbox.tools.values()].filter(({ effect, toolset }) => effect === 'read' && toolset !== HUMAN);
	const probed = protocols.declare([tool], toolbox);
	const others = toolbox.declare(reads.filter((other) => other !== tool));
	const seen: AnsweredCall[] = [];
	let failed: ProbeInput['failed'];
	for (let attempt = 0; attempt < PROBES; attempt += 1) {
		const messages = probePrompt({ probed, others, ...(failed && { failed }) });
		const { code } = await askForProgram(model, { stage: 'implement', question, messages, signal });
		const tried = await tryProbe(code, reads, world);
		seen.push(...tried.calls.filter((call) => call.tool === toolId(tool) && call.response.ok));
		if (seen.some((call) => !isEmptyJson(responded(call)))) break;
		failed = { program: code, problem: tried.problem };
	}
	const [first] = seen;
	return first && { output: observedSchema(seen.map(responded)), args: (seen.find((call) => !isEmptyJson(responded(call))) ?? first).args };
}

interface Tried {
	readonly calls: readonly AnsweredCall[];
	readonly problem: string;
}

async function tryProbe(code: string, reads: readonly Tool[], world: World): Promise<Tried> {
	const parsed = parseProgram(code);
	if (!parsed.ok) return { calls: [], problem: reviewFault(code, [parsed.diagnostic], [])?.details ?? parsed.diagnostic.message };
	const { outcome, calls } = await runProgram(parsed.program, reads, world, MOST_CALLS);
	const fault = runFault(parsed.program.source, outcome, calls);
	return { calls, problem: fault?.details ?? 'The tool was not called, or its responses were empty.' };
}

function responded({ response }: AnsweredCall): JsonValue {
	return response.ok ? response.value : null;
}
