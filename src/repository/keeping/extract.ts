import { isGuestGlobal } from '../../code/guest-globals.ts';
import type { FunctionSource, Program } from '../../code/program.ts';
import { calledFunctions, type ToolReference, toolReferences } from '../../code/references.ts';
import { analyseScopes } from '../../code/scopes.ts';
import { toolsetOf } from '../../toolset/tool.ts';
import { inOrderOfUse } from '../in-order-of-use.ts';

/** A function of a program that could serve other programs. */
export interface Candidate {
	readonly fn: FunctionSource;
	/** The types it names, then the function, as written: complete but for tools and the functions it uses. */
	readonly source: string;
	/** `toolset.tool`, those it calls itself. */
	readonly tools: readonly string[];
	/** Other functions it calls: of the program, or stored ones. */
	readonly uses: readonly string[];
}

export interface Surroundings {
	/** Ids of the tools that exist. */
	readonly tools: ReadonlySet<string>;
	/** Names of the stored functions that the program may call. */
	readonly stored: ReadonlySet<string>;
}

/** What could be stored of a function by itself, or why it could not. */
export type Standalone =
	| { readonly ok: true; readonly candidate: Candidate }
	/** What it does or lacks, for people: `reads \`rate\`, which …` */
	| { readonly ok: false; readonly problem: string };

/**
 * The functions worth verifying, each after those it uses: they call a tool, or are called by or call one that does; they declare the types of
 * all parameters and of the result; and they stand on their own, which one that reads a variable of the program's top level does not.
 */
export function extractFunctions(program: Program, surroundings: Surroundings): readonly Candidate[] {
	const candidates = new Map<string, Candidate>();
	for (const [name, alone] of standaloneFunctions(program, surroundings)) if (alone.ok) candidates.set(name, alone.candidate);
	dropIncomplete(candidates, surroundings.stored);
	return inOrderOfUse(
		connected(candidates, surroundings.stored),
		({ fn }) => fn.name,
		({ uses }) => uses,
	);
}

/** Each function of a program by its name, whatever holds for those that it uses. */
export function standaloneFunctions(program: Program, surroundings: Surroundings): ReadonlyMap<string, Standalone> {
	const calls = calledFunctions(program, surroundings.stored);
	const references = toolReferences(program.tree, { tools: surroundings.tools, known: surroundings.stored });
	const toolsets = toolsetsOf(surroundings);
	const foreign = foreignNames(program, surroundings);
	const described = (fn: FunctionSource): Standalone => {
		const named = references.filter(({ start }) => start >= fn.node.start && start < fn.node.end);
		const problem = isTaken(fn.name, toolsets) ? MISNAMED : problemOf(fn, foreign.get(fn.name), named);
		if (problem !== undefined) return { ok: false, problem };
		const uses = [...(calls.get(fn.name) ?? [])].filter((name) => name !== fn.name);
		const tools = [...new Set(named.map(({ id }) => id))];
		return { ok: true, candidate: { fn, source: withTypes(fn, program), tools, uses } };
	};
	return new Map(program.functions.map((fn) => [fn.name, described(fn)]));
}

const MISNAMED = 'has a name that means something else in programs';

/** A function of that name would stand in for a toolset, or for what a program has by itself, in every program that is offered it. */
function isTaken(name: string, toolsets: ReadonlySet<string>): boolean {
	return isGuestGlobal(name) || toolsets.has(name);
}

function toolsetsOf({ tools }: Pick<Surroundings, 'tools'>): ReadonlySet<string> {
	return new Set([...tools].map(toolsetOf));
}

function problemOf(fn: FunctionSource, foreign: string | undefined, named: readonly ToolReference[]): string | undefined {
	if (fn.empty) return 'has no body';
	const isTyped = fn.returnType !== undefined && fn.parameters.every((parameter) => parameter.type !== undefined);
	if (!isTyped) return 'does not declare the types of its parameters and of its result';
	if (foreign !== undefined) return `reads \`${foreign}\`, which is neither its own nor a tool nor a function that it uses`;
	const missing = named.find(({ exists }) => !exists);
	return missing && `names \`${missing.id}\`, which is no tool`;
}

/** By way of it a function could call tools that nobody sees in it. */
const EVERYTHING = 'globalThis';

/** For functions that read something of the top level which is no function, or something that nobody declares, its name. */
function foreignNames(program: Program, surroundings: Surroundings): ReadonlyMap<string, string> {
	const { stored } = surroundings;
	const { references, topLevel } = analyseScopes(program.tree);
	const own = new Set(program.functions.map((fn) => fn.name));
	const toolsets = toolsetsOf(surroundings);
	const foreign = new Map<string, string>();
	for (const { node, variable, writes } of references) {
		const available = variable
			? !topLevel.has(variable) || (own.has(node.name) && !writes)
			: !writes && (toolsets.has(node.name) || stored.has(node.name) || (isGuestGlobal(node.name) && node.name !== EVERYTHING));
		const fn = available
			? undefined
			: program.functions.find((candidate) => candidate.node.start <= node.start && node.end <= candidate.node.end);
		if (fn && !foreign.has(fn.name)) foreign.set(fn.name, node.name);
	}
	return foreign;
}

/** Removes those that use a function which is neither stored nor a candidate, and so on. */
function dropIncomplete(candidates: Map<string, Candidate>, stored: ReadonlySet<string>): void {
	for (const candidate of candidates.values()) {
		if (candidate.uses.every((name) => candidates.has(name) || stored.has(name))) continue;
		candidates.delete(candidate.fn.name);
		dropIncomplete(candidates, stored);
		return;
	}
}

/** Those that reach a tool by their calls, and those that such ones reach. */
function connected(candidates: ReadonlyMap<string, Candidate>, stored: ReadonlySet<string>): Candidate[] {
	const working = new Set<string>();
	const helping = new Set<string>();
	const all = [...candidates.values()];
	for (let before = -1; before < working.size + helping.size; ) {
		before = working.size + helping.size;
		for (const { fn, tools, uses } of all) {
			if (tools.length > 0 || uses.some((name) => working.has(name) || (stored.has(name) && !candidates.has(name)))) working.add(fn.name);
			if (working.has(fn.name) || helping.has(fn.name)) for (const name of uses) helping.add(name);
		}
	}
	return all.filter(({ fn }) => working.has(fn.name) || helping.has(fn.name));
}

function withTypes(fn: FunctionSource, { types }: Program): string {
	const needed = new Set<string>();
	const collect = (text: string) => {
		for (const { name, source } of types) {
			if (needed.has(name) || !new RegExp(`\\b${RegExp.escape(name)}\\b`).test(text)) continue;
			needed.add(name);
			collect(source);
		}
	};
	collect(fn.source);
	return [...types.filter(({ name }) => needed.has(name)).map(({ source }) => source), fn.source].join('\n\n');
}
