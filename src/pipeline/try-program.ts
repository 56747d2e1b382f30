import type { Program } from '../code/program.ts';
import type { FunctionRecord, RecordedCall } from '../repository/function-record.ts';
import type { Answer } from '../sandbox/outcome.ts';
import type { Tool } from '../toolset/tool.ts';
import { checkAnswer } from './check-answer.ts';
import { execute } from './execute.ts';
import { answerFault, type Fault, runFault } from './fault.ts';
import type { Progress } from './progress.ts';
import { review } from './review.ts';
import type { Work } from './work.ts';

export interface Answered {
	readonly kind: 'answered';
	readonly answer: Answer;
	readonly program: Program;
	/** Stored functions the program calls, with those they use. */
	readonly stored: readonly FunctionRecord[];
	readonly calls: readonly RecordedCall[];
}

export interface Failed {
	readonly kind: 'failed';
	readonly fault: Fault;
	readonly advice: string;
	/** Tools the program names: their declarations go along into a rewrite. */
	readonly tools: readonly Tool[];
}

/** Review, run, and a look at the answer: the first of them that finds a fault ends the attempt. */
export async function* tryProgram(
	work: Work,
	source: string,
	callable: readonly FunctionRecord[],
): AsyncGenerator<Progress, Answered | Failed> {
	yield { type: 'status', text: 'Checking the program…' };
	const reviewed = await review(source, callable, work);
	if ('fault' in reviewed) return { kind: 'failed', fault: reviewed.fault, tools: reviewed.tools, advice: '' };

	const { program, runnable, advice, uses, tools } = reviewed;
	yield { type: 'status', text: 'Running…' };
	const { outcome, calls } = yield* execute(work, runnable, work.nextAttempt());
	const fault = runFault(source, outcome, calls);
	if (fault) return { kind: 'failed', fault, tools, advice };
	if (outcome.kind !== 'returned') throw new Error(`a run that ${outcome.kind} must have a fault`);

	const problem = await checkAnswer(outcome.answer, reviewed, work);
	if (problem && !(problem.kind === 'empty' && work.answerReflected)) {
		return { kind: 'failed', fault: answerFault(problem.text, calls), tools, advice };
	}
	return { kind: 'answered', answer: outcome.answer, program, stored: uses, calls };
}
