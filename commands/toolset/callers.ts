import type { FunctionRecord } from '../../src/repository/function-record.ts';

/** Functions that a question names; the rest is counted. */
const NAMED = 10;

/** Names of the functions that call the toolset, themselves or through others. */
export function callersOf(toolset: string, functions: readonly FunctionRecord[]): string[] {
	const callers = new Set(
		functions.filter(({ tools }) => tools.some(({ tool }) => tool.startsWith(`${toolset}.`))).map(({ name }) => name),
	);
	// What is added while this loop runs is visited, too.
	for (const called of callers) for (const { name, uses } of functions) if (uses.includes(called)) callers.add(name);
	return [...callers].sort();
}

export function concerned(functions: readonly string[]): string {
	if (functions.length === 0) return 'No stored function calls it.';
	const [first, ...others] = functions;
	if (others.length === 0) return `The stored function \`${first}\` calls it and is not offered while it is gone.`;
	const named = functions.slice(0, NAMED).map((name) => `\`${name}\``);
	const more = functions.length > NAMED ? ` and ${functions.length - NAMED} more` : '';
	return `${functions.length} stored functions call it and are not offered while it is gone: ${named.join(', ')}${more}.`;
}
