import type { Identifier, Node, Program } from 'acorn';
import { parse } from 'acorn';
import { applyEdits } from '../../src/code/program-form.ts';
import { analyseScopes } from '../../src/code/scopes.ts';
import { parentsOf, SYNTAX } from '../../src/code/syntax.ts';

/** A place where a name stands for a value, in the order of the text. */
export interface Occurrence {
	readonly node: Identifier;
	/** Where the local is declared; undefined for what the text does not declare. */
	readonly declared: number | undefined;
}

export interface Named {
	readonly tree: Program;
	readonly occurrences: readonly Occurrence[];
}

export function namesOf(text: string): Named {
	const tree = parse(text, SYNTAX);
	const { references, variables } = analyseScopes(tree);
	const found = new Map<number, Occurrence>();
	const add = (node: Node, identifiers: readonly unknown[] = []) => {
		const [declaration] = identifiers as readonly Node[];
		found.set(node.start, { node: node as Identifier, declared: declaration?.start });
	};
	for (const { node, variable } of references) add(node, variable?.identifiers);
	for (const { identifiers } of variables) for (const node of identifiers as unknown as readonly Node[]) add(node, identifiers);
	return { tree, occurrences: [...found.values()].sort((a, b) => a.node.start - b.node.start) };
}

/** The names of locals, each local once, in the order of their declarations. */
export function localsOf({ occurrences }: Named): readonly number[] {
	return [...new Set(occurrences.flatMap(({ declared }) => declared ?? []))].sort((a, b) => a - b);
}

export function freeNames({ occurrences }: Named): ReadonlySet<string> {
	return new Set(occurrences.filter(({ declared }) => declared === undefined).map(({ node }) => node.name));
}

/** For each occurrence what it means: the number of a local, or a name that is declared elsewhere. */
export function meaningOf(named: Named): readonly (number | string)[] {
	const order = new Map<number, number>();
	return named.occurrences.map(({ node, declared }) => {
		if (declared === undefined) return node.name;
		order.set(declared, order.get(declared) ?? order.size);
		return order.get(declared) ?? 0;
	});
}

/** The text with other names for its locals, given by where they are declared; properties keep theirs. */
export function renameLocals(text: string, named: Named, names: ReadonlyMap<number, string>): string {
	const parents = parentsOf(named.tree);
	const edits = named.occurrences.flatMap(({ node, declared }) => {
		const name = declared === undefined ? undefined : names.get(declared);
		if (name === undefined) return [];
		const parent = parents.get(node);
		const property = parent?.type === 'AssignmentPattern' && parent.left === node ? parents.get(parent) : parent;
		const isShort = property?.type === 'Property' && property.shorthand;
		return [{ start: node.start, end: node.end, text: isShort ? `${node.name}: ${name}` : name }];
	});
	return applyEdits(text, edits);
}
