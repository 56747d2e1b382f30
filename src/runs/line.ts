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

/** What is known of a run that a process begins to answer. */
export interface Beginning {
	/** How often that was begun before, and neither ended nor handed back. */
	readonly crashes: number;
	/** The process that it waited for, which may be another one. */
	readonly keeper?: string;
	/** Whether no process can have begun it before. */
	readonly first: boolean;
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
	/** Waits from now on; where it is, it stays. `begun` says that a process may have begun it before. */
	join(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>, how?: { readonly keeper?: string; readonly begun?: true }): Promise<void>;
	/** Is being answered from now on. */
	begin(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>): Promise<Beginning>;
	/** Waits again, for whichever process; this beginning does not count as a crash. */
	handBack(run: Pick<Run, 'id' | 'workspaceId' | 'conversation'>): Promise<void>;
	leave(run: Pick<Run, 'id' | 'workspaceId'>): Promise<void>;
	/**
	 * At most `most` of the next, of those that `mayTake` admits. The cost is that of those at work, and of the keys of those that are passed over: 10 ms
	 * of processor time where 5,000 wait in one conversation.
	 */
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
	/** Of one that waits: it was begun before. */
	readonly begun?: true;
}

/** Those that wait are read in parts of so many. */
const PART = 100;
/** Some megabytes. */
const MOST_REMEMBERED = 20_000;

export function createLines(storage: Storage): Lines {
	// Two namespaces, so that those at work are counted without reading all that wait. A run that is in both is at work: its process died between two writes.
	const waiting = storage.records<PlaceRecord>('runs-waiting');
	const working = storage.records<PlaceRecord>('runs-at-work');
	/** The conversations of those that wait, which do not change: so that they are passed over without being read again. */
	const remembered = new Map<string, string>();
	const prefix = (workspaceId: string) => `${encodeURIComponent(workspaceId)}/`;
	const keyOf = ({ workspaceId, id }: Pick<Run, 'id' | 'workspaceId'>) => prefix(workspaceId) + id;

	async function* all(records: typeof waiting, workspaceId?: string): AsyncGenerator<Place> {
		for await (const [key, record] of records.entries(workspaceId === undefined ? '' : prefix(workspaceId))) yield placeOf(key, record);
	}

	/** Those of a workspace that wait, the oldest first, but for those of conversations that are passed over by then. */
	async function* next(workspaceId: string, passedOver: ReadonlySet<string>): AsyncGenerator<Place> {
		const isPassed = (key: string) => passedOver.has(remembered.get(key) ?? '');
		for await (const part of partsOf(waiting.keys(prefix(workspaceId)), PART)) {
			const keys = part.filter((key) => !isPassed(key));
			const records = keys.length > 0 ? await waiting.getMany(keys) : [];
			for (const [index, key] of keys.entries()) {
				const record = records[index];
				if (!record) continue;
				remember(key, record.conversation);
				if (!isPassed(key)) yield placeOf(key, record);
			}
		}
	}

	function remember(key: string, conversation: string): void {
		remembered.set(key, conversation);
		const [oldest] = remembered.keys();
		if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
	}

	return {
		async join({ conversation, ...run }, how = {}) {
			const key = keyOf(run);
			if (await working.get(key)) return;
			await waiting.change(key, (record) => record ?? { conversation, ...how });
		},
		async begin({ conversation, ...run }) {
			const key = keyOf(run);
			const [before, waited] = await Promise.all([working.get(key), waiting.get(key)]);
			const crashes = before ? (before.crashes ?? 0) + 1 : (waited?.crashes ?? 0);
			const { keeper } = before ?? waited ?? {};
			const kept = keeper !== undefined && { keeper };
			remembered.delete(key);
			await working.put(key, { conversation, crashes, ...kept });
			await waiting.delete(key);
			return { crashes, ...kept, first: before === undefined && waited !== undefined && waited.begun === undefined };
		},
		async handBack({ conversation, ...run }) {
			const key = keyOf(run);
			const { crashes } = (await working.get(key)) ?? {};
			await waiting.put(key, { conversation, begun: true, ...(crashes && { crashes }) });
			await working.delete(key);
		},
		async leave(run) {
			const key = keyOf(run);
			remembered.delete(key);
			await Promise.all([waiting.delete(key), working.delete(key)]);
		},
		async of(workspaceId, most, mayTake) {
			// Before and after those that wait: a run that goes from one state to the other in the meantime is in one of the three looks.
			const before = await Array.fromAsync(all(working, workspaceId));
			const passedOver = new Set(before.map(({ conversation }) => conversation));
			const waits: Place[] = [];
			for await (const place of next(workspaceId, passedOver)) {
				if (waits.length >= most) break;
				passedOver.add(place.conversation);
				if (await mayTake(place)) waits.push(place);
			}
			const atWork = await Array.fromAsync(all(working, workspaceId));
			const engaged = new Set(atWork.map(({ conversation }) => conversation));
			return { next: waits.filter(({ conversation }) => !engaged.has(conversation)), atWork };
		},
		wait: async (runs) => (await waiting.getMany(runs.map(keyOf))).map((record) => record !== undefined),
		async load() {
			const [waits, works] = await Promise.all([Array.fromAsync(waiting.keys()), Array.fromAsync(working.keys())]);
			return { waiting: waits.length, working: works.length };
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

async function* partsOf<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
	let part: Item[] = [];
	for await (const item of items) {
		part.push(item);
		if (part.length < size) continue;
		yield part;
		part = [];
	}
	if (part.length > 0) yield part;
}
