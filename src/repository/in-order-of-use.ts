import type { FunctionKey } from './function-record.ts';
import { recordId } from './record-keys.ts';

/**
 * Functions, each after those of them that it uses; those in a circle in any order. The same for the same functions in the same order. Of two that say
 * they are the same, the last one is what others use.
 */
export function inOrderOfUse<Fn extends FunctionKey & { readonly uses: readonly FunctionKey[] }>(functions: readonly Fn[]): readonly Fn[] {
	const byId = new Map(functions.map((fn) => [recordId(fn), fn]));
	const ordered = new Set<Fn>();
	const visited = new Set<Fn>();
	const visit = (fn: Fn) => {
		if (visited.has(fn)) return;
		visited.add(fn);
		for (const key of fn.uses) {
			const used = byId.get(recordId(key));
			if (used) visit(used);
		}
		ordered.add(fn);
	};
	for (const fn of functions) visit(fn);
	return [...ordered];
}
