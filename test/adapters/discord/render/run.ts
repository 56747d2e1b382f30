import type { Run } from '../../../../src/runs/run.ts';
import { run as slackRun } from '../../shared/run.ts';

export { resultOf } from '../../shared/run.ts';

export const run: Run = {
	...slackRun,
	workspaceId: 'discord:100000000000000001',
	conversation: 'discord:300000000000000001',
	question: { ...slackRun.question, askedBy: { id: '200000000000000001', name: 'Dana' } },
};

/** As buttons name it. */
export const RUN = `100000000000000001/${run.id}`;
