import { keepFunctions } from '../repository/keep.ts';
import type { Progress } from './progress.ts';
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
		const question = run.question.text;
		await work.journal.step('used', async () => {
			for (const { name } of stored) await services.functions.recordUse(run.workspaceId, name, { succeeded: true, question });
		});
		const kept = await keepFunctions(
			{
				workspaceId: run.workspaceId,
				question,
				program,
				stored,
				calls,
				seed: run.seed,
				tools: toolbox.names,
				documentationOf: work.documentationOf,
				schemaHashOf: (id) => toolbox.tools.get(id)?.schemaHash,
				now: new Date().toISOString(),
			},
			services,
		);
		if (kept.length > 0) yield { type: 'kept', functions: kept.map((record) => record.name) };
	} catch (error) {
		services.logger.error({ run: run.id, err: error }, 'the functions of this run could not be kept');
	}
}
