import { hashJson } from '../../json.ts';
import type { Storage } from '../../storage/storage.ts';

/**
 * Files whose import an admin was asked about, until they say yes: a source may give another file every time it is read, and a button of a chat cannot
 * carry its address. One for each workspace, for a day.
 */
export interface KeptImports {
	/** The code to get it by: 10 hexadecimal digits, the same for the same text. */
	keep(workspaceId: string, text: string): Promise<string>;
	/** Undefined when another one was kept since, and when there is none. */
	get(workspaceId: string, code: string): Promise<string | undefined>;
	delete(workspaceId: string): Promise<void>;
}

const CODE_DIGITS = 10;

export function createKeptImports(storage: Storage): KeptImports {
	const records = storage.records<{ readonly code: string; readonly text: string; readonly at?: string }>('function-imports');
	return {
		async keep(workspaceId, text) {
			const code = hashJson(text).slice(0, CODE_DIGITS);
			await records.put(workspaceId, { code, text, at: new Date().toISOString() });
			return code;
		},
		async get(workspaceId, code) {
			const kept = await records.get(workspaceId);
			return kept?.code === code ? kept.text : undefined;
		},
		async delete(workspaceId) {
			await records.delete(workspaceId);
		},
	};
}
