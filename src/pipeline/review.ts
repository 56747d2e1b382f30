import type { Diagnostic } from '../code/diagnostic.ts';
import { parseProgram } from '../code/parse.ts';
import type { Program } from '../code/program.ts';
import { callsOf, type ToolReference, toolReferences } from '../code/references.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import { ambientSignatures, withStoredFunctions } from '../repository/signatures.ts';
import type { Tool } from '../toolset/tool.ts';
import { adviceOf, type Fault, reviewFault, strayedFault, togetherFault } from './fault.ts';
import { withUses } from './known-functions.ts';
import type { Work } from './work.ts';

/** A program as far as it can be known by reading it. */
export interface ReadProgram {
	/** As the model wrote it. */
	readonly program: Program;
	/** Stored functions it calls, and those they use. */
	readonly uses: readonly FunctionRecord[];
	/** Tools it names. */
	readonly tools: readonly Tool[];
	/** What it uses as tools that are none. */
	readonly unknown: readonly ToolReference[];
	/** Toolsets it names, itself or in the stored functions it calls. */
	readonly toolsets: ReadonlySet<string>;
}

export interface Reviewed extends ReadProgram {
	/** The program with the stored functions it calls behind it, lines unmoved. */
	readonly runnable: Program;
	/** Declarations it was checked against. */
	readonly declarations: readonly string[];
	/** What the checker notes without objecting, for a rewrite; empty when there is nothing. */
	readonly advice: string;
}

/** A program that does not parse, and why. */
export interface Unreadable {
	readonly diagnostic: Diagnostic;
}

/** What a program is and refers to. */
export function readProgram(source: string, callable: readonly FunctionRecord[], work: Work): ReadProgram | Unreadable {
	const { toolbox, library, toolsets } = work;
	const parsed = parseProgram(source);
	if (!parsed.ok) return { diagnostic: parsed.diagnostic };
	const { program } = parsed;
	const known = new Set(callable.map((record) => record.name));
	const references = toolReferences(program.tree, { tools: toolbox.ids, known });
	const called = callsOf(program.tree);
	const uses = withUses(
		callable.filter((record) => called.has(record.name)),
		library,
	);
	return {
		program,
		uses,
		tools: [...new Set(references.flatMap(({ id }) => toolbox.tools.get(id) ?? []))],
		unknown: references.filter(({ kind, id }) => kind !== 'unknown-function' && !toolbox.tools.has(id)),
		toolsets: new Set([...toolsets].filter((name) => called.has(name) || uses.some(({ tools }) => tools.some(isOf(name))))),
	};
}

function isOf(toolset: string) {
	return ({ tool }: FunctionRecord['tools'][number]) => tool.startsWith(`${toolset}.`);
}

/**
 * Type-checks a program before anything of it runs (paper, section 3.4, ahead of the first error). `source` is what the model wrote, `callable`
 * are the stored functions it may call. A program that names a toolset which this run may not call any more is refused, whatever else it does.
 */
export async function review(
	source: string,
	read: ReadProgram | Unreadable,
	callable: readonly FunctionRecord[],
	work: Work,
): Promise<Reviewed | { fault: Fault }> {
	if ('diagnostic' in read) return { fault: mustFault(source, [read.diagnostic], []) };
	const { program } = read;
	const strayed = [...read.toolsets].filter((name) => !work.mayCall(name));
	if (strayed.length > 0) return { fault: strayedFault(strayed) };
	const declarations = [...(await work.toolbox.declarations()), ambientSignatures(callable)];
	const found = await work.services.checker.check({ program: program.source, declarations, signal: work.signal });
	const diagnostics = work.stages.typeCheck ? found : read.unknown.map(noSuchTool);
	const unknownTools = new Set(read.unknown.map(({ id }) => id));
	const fault = reviewFault(program.source, diagnostics, [...unknownTools]);
	if (fault) return { fault };

	const runnable = parseProgram(withStoredFunctions(program.source, read.uses));
	// Each was parsed when it was stored; together with the program they may be too long.
	if (!runnable.ok) return { fault: togetherFault(runnable.diagnostic.message) };
	return { ...read, runnable: runnable.program, declarations, advice: adviceOf(program.source, diagnostics) };
}

/** What the compiler would have said of it. */
function noSuchTool({ id, line, column }: ToolReference): Diagnostic {
	return { line, column, code: 'unknown-tool', message: `There is no tool ${id}.`, blocking: true };
}

function mustFault(...parameters: Parameters<typeof reviewFault>): Fault {
	const fault = reviewFault(...parameters);
	if (!fault) throw new Error('a program that does not parse must have a blocking diagnostic');
	return fault;
}
