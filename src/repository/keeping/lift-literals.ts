import { type CallExpression, type Identifier, type Node, type TokenType, tokenizer, tokTypes } from 'acorn';
import type { Variable } from 'eslint-scope';
import { parseProgram } from '../../code/parse.ts';
import type { FunctionSource, Program } from '../../code/program.ts';
import { applyEdits, type Edit } from '../../code/program-form.ts';
import { calledFunctions } from '../../code/references.ts';
import { nodesOf, SYNTAX, type SyntaxNode } from '../../code/syntax.ts';
import {
	argumentOf,
	contains,
	type GivenLiteral,
	givenLiterals,
	isHeldBy,
	isRead,
	isTelling,
	literalGiven,
	literalOf,
	parameterOf,
	type Reading,
	readProgram,
	usesOf,
} from './given-literals.ts';

export interface Lifted {
	/** The very same object when nothing was lifted. */
	readonly program: Program;
	/** Names of functions that still hold what is particular to the question: they could answer another one as if it were this. */
	readonly unlifted: ReadonlySet<string>;
}

/**
 * What the main call gives to a parameter is particular to the question. Where the function, or one that it calls, holds it as a literal
 * nevertheless, the parameter takes its place: the program does the same as before, and its functions serve other questions.
 *
 * - A text is lifted wherever it is a value; a number where the parameter is not read, and the number stands once and is none of 0, 1 and -1.
 * - A function that is called on the way to a text is given the parameter as its last one.
 * - Nothing is lifted where that could change what the program does: where the parameter is assigned, hidden, given other values, or not the only
 *   one that is given this one, and where a function is not called but handed on.
 */
export function liftLiterals(program: Program): Lifted {
	const before = readProgram(program);
	const given = givenLiterals(before);
	const after = given.reduce((reading, literal) => liftOne(reading, literal, given), before);
	const unlifted = after.program.functions.filter((fn) => given.some((literal) => isHeldBy(fn, literal, after)));
	return { program: after.program, unlifted: new Set(unlifted.map(({ name }) => name)) };
}

function liftOne(reading: Reading, literal: GivenLiteral, all: readonly GivenLiteral[]): Reading {
	const isAmbiguous = all.some(({ name, index, value }) => name === literal.name && index !== literal.index && value === literal.value);
	const lifting = isAmbiguous ? undefined : liftingOf(literal, reading);
	const edits = lifting ? editsOf(lifting) : [];
	const parsed = edits.length > 0 ? parseProgram(applyEdits(reading.program.source, edits)) : undefined;
	return parsed?.ok ? readProgram(parsed.program) : reading;
}

/** One literal on its way into the parameter that it is given to. */
interface Lifting extends GivenLiteral {
	readonly reading: Reading;
	readonly fn: FunctionSource;
	readonly parameter: Variable;
}

/** Undefined when the parameter could be anything else than the literal. */
function liftingOf(literal: GivenLiteral, reading: Reading): Lifting | undefined {
	const fn = reading.program.functions.find(({ name }) => name === literal.name);
	const parameter = fn && parameterOf(fn, literal.index, reading);
	// `name?: string` could be undefined wherever the literal stands.
	if (!parameter || (fn.node.params[literal.index]?.type === 'Identifier' && fn.parameters[literal.index]?.optional)) return undefined;
	const isAssigned =
		parameter.identifiers.length > 1 ||
		parameter.references.some((reference) => reference.isWrite() && reference.identifier !== parameter.identifiers[0]);
	const isAlwaysGiven = usesOf(fn.name, reading).every(({ call }) => {
		const given = call && literalGiven(call, literal.index, reading);
		if (given) return literalOf(given) === literal.value;
		// A call of itself may pass the parameter on.
		const passed: unknown = call && argumentOf(call, literal.index);
		return parameter.references.some(({ identifier }) => identifier === passed);
	});
	return isAssigned || !isAlwaysGiven ? undefined : { ...literal, reading, fn, parameter };
}

function editsOf(lifting: Lifting): readonly Edit[] {
	const { fn, value, parameter } = lifting;
	const own = placesIn(fn, lifting);
	if (typeof value === 'number') return own.length === 1 && isTelling(value) && !isRead(parameter) ? own.map(replacing(lifting)) : [];
	if (value === '') return [];
	const helpers = helpersOf(lifting);
	const places = [...own, ...helpers.flatMap((helper) => placesIn(helper, lifting))];
	return [
		...places.map(replacing(lifting)),
		...helpers.flatMap((helper) => [declaring(helper, lifting), ...passing(helper, helpers, lifting)]),
	];
}

/** The places in a function's statements where the literal is a value and the parameter has its name. */
function placesIn({ node: { body } }: FunctionSource, lifting: Lifting): readonly SyntaxNode[] {
	const { source } = lifting.reading.program;
	return [...nodesOf(body)]
		.map(([node]) => node)
		.filter((node) => literalOf(node) === lifting.value && isValue(node, lifting.reading) && !isHidden(node, lifting))
		.filter(({ end }) => !/^\s*as\s+const\b/.test(source.slice(end)));
}

