import { createLines } from '../../runs/line.ts';
import { createRunStore } from '../../runs/run-store.ts';
import type { Step } from '../step.ts';

/** What was accepted before there were lines, and is still to be answered, waits in that of its workspace. */
export const step: Step = async (storage, { check }) => {
	const store = createRunStore(storage);
	const lines = createLines(storage);
	for await (const run of store.accepted()) {
		check();
		// What has its ending is to be shown, and not to be answered again.
		if (!(await store.ending(run.id))) await lines.join(run);
	}
};
