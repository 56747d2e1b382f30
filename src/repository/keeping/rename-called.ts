import { parseProgram } from '../../code/parse.ts';
import { analyseScopes } from '../../code/scopes.ts';
import { parentsOf } from '../../code/syntax.ts';

/** A function's source with the functions it calls renamed. Undefined where a new name already means something else in it. */
export function renameCalled(source: string, names: ReadonlyMap<string, string>): string | undefined {
	const changes = new Map([...names].filter(([from, to]) => from !== to));
	if (changes.size === 0) return source;
	const parsed = parseProgram(source);
	if (!parsed.ok) return undefined;
	const { tree } = parsed.program;
	const { references, variables } = analyseScopes(tree);
	const taken = new Set([...variables.map(({ name }) => name), ...references.map(({ node }) => node.name)]);
	if ([...changes.values()].some((to) => taken.has(to))) return undefined;
	const parents = parentsOf(tree);
	const places = references.filter(({ node, variable }) => !variable && changes.has(node.name)).map(({ node }) => node);
	return places
		.sort((a, b) => b.start - a.start)
		.reduce((text, node) => {
			const parent = parents.get(node);
			const shorthand = parent?.type === 'Property' && parent.shorthand;
			const replacement = `${shorthand ? `${node.name}: ` : ''}${changes.get(node.name)}`;
			return text.slice(0, node.start) + replacement + text.slice(node.end);
		}, source);
}
