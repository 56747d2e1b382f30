import type { Run } from '../runs/run.ts';
import { invertRunId, runIdBound } from '../runs/run-id.ts';
import type { Storage } from '../storage/storage.ts';
import { NAMESPACES } from './namespaces.ts';
import { workspacesIn } from './workspaces.ts';

const OF_RUNS = NAMESPACES.flatMap(({ name, kept }) => (kept.until === 'run' ? [{ name, kept }] : []));

/**
 * Removes the runs that ended before that time, and everything that belongs to them; unfinished ones never. Gives the namespace of each record that it
 * removed, and may be left at any of them. Those of the runs begun before that time which stay are added to `kept`.
 *
 * @param before milliseconds since 1970
 */
export async function* expireRuns(storage: Storage, before: number, kept: Set<string>): AsyncGenerator<string> {
	const runs = storage.records<Run>('runs');
	for (const id of await unfinishedBefore(storage, before)) kept.add(id);
	for (const workspaceId of await workspacesIn(storage)) {
		const prefix = `${encodeURIComponent(workspaceId)}/`;
		for await (const [, run] of runs.entries(prefix, prefix + invertRunId(runIdBound(before)))) {
			const endedAt = Date.parse(run.endedAt ?? run.createdAt);
			if (endedAt >= before) kept.add(run.id);
			if (!kept.has(run.id)) yield* removeRun(storage, run);
		}
	}
}

/** The run itself comes last: what a process that dies has left is found by it. */
async function* removeRun(storage: Storage, run: Run): AsyncGenerator<string> {
	for (const { name, kept } of OF_RUNS) {
		const records = storage.records(name);
		for (const prefix of kept.prefixesOf(run)) {
			for await (const key of records.keys(prefix)) if (await records.delete(key)) yield name;
		}
	}
}

async function unfinishedBefore(storage: Storage, before: number): Promise<readonly string[]> {
	const found: string[] = [];
	const bound = runIdBound(before);
	for await (const id of storage.records('unfinished-runs').keys()) {
		if (id >= bound) break;
		found.push(id);
	}
	return found;
}
