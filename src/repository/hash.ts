import type { FunctionDeclaration, Program as SyntaxTree } from 'acorn';
import type { Variable } from 'eslint-scope';
import type { FunctionSource } from '../code/program.ts';
import { analyseScopes } from '../code/scopes.ts';
import { hashJson } from '../json.ts';

/** Where something stands, how it was written, and what follows from other fields. */
const NOTATION = new Set(['start', 'end', 'loc', 'range', 'raw', 'shorthand', 'directive', 'sourceType']);

/**
 * The same for functions that do the same by the same steps: formatting, comments, types, the function's own name and the names of its parameters
 * and locals do not matter; everything else does (literals, properties, operators, order, and whatever it calls, tools or functions). 16 hex digits.
 */
export function functionHash(fn: Pick<FunctionSource, 'node'>): string {
	const names = localNames(fn.node);
	return hashJson(normalise(fn.node, names));
}

/** For each node that names a local: the variable it means. */
function localNames(node: FunctionDeclaration): ReadonlyMap<unknown, Variable> {
	const tree = { type: 'Program', sourceType: 'module', body: [node], start: node.start, end: node.end, range: node.range } as SyntaxTree;
	const { references, variables } = analyseScopes(tree);
	const names = new Map<unknown, Variable>();
	// `arguments` is declared nowhere and cannot be renamed.
	for (const { node: named, variable } of references) if (variable?.identifiers.length) names.set(named, variable);
	for (const variable of variables) for (const identifier of variable.identifiers) names.set(identifier, variable);
	return names;
}

/** The tree without notation, every local named by the order in which it is first met: scopes decide what is the same local, not spelling. */
function normalise(node: FunctionDeclaration, names: ReadonlyMap<unknown, Variable>): unknown {
	const numbers = new Map<Variable, number>();
	const numberOf = (variable: Variable) => {
		const number = numbers.get(variable) ?? numbers.size;
		numbers.set(variable, number);
		return number;
	};
	const visit = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.filter((element) => !isEmptyStatement(element)).map(visit);
		if (typeof value === 'bigint') return { bigint: String(value) };
		if (value instanceof RegExp) return { pattern: value.source, flags: value.flags };
		if (typeof value !== 'object' || value === null) return value;
		const variable = names.get(value);
		if (variable) return { local: numberOf(variable) };
		const fields = Object.entries(value).filter(([field]) => !NOTATION.has(field));
		return Object.fromEntries(fields.map(([field, part]) => [field, visit(part)]));
	};
	return visit(node);
}

function isEmptyStatement(node: unknown): boolean {
	return typeof node === 'object' && node !== null && 'type' in node && node.type === 'EmptyStatement';
}
