import type { Dispatcher } from './dispatcher.ts';
import type { Lines, Place } from './line.ts';
import type { Run } from './run.ts';
import { timeOf } from './run-id.ts';
import type { RunStore } from './run-store.ts';

/** What there is to do, of all that is unfinished on this storage. */
export interface Reconciled {
	/** Answered, but not shown or not closed; oldest first. */
	readonly ended: readonly Run[];
	/** Still to be answered, by whoever takes them: nobody who lives has them. */
	readonly free: readonly Run[];
	/** The places of what a process had begun to answer that is gone. */
	readonly abandoned: readonly Place[];
	/** Where anything is in a line. */
	readonly workspaces: ReadonlySet<string>;
	/** The ids of all that is unfinished. */
	readonly open: ReadonlySet<string>;
}

/** Accepting a run takes milliseconds. */
const ACCEPTED_BY_THEN_MS = 60_000;

/**
 * Looks at all that is unfinished, and puts the lines right where a process died between two of its writes. Rejects with a UserError when the storage fails.
 */
export async function reconcile({
	store,
	lines,
	dispatcher,
}: {
	readonly store: RunStore;
	readonly lines: Lines;
	readonly dispatcher: Pick<Dispatcher, 'isFree'>;
}): Promise<Reconciled> {
	const accepted = new Map<string, Run>();
	for await (const run of store.accepted()) accepted.set(run.id, run);
	const ended: Run[] = [];
	const free: Run[] = [];
	const abandoned: Place[] = [];
	const workspaces = new Set<string>();
	const placed = new Set<string>();
	const look = async (place: Place, waits: boolean) => {
		const run = accepted.get(place.runId);
		const isFree = await dispatcher.isFree(place, waits);
		workspaces.add(place.workspaceId);
		// Its line comes first when a run is accepted, and last when it is closed. What was begun was accepted by then; clocks of two hosts may differ.
		const mayBeOver = !run && (!waits || Date.now() - timeOf(place.runId) > ACCEPTED_BY_THEN_MS);
		if (mayBeOver && isFree && !(await store.isUnfinished(place.runId))) return lines.leave({ ...place, id: place.runId });
		if (isFree && !waits) abandoned.push(place);
		if (!run || placed.has(run.id)) return;
		placed.add(run.id);
		if (isFree) free.push(run);
	};
	for await (const place of lines.atWork()) await look(place, false);
	for await (const place of lines.waiting()) await look(place, true);
	for (const run of accepted.values()) {
		if (placed.has(run.id)) continue;
		if (await store.ending(run.id)) ended.push(run);
		else if (await store.isUnfinished(run.id)) {
			await lines.join(run, { begun: true });
			workspaces.add(run.workspaceId);
			free.push(run);
		}
	}
	return { ended, free, abandoned, workspaces, open: new Set(accepted.keys()) };
}
