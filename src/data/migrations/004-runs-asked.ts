import type { Run } from '../../runs/run.ts';
import { invertRunId } from '../../runs/run-id.ts';
import { inSlices } from '../../toolset/in-slices.ts';
import type { Step } from '../step.ts';

/** The only workspace there was when runs were not listed by person. */
const WORKSPACE = encodeURIComponent('console:local');

export const step: Step = async (storage, { check }) => {
	const runs = storage.records<Run>('runs');
	const asked = storage.records<{ readonly runId: string }>('runs-asked');
	for await (const [, { id, question }] of inSlices(runs.entries(`${WORKSPACE}/`))) {
		check();
		await asked.put(`${WORKSPACE}/${encodeURIComponent(question.askedBy.id)}/${invertRunId(id)}`, { runId: id });
	}
};
