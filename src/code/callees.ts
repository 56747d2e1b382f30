import type { CallExpression, Identifier, Node, VariableDeclarator } from 'acorn';
import { isGuestGlobal } from './guest-globals.ts';
import type { Program } from './program.ts';
import { analyseScopes } from './scopes.ts';

/** What a call goes to, as far as the program's text tells. */
export interface Callees {
	/** A tool, a stored function or one of the program itself, rather than something of the language. */
	isOurs(call: CallExpression): boolean;
	/** A member of something that the program does not declare and the language does not have: a tool. */
	isTool(call: CallExpression): boolean;
	/** A tool, or a function of the program that is declared `async`. */
	isAsync(call: CallExpression): boolean;
	/** The toolset that `node` names. */
	toolset(node: Node): string | undefined;
}

export function calleesOf(program: Program): Callees {
	const undeclared = undeclaredNames(program);
	const asynchronous = new Set(program.functions.filter((fn) => fn.async).map((fn) => fn.name));
	const isTool = ({ callee }: CallExpression) => callee.type === 'MemberExpression' && undeclared.has(callee.object);
	const named = ({ callee }: CallExpression): Identifier | undefined => (callee.type === 'Identifier' ? callee : undefined);
	return {
		isTool,
		isOurs: (call) => {
			const callee = named(call);
			return isTool(call) || (callee !== undefined && (callee.name === 'answer' || !isGuestGlobal(callee.name)));
		},
		isAsync: (call) => isTool(call) || asynchronous.has(named(call)?.name ?? ''),
		toolset: (node) => undeclared.get(node),
	};
}

/** The names that stand for something outside the program, directly or as a constant's only value (`const t = tmdb`). */
function undeclaredNames(program: Program): ReadonlyMap<Node, string> {
	const { references } = analyseScopes(program.tree);
	const names = new Map<Node, string>();
	for (const { node, variable } of references) {
		if (!variable && !isGuestGlobal(node.name)) names.set(node, node.name);
	}
	for (const { node, variable } of references) {
		const declaration: unknown = variable?.defs[0]?.node;
		const init = isDeclarator(declaration) && declaration.id.type === 'Identifier' ? declaration.init : undefined;
		const name = init ? names.get(init) : undefined;
		if (name !== undefined) names.set(node, name);
	}
	return names;
}

function isDeclarator(node: unknown): node is VariableDeclarator {
	return typeof node === 'object' && node !== null && 'type' in node && node.type === 'VariableDeclarator';
}
