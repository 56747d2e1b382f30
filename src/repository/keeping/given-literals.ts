import type { CallExpression, Identifier, Node } from 'acorn';
import type { Variable } from 'eslint-scope';
import type { FunctionSource, Program } from '../../code/program.ts';
import { analyseScopes, type Scopes } from '../../code/scopes.ts';
import { nodesOf, type Parents, parentsOf, type SyntaxNode } from '../../code/syntax.ts';

/** A literal that the main call gives to a parameter: what is particular to the question. */
export interface GivenLiteral {
	/** Of the function. */
	readonly name: string;
	/** Of the parameter. */
	readonly index: number;
	readonly value: string | number;
	/** As it is written. */
	readonly text: string;
}

/** A program with what is known of its names. */
export interface Reading {
	readonly program: Program;
	readonly scopes: Scopes;
	readonly parents: Parents;
}

export function readProgram(program: Program): Reading {
	return { program, scopes: analyseScopes(program.tree), parents: parentsOf(program.tree) };
}

/** In the order of the text. A constant of the program stands for its literal. */
export function givenLiterals(reading: Reading): readonly GivenLiteral[] {
	const { functions, source } = reading.program;
	return functions.flatMap(({ name }) =>
		usesOf(name, reading).flatMap(({ node, call }) => {
			if (!call || functions.some((fn) => contains(fn.node, node))) return [];
			return call.arguments.flatMap((_, index): GivenLiteral[] => {
				const literal = literalGiven(call, index, reading);
				const value = literal && literalOf(literal);
				return literal && value !== undefined ? [{ name, index, value, text: source.slice(literal.start, literal.end) }] : [];
			});
		}),
	);
}

/** Where a function of the program is named, and the call that this is; undefined where it is none. */
export interface Use {
	readonly node: Identifier;
	readonly call: CallExpression | undefined;
}

export function usesOf(name: string, { scopes, parents }: Reading): readonly Use[] {
	const named = scopes.references.filter(({ node, variable }) => variable && node.name === name && scopes.topLevel.has(variable));
	return named.map(({ node }) => {
		const parent = parents.get(node);
		return { node, call: parent?.type === 'CallExpression' && parent.callee === node ? parent : undefined };
	});
}

/** What a call gives to a parameter; undefined where that is known only when it runs, or nothing. */
export function argumentOf(call: CallExpression, index: number): SyntaxNode | undefined {
	const upTo = call.arguments.slice(0, index + 1);
	return upTo.some(({ type }) => type === 'SpreadElement') ? undefined : upTo[index];
}

export function literalGiven(call: CallExpression, index: number, { scopes }: Reading): SyntaxNode | undefined {
	const argument = argumentOf(call, index);
	const variable = argument?.type === 'Identifier' ? scopes.references.find(({ node }) => node === argument)?.variable : undefined;
	const literal = (variable && constantValue(variable)) ?? argument;
	return literal && literalOf(literal) !== undefined ? literal : undefined;
}

function constantValue({ defs: [definition] }: Variable): SyntaxNode | undefined {
	if (definition?.type !== 'Variable' || definition.parent.kind !== 'const' || definition.node.id.type !== 'Identifier') return undefined;
	return (definition.node.init ?? undefined) as SyntaxNode | undefined;
}

/** The value of a text or number, signs and templates without values included. */
export function literalOf(node: SyntaxNode): string | number | undefined {
	if (node.type === 'UnaryExpression') {
		const value = node.operator === '-' ? literalOf(node.argument) : undefined;
		return typeof value === 'number' ? -value : undefined;
	}
	if (node.type === 'TemplateLiteral') return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
	return node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number') ? node.value : undefined;
}

/** The variable of a parameter that is a plain name, with or without a default. */
export function parameterOf(fn: FunctionSource, index: number, { scopes }: Reading): Variable | undefined {
	const pattern = fn.node.params[index];
	const named: unknown = pattern?.type === 'AssignmentPattern' ? pattern.left : pattern;
	return scopes.variables.find(({ identifiers }) => identifiers.some((identifier: unknown) => identifier === named));
}

/** A default is written, not read. */
export function isRead(parameter: Variable): boolean {
	return parameter.references.some((reference) => reference.isRead());
}

/** Shorter texts, such as separators and codes of countries, stand in functions for reasons of their own. UTF-16 units. */
const SHORTEST_PARTICULAR = 3;

/**
 * Whether a function has the literal in it, in another case or inside a longer text, too: it may then answer any question as if it were this one.
 * A number counts where the function does not read the parameter it is given to. The default of that very parameter does not count.
 */
export function isHeldBy(fn: FunctionSource, { name, index, value }: GivenLiteral, reading: Reading): boolean {
	const isOwn = fn.name === name;
	const pattern = isOwn ? fn.node.params[index] : undefined;
	const ownDefault = pattern?.type === 'AssignmentPattern' ? pattern.right : undefined;
	const nodes = [...nodesOf(fn.node)].map(([node]) => node).filter((node) => node !== ownDefault);
	if (typeof value === 'number') {
		const parameter = isOwn && isTelling(value) ? parameterOf(fn, index, reading) : undefined;
		return parameter !== undefined && !isRead(parameter) && nodes.some((node) => literalOf(node) === value);
	}
	if (value.length < SHORTEST_PARTICULAR) return false;
	const words = new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(value)}(?![\\p{L}\\p{N}])`, 'u');
	return nodes.flatMap(textsOf).some((text) => words.test(text) || text.toLowerCase() === value.toLowerCase());
}

/** Whether a number says something by itself: others stand everywhere, as first index or step. */
export function isTelling(value: number): boolean {
	return Math.abs(value) > 1 || !Number.isInteger(value);
}

function textsOf(node: SyntaxNode): readonly string[] {
	if (node.type === 'TemplateElement') return [node.value.cooked ?? node.value.raw];
	if (node.type !== 'Literal') return [];
	return [typeof node.value === 'string' ? node.value : (node.regex?.pattern ?? '')];
}

export function contains(outer: Node, inner: Node): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}