function isValue(node: SyntaxNode, { parents }: Reading): boolean {
	const parent = parents.get(node);
	switch (parent?.type) {
		case 'Property':
		case 'PropertyDefinition':
		case 'MethodDefinition':
			return parent.key !== node;
		case 'MemberExpression':
			return parent.property !== node;
		case 'UnaryExpression':
			return parent.operator !== '-';
		case 'TaggedTemplateExpression':
		case 'ExpressionStatement':
			return false;
		default:
			return true;
	}
}

/** Whether the parameter's name means something else there. */
function isHidden(node: SyntaxNode, { fn, parameter, reading }: Lifting): boolean {
	return reading.scopes.variables.some(({ name, scope }) => {
		const [start = 0, end = 0] = scope.block.range ?? [];
		const isInside = fn.node.start <= start && end <= fn.node.end && scope !== parameter.scope;
		return name === parameter.name && isInside && start <= node.start && node.end <= end;
	});
}

/** The functions that have to know the literal: those that hold it, and those on the way to them. */
function helpersOf(lifting: Lifting): readonly FunctionSource[] {
	const { fn, reading } = lifting;
	const calls = calledFunctions(reading.program, new Set());
	const reached = new Set(calls.get(fn.name));
	for (const name of reached) for (const next of calls.get(name) ?? []) reached.add(next);
	const able = reading.program.functions.filter((helper) => reached.has(helper.name) && helper !== fn && isExtensible(helper, lifting));
	const helpers = new Set(able.filter((helper) => placesIn(helper, lifting).length > 0));
	for (const { name } of helpers) for (const caller of able) if (calls.get(caller.name)?.has(name)) helpers.add(caller);
	return [...helpers];
}

/** Whether one more parameter at the end changes nothing else: the name is free, all calls are plain, and nothing counts arguments. */
function isExtensible({ name, node, parameters }: FunctionSource, { parameter, reading }: Lifting): boolean {
	const { references, variables } = reading.scopes;
	const named = [
		...references.map((reference) => reference.node),
		...variables.flatMap(({ identifiers }) => identifiers as unknown as Identifier[]),
	];
	const isTaken = named.some((one) => contains(node, one) && (one.name === parameter.name || one.name === 'arguments'));
	const isPlain = ({ arguments: given }: CallExpression) =>
		given.length === parameters.length && given.every(({ type }) => type !== 'SpreadElement');
	const isOpen = node.params.some(({ type }) => type === 'RestElement') || parameters.some(({ optional }) => optional);
	return !isTaken && !isOpen && usesOf(name, reading).every(({ call }) => call !== undefined && isPlain(call));
}

function replacing({ parameter, reading }: Lifting): (node: SyntaxNode) => Edit {
	return ({ start, end }) => {
		// `return'text'`
		const before = /[\w$]/.test(reading.program.source.charAt(start - 1)) ? ' ' : '';
		const behind = /[\w$]/.test(reading.program.source.charAt(end)) ? ' ' : '';
		return { start, end, text: before + parameter.name + behind };
	};
}

function declaring({ node: { id, params, body } }: FunctionSource, { fn, index, parameter, reading }: Lifting): Edit {
	const last = params.at(-1);
	const from = (last ?? id).end;
	const closing = tokensOf(reading, from, body.start).find(({ type }) => type === tokTypes.parenR);
	const type = fn.parameters[index]?.type ?? 'string';
	return appending(`${parameter.name}: ${type}`, last, closing?.start ?? from, reading);
}

/** In functions that have the parameter it is passed on; others give the literal. */
function passing({ name }: FunctionSource, helpers: readonly FunctionSource[], lifting: Lifting): readonly Edit[] {
	const { fn, parameter, reading, text } = lifting;
	return usesOf(name, reading).flatMap(({ node, call }) => {
		if (!call) return [];
		const has = helpers.some((helper) => contains(helper.node.body, node)) || (contains(fn.node.body, node) && !isHidden(node, lifting));
		return appending(has ? parameter.name : text, call.arguments.at(-1), call.end - 1, reading);
	});
}

/** `text` as one more element of a list that ends at `position`. */
function appending(text: string, last: Node | undefined, position: number, reading: Reading): Edit {
	const isOpen = !last || tokensOf(reading, last.end, position).some(({ type }) => type === tokTypes.comma);
	return { start: position, end: position, text: isOpen ? text : `, ${text}` };
}

/** Comments are none. */
function tokensOf({ program }: Reading, start: number, end: number): readonly { readonly type: TokenType; readonly start: number }[] {
	return [...tokenizer(program.javascript.slice(start, end), SYNTAX)].map((token) => ({ type: token.type, start: start + token.start }));
}
