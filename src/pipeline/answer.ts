import { toUserError, UserError } from '../errors.ts';
import { reuses, traceStageSteps } from '../observability/signals.ts';
import type { Journal } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import { RunLeft } from '../runs/run-left.ts';
import { callFunction } from './call-function.ts';
import { conclude } from './conclude.ts';
import { Unanswered } from './fault.ts';
import { implement } from './implement.ts';
import { brokenFunctions, knownFunctions } from './known-functions.ts';
import { planSubtasks } from './plan.ts';
import { NO_TOTALS, type Progress } from './progress.ts';
import { searchText } from './question-text.ts';
import { reflect } from './reflect.ts';
import { distrust, doubtRetried } from './reputation.ts';
import { scaffold } from './scaffold.ts';
import { tryProgram } from './try-program.ts';
import { ALL_STAGES, type AnswerServices, createWork, type Stages, type Work } from './work.ts';

/**
 * Answers one question, reporting progress; `result` or `failure` ends it (`kept` may follow a result). Never throws: whatever goes wrong is a
 * `failure`. Everything done is journalled, so the same run may be answered again after a crash and repeats nothing.
 */
export async function* answerQuestion(
	run: Run,
	journal: Journal,
	services: AnswerServices,
	signal: AbortSignal,
	stages: Stages = ALL_STAGES,
): AsyncGenerator<Progress> {
	let work: Work | undefined;
	try {
		work = createWork({ run, journal, services, stages, signal, toolbox: await services.toolboxOf(run.workspaceId) });
		yield* solve(work);
	} catch (error) {
		const failure = toUserError(signal.aborted ? stopReason(signal) : error);
		const level = failure.code === 'internal' || failure.code === 'storage' ? 'error' : 'info';
		services.logger[level](
			{ run: run.id, err: failure },
			failure instanceof RunLeft ? 'the run is left to another process, or to the next start' : 'no answer',
		);
		yield {
			type: 'failure',
			code: failure.code,
			...(failure instanceof Unanswered && { fault: failure.fault.cause }),
			message: failure.userMessage,
			reference: run.id,
			totals: work?.totals() ?? NO_TOTALS,
		};
	}
}

/** The paper's figure: reuse or scaffold, plan, implement; then review, run and reflect until there is an answer; then keep what worked. */
async function* solve(work: Work): AsyncGenerator<Progress> {
	// What a person calls by its name needs none of it.
	const { call } = work.run;
	if (call) return yield* callFunction(work, call);
	const asked = searchText(work.run.question);
	await doubtRetried(work);
	const known = await knownFunctions(work, 'for-scaffold', asked);
	// Behind it, since looking at what is known may find some of it broken.
	const drafts = await brokenFunctions(work, asked);
	let drawn = yield* traceStageSteps('scaffold', scaffold(work, known, drafts));
	if (drawn?.kind === 'reuse') {
		const attempt = yield* tryProgram(work, drawn.code, drawn.functions);
		reuses.signal({ answered: attempt.kind === 'answered' });
		if (attempt.kind === 'answered') return yield* conclude(work, attempt);
		yield* distrust(work, drawn.functions, attempt.fault);
		drawn = yield* traceStageSteps('scaffold', scaffold(work, [], drafts));
	}
	const task = drawn?.kind === 'scaffold' ? drawn : undefined;
	const callable = await knownFunctions(work, 'for-program', `${asked}\n${task?.code ?? ''}`, drafts);
	const plan = yield* traceStageSteps('plan', planSubtasks(work, task, callable));
	let program = yield* traceStageSteps('implement', implement(work, task, plan, callable, drafts));
	for (;;) {
		const attempt = yield* tryProgram(work, program, callable);
		if (attempt.kind === 'answered') return yield* conclude(work, attempt);
		program = yield* traceStageSteps('reflect', reflect(work, program, attempt, plan, task, callable));
	}
}

/** Whoever stops a run says so in the signal's reason; an abort without words is still a stop. */
function stopReason({ reason }: AbortSignal): UserError {
	return reason instanceof UserError ? reason : new UserError('stopped', 'The question was stopped.', { cause: reason });
}
