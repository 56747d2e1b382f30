import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { isOffered } from '../../src/repository/function-state.ts';
import { withUsers } from '../../src/repository/with-users.ts';
import { nameList } from './name-list.ts';

/** Names of the functions on offer that call such tools (`toolset.name`), themselves or through others. */
export function callersOf(isMeant: (toolId: string) => boolean, functions: readonly FunctionRecord[]): string[] {
	const callers = functions.filter(({ tools }) => tools.some(({ tool }) => isMeant(tool)));
	const offered = withUsers(callers, functions).filter(isOffered);
	return [...new Set(offered.map(({ name }) => name))].sort();
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
