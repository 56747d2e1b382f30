import { parseProgram } from '../code/parse.ts';
import type { Program } from '../code/program.ts';
import { callsOf, toolReferences } from '../code/references.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { ambientSignatures, withStoredFunctions } from '../repository/signatures.ts';
import type { Tool } from '../toolset/tool.ts';
import { adviceOf, type Fault, reviewFault } from './fault.ts';
import { withUses } from './known-functions.ts';
import type { Work } from './work.ts';

export interface Reviewed {
	/** As the model wrote it. */
	readonly program: Program;
	/** The same with the stored functions it calls behind it, lines unmoved. */
	readonly runnable: Program;
	/** Stored functions it calls, and those they use. */
	readonly uses: readonly FunctionRecord[];
	/** Tools it names. */
	readonly tools: readonly Tool[];
	/** Declarations it was checked against. */
	readonly declarations: readonly string[];
	/** What the checker notes without objecting, for a rewrite; empty when there is nothing. */
	readonly advice: string;
}

export interface Rejected {
	readonly fault: Fault;
	readonly tools: readonly Tool[];
}

/** Reads and type-checks a program before anything of it runs (paper, section 3.4, ahead of the first error). `callable` are the stored functions it may call. */
export async function review(source: string, callable: readonly FunctionRecord[], work: Work): Promise<Reviewed | Rejected> {
	const parsed = parseProgram(source);
	if (!parsed.ok) return { fault: mustFault(source, [parsed.diagnostic], []), tools: [] };
	const { program } = parsed;
	const names = new Set(callable.map((record) => record.name));
	const references = toolReferences(program.tree, { tools: new Set(work.toolbox.tools.keys()), known: names });
	const tools = [...new Set(references.flatMap(({ id }) => work.toolbox.tools.get(id) ?? []))];

	const declarations = [...work.toolbox.declarations, ambientSignatures(callable)];
	const diagnostics = await work.services.checker.check({ program: source, declarations, signal: work.signal });
	const unknown = references.filter(({ kind, id }) => kind !== 'unknown-function' && !work.toolbox.tools.has(id)).map(({ id }) => id);
	const fault = reviewFault(source, diagnostics, [...new Set(unknown)]);
	if (fault) return { fault, tools };

	const called = callsOf(program.tree);
	const uses = await withUses(
		work,
		callable.filter((record) => called.has(record.name)),
	);
	const runnable = parseProgram(withStoredFunctions(source, uses));
	// Stored functions were parsed when they were stored: a failure here is ours.
	if (!runnable.ok) throw new Error(`stored functions do not parse: ${runnable.diagnostic.message}`);
	return { program, runnable: runnable.program, uses, tools, declarations, advice: adviceOf(source, diagnostics) };
}

function mustFault(...parameters: Parameters<typeof reviewFault>): Fault {
	const fault = reviewFault(...parameters);
	if (!fault) throw new Error('a program that does not parse must have a blocking diagnostic');
	return fault;
}
