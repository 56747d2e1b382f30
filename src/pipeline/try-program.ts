import type { Program } from '../code/program.ts';
import type { FunctionRecord, RecordedCall } from '../repository/function-record.ts';
import type { Answer } from '../sandbox/outcome.ts';
import type { Tool } from '../toolset/tool.ts';
import { checkAnswer } from './check-answer.ts';
import { execute } from './execute.ts';
import { answerFault, type Fault, runFault } from './fault.ts';
import type { Progress } from './progress.ts';
import { readProgram, review } from './review.ts';
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

/** An attempt as journalled: what it ended in, and what was shown of it. */
interface AttemptRecord {
	readonly events: readonly Progress[];
	readonly verdict: { readonly answer: Answer } | { readonly fault: Fault; readonly advice: string };
}

/**
 * Review, run, and a look at the answer: the first of them that finds a fault ends the attempt. How it ends depends on time and memory, so it is
 * journalled: a resumed run believes the record and executes nothing again, least of all a program that was given up.
 */
export async function* tryProgram(
	work: Work,
	source: string,
	callable: readonly FunctionRecord[],
): AsyncGenerator<Progress, Answered | Failed> {
	const attempt = work.nextAttempt();
	const step = `attempt-${attempt}`;
	const earlier = await work.journal.finished<AttemptRecord>(step);
	const events: Progress[] = [];
	if (earlier) yield* earlier.events;
	const verdict = earlier?.verdict ?? (yield* collect(judge(work, source, callable, attempt), events));
	if (!earlier) await work.journal.step(step, async () => ({ events, verdict }) satisfies AttemptRecord);
	else for (const event of earlier.events) if (event.type === 'tool-call') work.toolCalled();

	const program = readProgram(source, callable, work);
	if ('fault' in verdict) return { kind: 'failed', ...verdict, tools: program?.tools ?? [] };
	if (!program) throw new Error('a program that answered must parse');
	return { kind: 'answered', answer: verdict.answer, program: program.program, stored: program.uses, calls: work.journal.calls(attempt) };
}

/** Passes the events on and keeps them. */
async function* collect<R>(source: AsyncGenerator<Progress, R>, kept: Progress[]): AsyncGenerator<Progress, R> {
	for (;;) {
		const next = await source.next();
		if (next.done) return next.value;
		kept.push(next.value);
		yield next.value;
	}
}

async function* judge(
	work: Work,
	source: string,
	callable: readonly FunctionRecord[],
	attempt: number,
): AsyncGenerator<Progress, AttemptRecord['verdict']> {
	yield { type: 'status', text: 'Checking the program…' };
	const reviewed = await review(source, callable, work);
	if ('fault' in reviewed) return { fault: reviewed.fault, advice: '' };

	yield { type: 'status', text: 'Running…' };
	const { outcome, calls } = yield* execute(work, reviewed.runnable, attempt);
	const fault = runFault(reviewed.program.source, outcome, calls);
	if (fault) return { fault, advice: reviewed.advice };
	if (outcome.kind !== 'returned') throw new Error(`a run that ${outcome.kind} must have a fault`);

	const problem = await checkAnswer(outcome.answer, reviewed, work);
	if (problem && !(problem.kind === 'empty' && work.answerReflected)) {
		return { fault: answerFault(problem.text, calls, problem.kind === 'empty'), advice: reviewed.advice };
	}
	return { answer: outcome.answer };
}
