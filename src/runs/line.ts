import type { Storage } from '../storage/storage.ts';
import type { Run } from './run.ts';

/** A run that waits for its turn, or is being answered. */
export interface Place {
	readonly workspaceId: string;
	readonly runId: string;
	readonly conversation: string;
	/** The process that alone may answer it while it lives; absent where any may. As `createProcessIdentity` makes it. */
	readonly keeper?: string;
	/** How often a process began to answer it and ended without handing it back. */
	readonly crashes: number;
}

/** Those of a workspace at one moment, the oldest first. */
export interface Line {
	/** Its turn may have come: the oldest waiting ones, of different conversations in which nothing is being answered. */
	readonly next: readonly Place[];
	/** Being answered, as far as their processes live. */
	readonly atWork: readonly Place[];
}

/**
 * The accepted runs of all processes that are still to be answered. Who is in it, and who is next, is a matter of what is stored alone: every process
 * comes to the same. Methods reject with a UserError when the storage fails.
 */
export interface Lines {
	/** Waits from now on; where it is, it stays. */
	join(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>, keeper?: string): Promise<void>;
	/** Is being answered from now on. Gives how often that was begun before and did not end. */
	begin(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>): Promise<number>;
	/** Waits again, as if it had not been begun. */
	handBack(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>, keeper?: string): Promise<void>;
	leave(run: Pick<Run, 'id' | 'workspaceId'>): Promise<void>;
	/** At most `most` of the next, of those that `mayTake` admits. The cost is that of those at work and of those that are passed over. */
	of(workspaceId: string, most: number, mayTake: (place: Place) => Promise<boolean>): Promise<Line>;
	/** Which of them still wait, in their order. */
	wait(runs: readonly Pick<Run, 'id' | 'workspaceId'>[]): Promise<readonly boolean[]>;
	/** How many there are in all. */
	load(): Promise<{ readonly waiting: number; readonly working: number }>;
	/** Of all workspaces. */
	waiting(): AsyncIterable<Place>;
	atWork(): AsyncIterable<Place>;
	/** Whether it waits or is being answered. */
	has(run: Pick<Run, 'id' | 'workspaceId'>): Promise<boolean>;
}

interface PlaceRecord {
	readonly conversation: string;
	readonly keeper?: string;
	readonly crashes?: number;
}

export function createLines(storage: Storage): Lines {
	// Two namespaces, so that those at work are counted without reading all that wait. A run that is in both is at work: its process died between two writes.
	const waiting = storage.records<PlaceRecord>('runs-waiting');
	const working = storage.records<PlaceRecord>('runs-at-work');
	const prefix = (workspaceId: string) => `${encodeURIComponent(workspaceId)}/`;
	const keyOf = ({ workspaceId, id }: Pick<Run, 'id' | 'workspaceId'>) => prefix(workspaceId) + id;

	async function* all(records: typeof waiting, workspaceId?: string): AsyncGenerator<Place> {
		for await (const [key, record] of records.entries(workspaceId === undefined ? '' : prefix(workspaceId))) yield placeOf(key, record);
	}

	return {
		async join(run, keeper) {
			const key = keyOf(run);
			if (await working.get(key)) return;
			await waiting.change(key, (record) => record ?? { conversation: run.conversation, ...(keeper !== undefined && { keeper }) });
		},
		async begin(run) {
			const key = keyOf(run);
			const [before, waited] = await Promise.all([working.get(key), waiting.get(key)]);
			const crashes = before ? (before.crashes ?? 0) + 1 : (waited?.crashes ?? 0);
			await working.put(key, { conversation: run.conversation, crashes });
			await waiting.delete(key);
			return crashes;
		},
		async handBack(run, keeper) {
			const key = keyOf(run);
			const { crashes } = (await working.get(key)) ?? {};
			await waiting.put(key, {
				conversation: run.conversation,
				...(keeper !== undefined && { keeper }),
				...(crashes && { crashes }),
			});
			await working.delete(key);
		},
		async leave(run) {
			const key = keyOf(run);
			await Promise.all([waiting.delete(key), working.delete(key)]);
		},
		async of(workspaceId, most, mayTake) {
			// Before and after those that wait: a run that goes from one state to the other in the meantime is in one of the three looks.
			const before = await Array.fromAsync(all(working, workspaceId));
			const passedOver = new Set(before.map(({ conversation }) => conversation));
			const begun = new Set(before.map(({ runId }) => runId));
			const waits: Place[] = [];
			for await (const place of all(waiting, workspaceId)) {
				if (waits.length >= most) break;
				if (begun.has(place.runId) || passedOver.has(place.conversation)) continue;
				passedOver.add(place.conversation);
				if (await mayTake(place)) waits.push(place);
			}
			const atWork = await Array.fromAsync(all(working, workspaceId));
			const engaged = new Set(atWork.map(({ conversation }) => conversation));
			const next = waits.filter(({ conversation }) => !engaged.has(conversation));
			return { next, atWork };
		},
		wait: async (runs) => (await waiting.getMany(runs.map(keyOf))).map((record) => record !== undefined),
		async load() {
			const places = await Promise.all([waiting, working].map((records) => Array.fromAsync(records.entries())));
			return { waiting: places[0]?.length ?? 0, working: places[1]?.length ?? 0 };
		},
		waiting: () => all(waiting),
		atWork: () => all(working),
		async has(run) {
			const key = keyOf(run);
			return (await waiting.get(key)) !== undefined || (await working.get(key)) !== undefined;
		},
	};
}

function placeOf(key: string, { conversation, keeper, crashes = 0 }: PlaceRecord): Place {
	const [workspace = '', runId = ''] = key.split('/');
	return { workspaceId: decodeURIComponent(workspace), runId, conversation, ...(keeper !== undefined && { keeper }), crashes };
}
