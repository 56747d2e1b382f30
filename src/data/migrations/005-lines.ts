import type { Run } from '../../runs/run.ts';
import type { Step } from '../step.ts';

/** What was accepted before there were lines, and is still to be answered, waits in that of its workspace; a process may have begun it. */
export const step: Step = async (storage, { check }) => {
	const endings = storage.records<object>('run-endings');
	const waiting = storage.records<{ readonly conversation: string; readonly begun?: true }>('runs-waiting');
	const working = storage.records<object>('runs-at-work');
	for await (const [, { id, workspaceId, conversation }] of storage.records<Run>('unfinished-runs').entries()) {
		check();
		const key = `${encodeURIComponent(workspaceId)}/${id}`;
		// What has its ending is to be shown, and not to be answered again.
		if ((await endings.get(id)) || (await working.get(key))) continue;
		await waiting.change(key, (place) => place ?? { conversation, begun: true });
	}
};
