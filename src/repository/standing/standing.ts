import type { Storage } from '../../storage/storage.ts';
import type { FunctionKey } from '../function-record.ts';
import { withFeedback } from '../lifecycle.ts';
import { prefixOf, recordId } from '../record-keys.ts';
import type { FunctionStore } from '../store/function-store.ts';

/** What people's words about answers do to functions. Every method rejects with a UserError `storage` when the store cannot do it. */
export interface Standing {
	/**
	 * The stored functions that stand for the answer of a run: those that it used or left behind, without those that only helped others of them. What
	 * people say of an answer is said of these.
	 */
	answeredBy(run: string, workspaceId: string): Promise<readonly FunctionKey[]>;
	/** Writes down which those are, once all are kept: a function remembers its last 20 uses, and an answer may be disliked after more. */
	keepAnswer(run: string, workspaceId: string): Promise<void>;
	/** Somebody disliked an answer of it (`1`), or took that back (`-1`). Nothing happens when it is gone. */
	recordFeedback(workspaceId: string, key: FunctionKey, change: 1 | -1): Promise<void>;
}

export function createStanding(functions: FunctionStore, storage: Storage): Standing {
	const answers = storage.records<readonly FunctionKey[]>('function-answers');
	const keyOf = (run: string, workspaceId: string) => `${prefixOf(workspaceId)}${run}`;
	return {
		answeredBy: async (run, workspaceId) => (await answers.get(keyOf(run, workspaceId))) ?? lastAnsweredBy(run, workspaceId, functions),
		async keepAnswer(run, workspaceId) {
			const keys = await lastAnsweredBy(run, workspaceId, functions);
			if (keys.length > 0) await answers.put(keyOf(run, workspaceId), keys);
		},
		async recordFeedback(workspaceId, key, change) {
			const at = new Date().toISOString();
			await functions.change(workspaceId, key, (record) => withFeedback(record, change, at));
		},
	};
}

/** As the functions themselves remember it. */
async function lastAnsweredBy(run: string, workspaceId: string, functions: Pick<FunctionStore, 'list'>): Promise<readonly FunctionKey[]> {
	const took = (await functions.list(workspaceId)).filter(({ recent }) => recent.some((use) => use.run === run && use.succeeded));
	const helpers = new Set(took.flatMap(({ uses }) => uses.map(recordId)));
	return took.filter((record) => !helpers.has(recordId(record))).map(({ name, version }) => ({ name, version }));
}
