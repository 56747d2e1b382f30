import { type TypeChecker, UNCHECKED } from '../../code/check.ts';
import type { Diagnostic } from '../../code/diagnostic.ts';
import type { CallableTools } from '../callable-tools.ts';
import type { FunctionRecord } from '../function-record.ts';
import { ambientSignatures } from '../signatures.ts';

export interface AloneCheck {
	/** The types it names and the function. */
	readonly source: string;
	/** The stored functions that it calls. */
	readonly uses: readonly Pick<FunctionRecord, 'name' | 'source'>[];
	readonly tools: CallableTools;
	/**
	 * What the checker noted without objecting when this source was stored (`FunctionRecord.notes`): all else speaks against it. Any note may be, when
	 * left out.
	 */
	readonly known?: readonly string[];
}

export interface AloneVerdict {
	/** The first thing that speaks against the function, with its line. */
	readonly problem?: string;
	/** There was no time to check it: it may be busy here, or types were built to take for ever. */
	readonly isUnchecked?: true;
	/** What the checker notes without objecting, as kinds and places: descriptions of responses are often incomplete, and what reads beyond them works. */
	readonly notes: readonly string[];
}

/** Type-checks a function on its own, against the tools as they are. */
export async function checkAlone({ source, uses, tools, known }: AloneCheck, checker: TypeChecker): Promise<AloneVerdict> {
	const declarations = [...(await tools.declarations()), ambientSignatures(uses)];
	return verdictOf(await checker.check({ program: source, declarations }), known);
}

/** A check costs about as much as five functions in it; and what else waits for the type checker waits for one check. */
const AT_ONCE = 30;

/** The same for many functions, in their order, each as if it were alone. */
export async function checkEachAlone(
	functions: readonly Omit<AloneCheck, 'tools'>[],
	tools: CallableTools,
	checker: TypeChecker,
): Promise<AloneVerdict[]> {
	if (functions.length === 0) return [];
	const toolsets = await tools.declarations();
	const verdicts: AloneVerdict[] = [];
	for (const batch of batchesOf(functions)) {
		const used = new Map(batch.flatMap(({ uses }) => uses).map((record) => [record.name, record]));
		const programs = batch.map(({ source }) => source);
		const found = await checker.checkEach({ programs, declarations: [...toolsets, ambientSignatures([...used.values()])] });
		for (const [at, { known }] of batch.entries()) verdicts.push(verdictOf(found[at] ?? [], known));
	}
	return verdicts;
}

/** Functions that use another version of one than those before them come in the next batch: a name has one declaration. */
function batchesOf<Part extends Pick<AloneCheck, 'uses'>>(parts: readonly Part[]): Part[][] {
	const batches: Part[][] = [];
	let sources = new Map<string, string>();
	for (const part of parts) {
		const last = batches.at(-1);
		const agrees = part.uses.every(({ name, source }) => (sources.get(name) ?? source) === source);
		if (last && last.length < AT_ONCE && agrees) last.push(part);
		else {
			batches.push([part]);
			sources = new Map();
		}
		for (const { name, source } of part.uses) sources.set(name, source);
	}
	return batches;
}

function verdictOf(diagnostics: readonly Diagnostic[], known: readonly string[] | undefined): AloneVerdict {
	const problem = diagnostics.find((diagnostic) =>
		known && isChecked(diagnostic) ? isObjection(diagnostic) || !known.includes(noteOf(diagnostic)) : diagnostic.blocking,
	);
	return {
		...(diagnostics.some(({ code }) => code === UNCHECKED.code) && { isUnchecked: true }),
		...(problem && { problem: `line ${problem.line}: ${problem.message.split('\n')[0]}` }),
		notes: diagnostics.filter((diagnostic) => !diagnostic.blocking && isChecked(diagnostic)).map(noteOf),
	};
}

/** A property of a nearly equal name. */
const NEARLY = 'TS2551';
const NO_PROPERTY = 'TS2339';

/** What can never have been noted without objecting, whatever a file says of it: other names come and go. */
function isObjection({ blocking, code }: Diagnostic): boolean {
	return blocking && code !== NEARLY;
}

/**
 * The source stays as it is for as long as it is stored. That a property is missing is one note, whether or not another one has a name like it; that a value
 * may be missing is another note than that it is of the wrong type.
 */
function noteOf({ code, line, column, misfit }: Diagnostic): string {
	return `${code === NEARLY ? NO_PROPERTY : code}${misfit ? '!' : ''} ${line}:${column}`;
}

function isChecked({ code }: Diagnostic): boolean {
	return code.startsWith('TS');
}
