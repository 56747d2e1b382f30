import { recordId } from '../../src/repository/function-index.ts';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isOffered } from '../../src/repository/lifecycle.ts';
import { nameList } from './name-list.ts';

/** Names of the functions on offer that call such tools (`toolset.name`), themselves or through others. */
export function callersOf(isMeant: (toolId: string) => boolean, functions: readonly FunctionRecord[]): string[] {
	const callers = new Map(
		functions.filter(({ tools }) => tools.some(({ tool }) => isMeant(tool))).map((record) => [recordId(record), record]),
	);
	const users = new Map<string, FunctionRecord[]>();
	for (const record of functions) {
		for (const used of record.uses) users.set(recordId(used), [...(users.get(recordId(used)) ?? []), record]);
	}
	// What is added while this loop runs is visited, too.
	for (const called of callers.values()) for (const user of users.get(recordId(called)) ?? []) callers.set(recordId(user), user);
	return [...new Set([...callers.values()].filter(isOffered).map(({ name }) => name))].sort();
}

/** Any tool of this toolset. */
export function isOf(toolset: string): (toolId: string) => boolean {
	return (toolId) => toolId.startsWith(`${toolset}.`);
}

/** @param meanwhile for how long they are not offered: `while it is gone` */
export function concerned(functions: readonly string[], meanwhile: string): string {
	const [first, ...others] = functions;
	if (first === undefined) return 'No stored function calls it.';
	if (others.length === 0) return `The stored function \`${first}\` calls it and is not offered ${meanwhile}.`;
	return `${functions.length} stored functions call it and are not offered ${meanwhile}: ${nameList(functions)}.`;
}
