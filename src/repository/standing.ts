import { recordId } from './function-index.ts';
import type { FunctionKey, FunctionRecord } from './function-record.ts';
import type { FunctionStore } from './function-store.ts';
import { withFeedback } from './lifecycle.ts';

/**
 * The stored functions that stand for the answer of a run: those that it used or left behind, without those that only helped others of them. What
 * people say of an answer is said of these.
 */
export async function answeredBy(
	run: string,
	workspaceId: string,
	functions: Pick<FunctionStore, 'list'>,
): Promise<readonly FunctionRecord[]> {
	const took = (await functions.list(workspaceId)).filter(({ recent }) => recent.some((use) => use.run === run && use.succeeded));
	const helpers = new Set(took.flatMap(({ uses }) => uses.map(recordId)));
	return took.filter((record) => !helpers.has(recordId(record)));
}

/** What people's words about answers do to functions. */
export interface Standing {
	answeredBy(run: string, workspaceId: string): Promise<readonly FunctionKey[]>;
	/** Somebody disliked an answer of it (`1`), or took that back (`-1`). Nothing happens when it is gone. */
	recordFeedback(workspaceId: string, key: FunctionKey, change: 1 | -1): Promise<void>;
}

export function createStanding(functions: FunctionStore): Standing {
	return {
		answeredBy: async (run, workspaceId) => (await answeredBy(run, workspaceId, functions)).map(({ name, version }) => ({ name, version })),
		async recordFeedback(workspaceId, key, change) {
			const at = new Date().toISOString();
			await functions.change(workspaceId, key, (record) => withFeedback(record, change, at));
		},
	};
}
