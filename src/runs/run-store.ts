import type { Failure, Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { exclusively } from './exclusively.ts';
import { createRunFiles } from './files.ts';
import { createLines } from './line.ts';
import type { Run } from './run.ts';
import { invertRunId } from './run-id.ts';

/** How a run ended: recorded before it is shown, and marked when it was. */
export interface Ending {
	readonly event: Result | Failure;
	/** Its place among the events of the run. */
	readonly index: number;
	readonly shown: boolean;
}

export interface StopRequest {
	/** Shown to people. */
	readonly by: string;
}

/** All runs, of all processes on one storage. Every method rejects with a UserError when the storage fails. */
export interface RunStore {
	/**
	 * Accepts a run for good; it waits in its line from then on, for `keeper` alone where one is given (see `Place`). With `eventId`, the run that was
	 * accepted for this event of this workspace is given instead, if there is one: of several processes that get the same event one wins.
	 */
	accept(run: Run, eventId?: string, keeper?: string): Promise<Run>;
	/**
	 * Whoever asked was told that it was not accepted, so it must not be answered later either: takes back what `accept` may have left when it rejected,
	 * which tries that itself. To be called again until it does not reject.
	 */
	refuse(run: Pick<Run, 'id' | 'workspaceId'>): Promise<void>;
	save(run: Run): Promise<void>;
	get(workspaceId: string, id: string): Promise<Run | undefined>;
	/** As `get`, of one that is not closed. */
	open(workspaceId: string, id: string): Promise<Run | undefined>;
	/** Newest first, of one person when `askedBy` is given. The cost is that of what is taken. */
	list(workspaceId: string, limit: number, askedBy?: string): Promise<Run[]>;
	/** Accepted and not closed, oldest first; of one conversation when it is given. The cost does not grow with the runs that are closed. */
	unfinished(conversation?: string): Promise<Run[]>;
	/** The same as they were accepted, of all conversations. */
	accepted(): AsyncIterable<Run>;
	isUnfinished(id: string): Promise<boolean>;
	/** Which of them are, in their order. */
	areUnfinished(ids: readonly string[]): Promise<readonly boolean[]>;
	/** Asks whichever process has the run to stop it. Gives the run as it was accepted; undefined when it was closed by then, or is unknown. */
	requestStop(id: string, by: string): Promise<Run | undefined>;
	stopRequest(id: string): Promise<StopRequest | undefined>;
	/** Nothing is left to do for it: its files go, too. */
	close(id: string): Promise<void>;
	ending(id: string): Promise<Ending | undefined>;
	saveEnding(id: string, ending: Ending): Promise<void>;
}

const ACCEPTING = { ttlMs: 10_000, retryMs: 50 };

export function createRunStore(storage: Storage): RunStore {
	const runs = storage.records<Run>('runs');
	const open = storage.records<Run>('unfinished-runs');
	const endings = storage.records<Ending>('run-endings');
	const events = storage.records<{ runId: string }>('run-events');
	const stops = storage.records<StopRequest>('run-stops');
	const files = createRunFiles(storage);
	const lines = createLines(storage);
	/** Ids of runs by who asked, the newest first. */
	const asked = storage.records<{ runId: string }>('runs-asked');
	const askedPrefix = (workspaceId: string, person: string) => `${encodeURIComponent(workspaceId)}/${encodeURIComponent(person)}/`;
	const keyOf = (workspaceId: string, id: string) => `${encodeURIComponent(workspaceId)}/${invertRunId(id)}`;
	const get = (workspaceId: string, id: string) => runs.get(keyOf(workspaceId, id));
	const isUnfinished = async (id: string) => (await open.get(id)) !== undefined;
	const save = (run: Run) => runs.put(keyOf(run.workspaceId, run.id), run);

	async function refuse(run: Pick<Run, 'id' | 'workspaceId'>): Promise<void> {
		await open.delete(run.id);
		await lines.leave(run);
	}

	async function write(run: Run, keeper: string | undefined): Promise<Run> {
		// It may come to name a run that was not accepted: such names are passed over, and so are such places in a line.
		await asked.put(askedPrefix(run.workspaceId, run.question.askedBy.id) + invertRunId(run.id), { runId: run.id });
		try {
			await lines.join(run, keeper === undefined ? {} : { keeper });
			// Before the run itself, since this is where a restart looks: a process that dies in between has accepted it.
			await open.put(run.id, run);
			// Whoever has taken it up since has written more of it.
			await runs.change(keyOf(run.workspaceId, run.id), (stored) => (stored ? undefined : run));
		} catch (error) {
			await refuse(run).catch(() => {});
			throw error;
		}
		return run;
	}

	/** The record of the event comes first, so a process that dies in between leaves a run id that the next delivery goes on with. */
	async function acceptEvent(run: Run, event: string, keeper: string | undefined): Promise<Run> {
		// Also when this process was suspended for longer than it held the event: the first to name a run is right.
		const { runId: id } = (await events.change(event, (known) => (known ? undefined : { runId: run.id }))) ?? { runId: run.id };
		return (await open.get(id)) ?? (await get(run.workspaceId, id)) ?? (await write({ ...run, id }, keeper));
	}

	async function* all(workspaceId: string): AsyncGenerator<Run> {
		for await (const [, run] of runs.entries(`${encodeURIComponent(workspaceId)}/`)) yield run;
	}

	async function* ofPerson(workspaceId: string, person: string): AsyncGenerator<Run> {
		for await (const [, { runId }] of asked.entries(askedPrefix(workspaceId, person))) {
			const run = await get(workspaceId, runId);
			if (run) yield run;
		}
	}

	return {
		async accept(run, eventId, keeper) {
			if (eventId === undefined) return write(run, keeper);
			const event = `${encodeURIComponent(run.workspaceId)}/${eventId}`;
			return exclusively(storage, `run-event/${event}`, ACCEPTING, () => acceptEvent(run, event, keeper));
		},
		refuse,
		save,
		get,
		async open(workspaceId, id) {
			const accepted = await open.get(id);
			return accepted && ((await get(workspaceId, id)) ?? accepted);
		},
		async list(workspaceId, limit, askedBy) {
			const newest: Run[] = [];
			if (limit < 1) return newest;
			for await (const run of askedBy === undefined ? all(workspaceId) : ofPerson(workspaceId, askedBy)) {
				newest.push(run);
				if (newest.length >= limit) break;
			}
			return newest;
		},
		async unfinished(conversation) {
			const found: Run[] = [];
			for await (const [, accepted] of open.entries()) {
				if (conversation !== undefined && accepted.conversation !== conversation) continue;
				found.push((await get(accepted.workspaceId, accepted.id)) ?? accepted);
			}
			return found;
		},
		async *accepted() {
			for await (const [, run] of open.entries()) yield run;
		},
		isUnfinished,
		areUnfinished: async (ids) => (await open.getMany(ids)).map((run) => run !== undefined),
		async requestStop(id, by) {
			if (!(await isUnfinished(id))) return undefined;
			await stops.put(id, { by });
			const run = await open.get(id);
			if (!run) await stops.delete(id);
			return run;
		},
		stopRequest: (id) => stops.get(id),
		close: async (id) => {
			await files.discard(id);
			await stops.delete(id);
			await open.delete(id);
		},
		ending: (id) => endings.get(id),
		saveEnding: (id, ending) => endings.put(id, ending),
	};
}
