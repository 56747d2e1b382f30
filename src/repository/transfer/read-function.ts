import { parseProgram } from '../../code/parse.ts';
import type { Program } from '../../code/program.ts';
import { type Candidate, standaloneFunctions } from '../keeping/extract.ts';

/** A function as somebody else says it is. */
export interface GivenFunction {
	readonly name: string;
	readonly source: string;
	/** `toolset.tool`, those it may call. */
	readonly tools: readonly string[];
	/** Names of the functions that it may call. */
	readonly uses: readonly string[];
}

/**
 * Reads a source that may come from anywhere: it declares exactly this function and the types that it names, and reads nothing but its parameters, what
 * programs have by themselves, and the tools and functions that it is said to call. Problems are for people: `reads \`x\`, which …`.
 */
export function readFunction({
	name,
	source,
	tools,
	uses,
}: GivenFunction): { readonly ok: true; readonly candidate: Candidate } | { readonly ok: false; readonly problem: string } {
	const parsed = parseProgram(source);
	if (!parsed.ok) return { ok: false, problem: `cannot be read: line ${parsed.diagnostic.line}: ${parsed.diagnostic.message}` };
	if (uses.includes(name)) return { ok: false, problem: 'uses a function of its own name' };
	if (!isAlone(name, parsed.program)) return { ok: false, problem: `has a source that does not declare just \`${name}\` and types` };
	const alone = standaloneFunctions(parsed.program, { tools: new Set(tools), stored: new Set(uses) }).get(name);
	if (!alone) throw new Error('the one function of a program is described');
	if (!alone.ok) return alone;
	// A toolset may be named only where a tool of it is seen to be called: what a function calls is what an admin is shown of it.
	const unseen = tools.find((id) => !alone.candidate.tools.includes(id));
	if (unseen !== undefined) return { ok: false, problem: `is said to call \`${unseen}\`, and is not seen to` };
	// What is stored is put together of the parts that were looked at.
	const again = parseProgram(alone.candidate.source);
	if (!again.ok || !isAlone(name, again.program)) return { ok: false, problem: 'has a source that reads differently in parts' };
	return alone;
}

function isAlone(name: string, { functions, main }: Program): boolean {
	return main === '' && functions.length === 1 && functions[0]?.name === name;
}
