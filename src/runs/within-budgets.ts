import type { Logger } from 'pino';
import type { Budgets } from './budgets.ts';
import type { RunQueue } from './run-queue.ts';
import { runQueueWith } from './run-queue-with.ts';

/**
 * The queue, which accepts only what the budgets admit: `submit` then rejects with a UserError `over-budget`, before anything is stored of the question
 * or a model asked.
 */
export function withinBudgets(queue: RunQueue, budgets: Pick<Budgets, 'admit'>, logger: Logger): RunQueue {
	return runQueueWith(queue, {
		async submit(request) {
			const admission = await budgets.admit(request);
			try {
				return await queue.submit(request);
			} catch (error) {
				await admission.giveBack().catch((kept: unknown) => {
					logger.warn({ err: kept, workspace: request.workspaceId }, 'a question that was not accepted still counts against budgets');
				});
				throw error;
			}
		},
	});
}
