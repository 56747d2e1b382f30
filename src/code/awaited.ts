import type { CallExpression, Node } from 'acorn';
import type { Scopes } from './scopes.ts';
import { type Parents, propertyName, type SyntaxNode } from './syntax.ts';

/**
 * Whether the call of `callee` is awaited where it stands, or where it ends up: in `Promise.all([…])`, in `Promise.all(ids.map((id) => …))`, behind
 * `.catch(…)`, or in a variable that is awaited later. False when `callee` is not called.
 */
export function isCallAwaited(callee: Node, parents: Parents, scopes: Scopes): boolean {
	const call = parents.get(callee);
	if (call?.type === 'ChainExpression') return isCallAwaited(call, parents, scopes);
	return call?.type === 'CallExpression' && (call as CallExpression).callee === callee && isAwaited(call, parents, scopes);
}

function isAwaited(value: Node, parents: Parents, scopes: Scopes, seen = new Set<Node>()): boolean {
	let node = value;
	for (let parent = parents.get(node); parent; parent = parents.get(node)) {
		if (parent.type === 'AwaitExpression') return true;
		if (parent.type === 'ForOfStatement') return parent.await && parent.right === node;
		if (parent.type === 'VariableDeclarator') return isVariableAwaited(parent.id, parents, scopes, seen);
		const next = whereItGoes(node, parent, parents);
		if (!next) return false;
		node = next;
	}
	return false;
}

/** The node around `node` that has its value as a promise or as one of several. */
function whereItGoes(node: Node, parent: SyntaxNode, parents: Parents): Node | undefined {
	switch (parent.type) {
		case 'ChainExpression':
		case 'ArrayExpression':
		case 'SpreadElement':
		case 'LogicalExpression':
			return parent;
		case 'ConditionalExpression':
			return parent.test === node ? undefined : parent;
		case 'MemberExpression':
			return PROMISE_METHODS.has(propertyName(parent) ?? '') ? calledBy(parent, parents) : undefined;
		case 'ArrowFunctionExpression':
			return parent.body === node ? mapCallOf(parent, parents) : undefined;
		case 'CallExpression':
			return parent.callee !== node && isPromiseCombinator(parent) ? parent : undefined;
		default:
			return undefined;
	}
}

const PROMISE_METHODS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

function calledBy(callee: Node, parents: Parents): Node | undefined {
	const call = parents.get(callee);
	return call?.type === 'CallExpression' && (call as CallExpression).callee === callee ? call : undefined;
}

/** `ids.map((id) => …)` around the function. */
function mapCallOf(callback: Node, parents: Parents): Node | undefined {
	const call = parents.get(callback);
	if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined;
	return ['map', 'flatMap'].includes(propertyName(call.callee) ?? '') ? call : undefined;
}

/** `Promise.all`, `Promise.allSettled`, `Promise.any`, `Promise.race`. */
function isPromiseCombinator({ callee }: CallExpression): boolean {
	return callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Promise';
}

function isVariableAwaited(id: Node, parents: Parents, scopes: Scopes, seen: Set<Node>): boolean {
	if (seen.has(id)) return false;
	seen.add(id);
	const variable = scopes.variables.find(({ identifiers }) => identifiers.some((named: unknown) => named === id));
	const reads = scopes.references.filter((reference) => variable && reference.variable === variable && !reference.writes);
	return reads.some(({ node }) => isAwaited(node, parents, scopes, seen));
}
