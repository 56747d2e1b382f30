import type { AnyNode, Comment, MemberExpression, Node, Options, Program as SyntaxTree } from 'acorn';

/** How programs are read: strict, as modules are, with `await` and `return` at the top level. `range` is what scope analysis needs. */
export const SYNTAX: Options = {
	ecmaVersion: 'latest',
	sourceType: 'module',
	allowReturnOutsideFunction: true,
	allowAwaitOutsideFunction: true,
	allowHashBang: false,
	locations: true,
	ranges: true,
};

export type SyntaxNode = AnyNode;

/** The nodes right below `node`, in the order of their fields. */
export function childrenOf(node: Node): SyntaxNode[] {
	const children: SyntaxNode[] = [];
	for (const value of Object.values(node)) {
		for (const candidate of Array.isArray(value) ? value : [value]) {
			if (isNode(candidate)) children.push(candidate);
		}
	}
	return children;
}

export function isNode(value: unknown): value is SyntaxNode {
	return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

/** Every node from `root` down with its depth, without recursion: safe on trees of any depth. */
export function* nodesOf(root: SyntaxNode): Generator<readonly [node: SyntaxNode, depth: number]> {
	const open: (readonly [SyntaxNode, number])[] = [[root, 0]];
	for (let next = open.pop(); next; next = open.pop()) {
		yield next;
		const [node, depth] = next;
		for (const child of childrenOf(node).reverse()) open.push([child, depth + 1]);
	}
}

export type Parents = ReadonlyMap<Node, SyntaxNode>;

export function parentsOf(tree: SyntaxTree): Parents {
	const parents = new Map<Node, SyntaxNode>();
	for (const [node] of nodesOf(tree)) {
		for (const child of childrenOf(node)) parents.set(child, node);
	}
	return parents;
}

/** The name of a property, where it is written in the program. */
export function propertyName({ property, computed }: MemberExpression): string | undefined {
	if (property.type === 'Identifier' && !computed) return property.name;
	if (property.type === 'Literal' && typeof property.value === 'string') return property.value;
	if (property.type === 'TemplateLiteral' && property.expressions.length === 0) return property.quasis[0]?.value.cooked ?? undefined;
	return undefined;
}

/** The same text with comments blanked out, so that what is searched for is code. Offsets stay. */
export function withoutComments(text: string, comments: readonly Comment[]): string {
	const parts: string[] = [];
	let end = 0;
	for (const comment of comments) {
		parts.push(text.slice(end, comment.start), text.slice(comment.start, comment.end).replaceAll(/[^\n]/g, ' '));
		end = comment.end;
	}
	return parts.join('') + text.slice(end);
}
