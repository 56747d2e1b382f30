import type { FunctionRecord } from './function-record.ts';
import { recordId } from './record-keys.ts';

/** These and all of `among` that use one of them, themselves or through others. */
export function withUsers(used: readonly FunctionRecord[], among: readonly FunctionRecord[]): readonly FunctionRecord[] {
	const users = new Map<string, FunctionRecord[]>();
	for (const record of among) {
		for (const key of record.uses) users.set(recordId(key), [...(users.get(recordId(key)) ?? []), record]);
	}
	const found = new Map(used.map((record) => [recordId(record), record]));
	// What is added while this loop runs is visited, too.
	for (const [id] of found) for (const user of users.get(id) ?? []) found.set(recordId(user), user);
	return [...found.values()];
}
