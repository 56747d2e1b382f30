import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { runLease } from '../runs/lease.ts';
import { isDead } from '../runs/process-identity.ts';
import type { Run } from '../runs/run.ts';
import { createRunStore } from '../runs/run-store.ts';
import type { Storage } from '../storage/storage.ts';
import { inSlices } from '../toolset/in-slices.ts';
import { belongingsOf, keysOf } from './belongings.ts';
import { NAMESPACES } from './namespaces.ts';
import { requireWorkspace } from './workspaces.ts';

/** How many records of each kind, in words for an operator; kinds without any are left out. */
export type Kinds = ReadonlyMap<string, number>;

export interface EraseOptions {
	/** How long a process may take to end the runs it is at work on, once they were stopped. Milliseconds. */
	readonly patienceMs?: number;
}

/** A run ends within seconds after it was stopped, and its ending may wait for a chat. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;
/** A bot that runs takes up what was stopped within half a second; what nobody takes up goes unheard. */
const QUIET_LOOKS = 4;
/** What is shown to whoever asked. */
const STOPPED_BY = 'the operator';

/** What `erase` would remove. Rejects with a UserError `not-found` when there is no such workspace. */
export async function surveyWorkspace(storage: Storage, workspaceId: string): Promise<Kinds> {
	await requireWorkspace(storage, workspaceId);
	return forAll(storage, workspaceId, async () => true);
}

/**
 * Removes everything of a workspace; what a process that is killed has left is removed the next time. Its unfinished runs are stopped first: whoever asked
 * reads that the operator stopped them. Rejects with a UserError: `not-found` when there is no such workspace, `not-allowed` when a process is still at work
 * on one of its runs, which it would write to again; nothing but the stops has happened then.
 */
export async function eraseWorkspace(
	storage: Storage,
	workspaceId: string,
	{ patienceMs = PATIENCE_MS }: EraseOptions = {},
): Promise<Kinds> {
	await requireWorkspace(storage, workspaceId);
	await endRuns(storage, workspaceId, patienceMs);
	return forAll(storage, workspaceId, (name, key) => storage.records(name).delete(key));
}

async function forAll(storage: Storage, workspaceId: string, act: (name: string, key: string) => Promise<boolean>): Promise<Kinds> {
	const belongings = await belongingsOf(storage, workspaceId);
	const kinds = new Map<string, number>();
	for (const namespace of NAMESPACES) {
		for await (const key of inSlices(keysOf(storage, namespace, belongings))) {
			if (await act(namespace.name, key)) kinds.set(namespace.holds, (kinds.get(namespace.holds) ?? 0) + 1);
		}
	}
	return kinds;
}

async function endRuns(storage: Storage, workspaceId: string, patienceMs: number): Promise<void> {
	const store = createRunStore(storage);
	const deadline = Date.now() + patienceMs;
	const open = async () => (await store.unfinished()).filter((run) => run.workspaceId === workspaceId);
	for (const { id } of await open()) await store.requestStop(id, STOPPED_BY);
	for (let quiet = 0; quiet < QUIET_LOOKS; ) {
		const left = await open();
		if (left.length === 0) return;
		const atWork = await beingAnswered(storage, left);
		quiet = atWork === 0 ? quiet + 1 : 0;
		if (atWork > 0 && Date.now() >= deadline) throw isAtWork(workspaceId, atWork);
		await delay(LOOK_MS);
	}
}

async function beingAnswered(storage: Storage, runs: readonly Run[]): Promise<number> {
	const holders = await Promise.all(runs.map(({ id }) => storage.holder(runLease(id))));
	return holders.filter((holder) => holder !== undefined && !isDead(holder)).length;
}

function isAtWork(workspaceId: string, count: number): UserError {
	const questions = count === 1 ? 'A question' : `${count} questions`;
	return new UserError(
		'not-allowed',
		`${questions} of ${workspaceId} ${count === 1 ? 'is' : 'are'} still being answered by another process, though told to stop. Nothing was removed: try again in a minute, or stop the bot first.`,
	);
}
