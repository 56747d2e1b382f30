import type { CallExpression, Identifier, Node, ObjectPattern, Program as SyntaxTree } from 'acorn';
import type { Variable } from 'eslint-scope';
import type { Position } from '../sandbox/outcome.ts';
import { toolsetOf } from '../toolset/tool.ts';
import { isCallAwaited } from './awaited.ts';
import { isGuestGlobal, isValueMethod } from './guest-globals.ts';
import type { Program } from './program.ts';
import { analyseScopes, type Reference, type Scopes } from './scopes.ts';
import { type Parents, parentsOf, propertyName, type SyntaxNode } from './syntax.ts';

/** A name that a program calls and does not declare. */
export interface ToolReference extends Position {
	/** `toolset.tool`, or the bare name of an unknown function. */
	readonly id: string;
	/**
	 * - `tool`: a member of a toolset that exists; `exists` says whether the tool does
	 * - `unknown-toolset`: a method of something that is neither declared nor a global (`imdb.search()`)
	 * - `unknown-function`: a call of something that is neither declared, known nor a global
	 */
	readonly kind: 'tool' | 'unknown-toolset' | 'unknown-function';
	readonly exists: boolean;
	/**
	 * The call is awaited, or handed to something that is, such as `Promise.all`: what a program does with tools, and with data hardly ever. False for
	 * a tool that is only named.
	 */
	readonly awaited: boolean;
	/** Where it stands, in UTF-16 units. */
	readonly start: number;
}

export interface KnownNames {
	/** `toolset.tool` */
	readonly tools: ReadonlySet<string>;
	/** Functions that may be called besides the program's own. */
	readonly known: ReadonlySet<string>;
}

/**
 * The tools a tree refers to, in the order of the text: through member access (`tmdb.search`, `tmdb['search']`, `tmdb?.search`), destructuring
 * (`const { search } = tmdb`) and aliases (`const t = tmdb`); and calls of what does not exist. Names computed at run time are not seen.
 */
export function toolReferences(tree: SyntaxTree, { tools, known }: KnownNames): readonly ToolReference[] {
	const scopes = analyseScopes(tree);
	const parents = parentsOf(tree);
	const toolsets = new Set([...tools].map(toolsetOf));
	const found: ToolReference[] = [];
	for (const { node, writes, variable } of scopes.references) {
		if (variable || writes) continue;
		if (toolsets.has(node.name)) {
			for (const member of membersOf(node, parents, scopes)) {
				const id = `${node.name}.${member.name}`;
				const awaited = isCallAwaited(member.node, parents, scopes);
				found.push({ id, kind: 'tool', exists: tools.has(id), awaited, ...placeOf(member.node) });
			}
		} else if (!known.has(node.name) && !isGuestGlobal(node.name)) {
			const unknown = unknownCall(node, parents);
			if (!unknown) continue;
			const callee = unknown.kind === 'unknown-function' ? node : (parents.get(node) ?? node);
			found.push({ ...unknown, exists: false, awaited: isCallAwaited(callee, parents, scopes), ...placeOf(node) });
		}
	}
	return found.sort((a, b) => a.start - b.start);
}

/** Names that the tree reads without declaring them: called, or handed on to be called (`names.map(findPersonId)`). */
export function callsOf(tree: SyntaxTree): ReadonlySet<string> {
	const read = analyseScopes(tree).references.filter(({ variable, writes }) => !variable && !writes);
	return new Set(read.map(({ node }) => node.name));
}

/** Names that the program's main call reads, those of its own functions and variables included. */
export function namesInMain({ tree, functions }: Program): ReadonlySet<string> {
	const outside = ({ node }: Reference) => !functions.some((fn) => fn.node.start <= node.start && node.end <= fn.node.end);
	return new Set(
		analyseScopes(tree)
			.references.filter((reference) => !reference.writes && outside(reference))
			.map(({ node }) => node.name),
	);
}

/** For each function of the program, the functions it calls: others of the program, itself, and those of `names` (stored ones). */
export function calledFunctions(program: Program, names: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
	const { references, topLevel } = analyseScopes(program.tree);
	const own = new Set(program.functions.map((fn) => fn.name));
	const calls = new Map(program.functions.map((fn) => [fn.name, new Set<string>()]));
	for (const { node, variable } of references) {
		const called = variable ? topLevel.has(variable) && own.has(node.name) : names.has(node.name);
		const caller = called && program.functions.find((fn) => fn.node.start <= node.start && node.end <= fn.node.end);
		if (caller) calls.get(caller.name)?.add(node.name);
	}
	return calls;
}

interface Member {
	readonly name: string;
	readonly node: Node;
}

/** The members that are read of the object `node` names, there or under another name it is given. */
function membersOf(node: Node, parents: Parents, scopes: Scopes, seen = new Set<Variable>()): Member[] {
	const parent = parents.get(node);
	if (parent?.type === 'MemberExpression' && parent.object === node) {
		const name = propertyName(parent);
		return name === undefined ? [] : [{ name, node: parent }];
	}
	const target = parent && boundTo(parent, node);
	if (target?.type === 'ObjectPattern') return destructured(target);
	const variable = target && scopes.variables.find(({ identifiers }) => identifiers.some((named) => sameNode(named, target)));
	if (!variable || seen.has(variable)) return [];
	seen.add(variable);
	const reads = scopes.references.filter((reference) => reference.variable === variable && !reference.writes);
	return reads.flatMap((reference) => membersOf(reference.node, parents, scopes, seen));
}

/** What is given the value of `value` by the node around it. */
function boundTo(parent: SyntaxNode, value: Node): Identifier | ObjectPattern | undefined {
	const target =
		parent.type === 'VariableDeclarator' && parent.init === value
			? parent.id
			: parent.type === 'AssignmentPattern' && parent.right === value
				? parent.left
				: undefined;
	return target?.type === 'Identifier' || target?.type === 'ObjectPattern' ? target : undefined;
}

function sameNode(named: unknown, node: Node): boolean {
	return named === node;
}

function destructured(pattern: ObjectPattern): Member[] {
	return pattern.properties.flatMap((property) => {
		if (property.type !== 'Property') return [];
		const { key, computed } = property;
		if (key.type === 'Identifier' && !computed) return [{ name: key.name, node: property }];
		return key.type === 'Literal' && typeof key.value === 'string' ? [{ name: key.value, node: property }] : [];
	});
}

function unknownCall(node: Identifier, parents: Parents): Pick<ToolReference, 'id' | 'kind'> | undefined {
	const parent = parents.get(node);
	if (parent?.type === 'CallExpression' && parent.callee === node) return { id: node.name, kind: 'unknown-function' };
	if (parent?.type !== 'MemberExpression' || parent.object !== node) return undefined;
	const name = propertyName(parent);
	const call = parents.get(parent);
	const called = call?.type === 'CallExpression' && (call as CallExpression).callee === parent;
	// `movies.map(…)` in a plan is an array that nobody declared, not a toolset.
	if (!called || name === undefined || isValueMethod(name)) return undefined;
	return { id: `${node.name}.${name}`, kind: 'unknown-toolset' };
}

function placeOf(node: Node): Position & { start: number } {
	return { line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1, start: node.start };
}
