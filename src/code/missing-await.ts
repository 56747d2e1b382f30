import type { CallExpression, Node } from 'acorn';
import type { Callees } from './callees.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Program } from './program.ts';
import { nodesOf, type Parents, propertyName, type SyntaxNode } from './syntax.ts';

/** Asynchronous calls whose result is lost, which types allow: as a statement, in a template, joined to a string, or in `forEach`. All blocking. */
export function missingAwaits(program: Program, callees: Callees, parents: Parents): { diagnostic: Diagnostic; call: CallExpression }[] {
	const found: { diagnostic: Diagnostic; call: CallExpression }[] = [];
	for (const [node] of nodesOf(program.tree)) {
		if (node.type !== 'CallExpression') continue;
		const message = complaint(node, callees, parents);
		if (!message || !node.loc) continue;
		const { line, column } = node.loc.start;
		found.push({ diagnostic: { line, column: column + 1, message, code: 'missing-await', blocking: true }, call: node });
	}
	return found;
}

function complaint(call: CallExpression, callees: Callees, parents: Parents): string | undefined {
	if (callsForEach(call)) {
		const [callback] = call.arguments;
		const waits = callback?.type === 'ArrowFunctionExpression' || callback?.type === 'FunctionExpression';
		const body: SyntaxNode | undefined = callback?.type === 'ArrowFunctionExpression' ? callback.body : undefined;
		const asynchronous = waits && (callback.async || (body?.type === 'CallExpression' && callees.isAsync(body)));
		return asynchronous ? 'forEach does not wait for its callback. Use for…of with await, or await Promise.all(items.map(…)).' : undefined;
	}
	if (!callees.isAsync(call)) return undefined;
	const parent = outerOf(call, parents);
	if (parent?.type === 'ExpressionStatement')
		return "The call is not awaited: its result and its errors are lost. Did you forget to use 'await'?";
	const joined = parent?.type === 'TemplateLiteral' || (parent?.type === 'BinaryExpression' && parent.operator === '+');
	return joined ? "A Promise is used as text. Did you forget to use 'await'?" : undefined;
}

function callsForEach({ callee }: CallExpression): boolean {
	return callee.type === 'MemberExpression' && propertyName(callee) === 'forEach';
}

function outerOf(node: Node, parents: Parents): SyntaxNode | undefined {
	const parent = parents.get(node);
	return parent?.type === 'ChainExpression' ? parents.get(parent) : parent;
}
