import type { Identifier, Program as SyntaxTree } from 'acorn';
import { analyze, type Scope, type Variable } from 'eslint-scope';

/** A name in the tree that reads or writes a variable. */
export interface Reference {
	readonly node: Identifier;
	readonly writes: boolean;
	/** What it refers to; undefined when the program does not declare it: a tool, a stored function, a global, or nothing at all. */
	readonly variable: Variable | undefined;
}

export interface Scopes {
	readonly references: readonly Reference[];
	/** The variables declared at the top level. */
	readonly topLevel: ReadonlySet<Variable>;
	/** Every declared variable, with the nodes that name it. */
	readonly variables: readonly Variable[];
}

/** Resolves the names of a tree that was parsed with `SYNTAX`. */
export function analyseScopes(tree: SyntaxTree): Scopes {
	// acorn and ESTree describe the same nodes with types that differ in name only.
	const manager = analyze(tree as unknown as Parameters<typeof analyze>[0], { ecmaVersion: 2024, sourceType: 'module' });
	const own = manager.scopes.flatMap((scope: Scope) => scope.references);
	const moduleScope = manager.scopes.find((scope: Scope) => scope.type === 'module');
	return {
		references: own.map((reference) => ({
			node: reference.identifier as unknown as Identifier,
			writes: reference.isWrite(),
			variable: reference.resolved ?? undefined,
		})),
		topLevel: new Set(moduleScope?.variables),
		variables: manager.scopes.flatMap((scope: Scope) => scope.variables),
	};
}
