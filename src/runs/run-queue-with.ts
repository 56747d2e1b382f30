import type { RunQueue } from './run-queue.ts';

/** The same queue, with some of its methods changed. */
export function runQueueWith(queue: RunQueue, changed: Partial<RunQueue>): RunQueue {
	return {
		submit: (request) => queue.submit(request),
		stop: (runId, by) => queue.stop(runId, by),
		unfinishedIn: (conversation) => queue.unfinishedIn(conversation),
		get: (workspaceId, runId) => queue.get(workspaceId, runId),
		ending: (runId) => queue.ending(runId),
		recent: (workspaceId, options) => queue.recent(workspaceId, options),
		resume: (options) => queue.resume(options),
		load: () => queue.load(),
		trouble: () => queue.trouble(),
		close: (options) => queue.close(options),
		...changed,
	};
}
