import { traceStage } from '../observability/signals.ts';
import { keepFunctions } from '../repository/keeping/keep.ts';
import { retireOverdue } from '../repository/standing/retire.ts';
import type { Progress } from './progress.ts';
import { judgeDoubted } from './reputation.ts';
import type { Answered } from './try-program.ts';
import type { Work } from './work.ts';

/** Gives the answer, then leaves the functions that worked to the workspace (paper, section 3.3); failing to keep them costs nobody the answer. */
export async function* conclude(work: Work, { answer, program, stored, calls }: Answered): AsyncGenerator<Progress> {
	const { run, services, toolbox } = work;
	work.reused(stored.map((record) => record.name));
	yield {
		type: 'result',
		sentence: answer.sentence ?? '',
		value: answer.value ?? null,
		program: program.source,
		...(work.dryRun && { withheld: work.withheld.length }),
		totals: work.totals(),
	};
	// What a dry run made of placeholders proves nothing, and whoever asks for one wants nothing changed.
	if (!work.stages.repository || work.dryRun) return;
	try {
		await judgeDoubted(work, answer.value ?? null);
		const answered = {
			workspaceId: run.workspaceId,
			run: run.id,
			question: run.call ? '' : run.question.text,
			program,
			stored,
			calls,
			seed: run.seed,
			tools: toolbox,
			documentationOf: work.documentationOf,
			now: new Date().toISOString(),
		};
		const kept = await traceStage('keep', () => keepFunctions(answered, services));
		await services.standing.keepAnswer(run.id, run.workspaceId);
		await services.heedRatings(run);
		if (kept.length === 0) return;
		yield { type: 'kept', functions: kept.map((record) => record.name) };
		await retireOverdue(run.workspaceId, services.functions, services.functionLimit);
	} catch (error) {
		services.logger.error({ run: run.id, err: error }, 'the functions of this run could not be kept');
	}
}
