/**
 * Functions, each after those of them that it uses; those in a circle in any order. The same for the same functions in the same order. Of two of one id
 * the last one is what others use.
 *
 * @param usesOf ids of what a function uses, which need not be among them
 */
export function inOrderOfUse<Fn>(functions: readonly Fn[], idOf: (fn: Fn) => string, usesOf: (fn: Fn) => readonly string[]): readonly Fn[] {
	const byId = new Map(functions.map((fn) => [idOf(fn), fn]));
	const ordered = new Set<Fn>();
	const visited = new Set<Fn>();
	const visit = (fn: Fn) => {
		if (visited.has(fn)) return;
		visited.add(fn);
		for (const id of usesOf(fn)) {
			const used = byId.get(id);
			if (used) visit(used);
		}
		ordered.add(fn);
	};
	for (const fn of functions) visit(fn);
	return [...ordered];
}
