import type { Program } from '../code/program.ts';
import type { PendingWrite } from '../conversation.ts';
import { traceStage, traceStageSteps } from '../observability/signals.ts';
import type { FunctionRecord, RecordedCall } from '../repository/function-record.ts';
import type { Answer } from '../sandbox/outcome.ts';
import type { Tool } from '../toolset/tool.ts';
import { type AnswerProblem, checkAnswer } from './check-answer.ts';
import { dryRunAnswer, unchangedAnswer } from './dry-run.ts';
import { execute } from './execute.ts';
import { answerFault, type Fault, runFault } from './fault.ts';
import type { Progress } from './progress.ts';
import { type ReadProgram, readProgram, review, type Unreadable } from './review.ts';
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

type Verdict = { readonly answer: Answer } | { readonly fault: Fault; readonly advice: string };

/** An attempt as journalled: what it ended in, and what was shown of it. */
interface AttemptRecord {
	readonly events: readonly Progress[];
	readonly verdict: Verdict;
	/** What a dry run held back. */
	readonly withheld?: readonly PendingWrite[];
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
	const read = readProgram(source, callable, work);
	const verdict = yield* journalled(work, `attempt-${attempt}`, judge(work, source, read, callable, attempt));
	if ('fault' in verdict) return { kind: 'failed', ...verdict, tools: 'program' in read ? read.tools : [] };
	if (!('program' in read)) throw new Error('a program that answered must parse');
	return { kind: 'answered', answer: verdict.answer, program: read.program, stored: read.uses, calls: work.journal.calls(attempt) };
}

/** The events and the verdict of an attempt, from the journal when it is through. `judging` begins only when it is not. */
async function* journalled(work: Work, step: string, judging: AsyncGenerator<Progress, Verdict>): AsyncGenerator<Progress, Verdict> {
	const earlier = await work.journal.finished<AttemptRecord>(step);
	const events: Progress[] = [];
	const pass = (event: Progress) => {
		if (event.type === 'tool-call') work.toolCalled();
		events.push(event);
		return event;
	};
	for (const event of earlier?.events ?? []) yield pass(event);
	if (earlier) {
		work.withheld = earlier.withheld ?? [];
		work.dryRun ||= work.withheld.length > 0;
		return earlier.verdict;
	}
	for (;;) {
		const { done, value } = await judging.next();
		if (!done) {
			yield pass(value);
			continue;
		}
		await work.journal.step(step, async () => {
			const { withheld } = work;
			return { events, verdict: value, ...(withheld.length > 0 && { withheld }) } satisfies AttemptRecord;
		});
		return value;
	}
}

async function* judge(
	work: Work,
	source: string,
	read: ReadProgram | Unreadable,
	callable: readonly FunctionRecord[],
	attempt: number,
): AsyncGenerator<Progress, Verdict> {
	yield { type: 'status', text: 'Checking the program…' };
	const reviewed = await traceStage('review', () => review(source, read, callable, work));
	if ('fault' in reviewed) return { fault: reviewed.fault, advice: '' };

	yield { type: 'status', text: 'Running…' };
	work.withheld = [];
	const { javascript } = reviewed.runnable;
	const executing = execute(work, { javascript, source: reviewed.program.source }, attempt);
	const { outcome, calls } = yield* traceStageSteps('run', executing);
	if (work.withheld.length > 0) return { answer: dryRunAnswer(work.withheld, outcome, work.journal.changes()) };
	const fault = runFault(reviewed.program.source, outcome, calls);
	if (fault) return { fault, advice: reviewed.advice };
	if (outcome.kind !== 'returned') throw new Error(`a run that ${outcome.kind} must have a fault`);

	const problem = await checkAnswer(outcome.answer, reviewed, work);
	if (problem && !isBelieved(problem, work)) {
		return { fault: answerFault(problem.text, calls, problem.kind === 'empty'), advice: reviewed.advice };
	}
	return { answer: work.dryRun ? unchangedAnswer(outcome.answer) : outcome.answer };
}

/** An empty result may be the truth, and whoever calls a function by its name has asked for nothing else than what it gives. */
function isBelieved({ kind }: AnswerProblem, { run, answerReflected }: Work): boolean {
	return (kind === 'empty' && (answerReflected || run.call !== undefined)) || (kind === 'nothing' && run.call !== undefined);
}
