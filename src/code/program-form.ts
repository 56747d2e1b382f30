import {
	type ArrowFunctionExpression,
	type CallExpression,
	type Comment,
	type Expression,
	type FunctionDeclaration,
	type FunctionExpression,
	type Node,
	type Program as SyntaxTree,
	tokenizer,
	tokTypes,
	type VariableDeclaration,
} from 'acorn';
import { analyseScopes } from './scopes.ts';
import { nodesOf, propertyName, SYNTAX, type SyntaxNode, withoutComments } from './syntax.ts';

/** A program's text with what was read from it; `javascript` has the length of `source`. */
export interface Reading {
	readonly source: string;
	readonly javascript: string;
	readonly tree: SyntaxTree;
	readonly comments: readonly Comment[];
}

/** A change to a program's text. */
export interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/**
 * What models write around a program and a program does not have, put into its form; empty when there is nothing to change:
 *
 * - `async function main() { … } main();` and `(async () => { … })();` around the main call: what is inside stands at the top level
 * - `const f = async (name: string) => { … };`: the function of that name
 * - `answer(…);` as the end: its `return`
 *
 * Lines stay where they are, and so do columns, but for those of a `return` that was missing. One kind at a time: what is inside a wrapper is
 * seen when the text is read again.
 */
export function programForm(reading: Reading): readonly Edit[] {
	const end = lastStatement(reading.tree);
	if (!end) return [];
	const functions = reading.tree.body.flatMap((node) => declaredFunction(node, reading) ?? []);
	if (functions.length > 0) return functions.flat();
	const wrapper = wrapperOf(end, reading);
	if (wrapper?.inPlace) return wrapper.edits;
	return isAnswerStatement(end) ? [{ start: end.start, end: end.start, text: 'return ' }] : [];
}

/** A function around the main call, and the statement that calls it. */
export interface MainWrapper {
	readonly name: string;
	readonly statement: Node;
	/** Its answer is that of the program. */
	readonly isReturned: boolean;
}

export function mainWrapper(reading: Reading): MainWrapper | undefined {
	const statement = lastStatement(reading.tree);
	const wrapper = statement && wrapperOf(statement, reading);
	return wrapper && { name: wrapper.name, statement, isReturned: statement.type === 'ReturnStatement' };
}

export function applyEdits(source: string, edits: readonly Edit[]): string {
	return [...edits]
		.sort((a, b) => b.start - a.start)
		.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), source);
}

/**
 * `export` and `export default` before a declaration, and `export default name;`, blanked out. Other exports stay: they are none of a program.
 * Never throws; where the text is no sequence of tokens, what comes before counts.
 */
export function withoutExports(source: string): string {
	if (!source.includes('export')) return source;
	const tokens: { readonly text: string; readonly start: number; readonly end: number }[] = [];
	try {
		for (const { type, start, end } of tokenizer(source, SYNTAX)) {
			tokens.push({ text: type === tokTypes.string || type === tokTypes.template ? '' : source.slice(start, end), start, end });
		}
	} catch {
		// Whoever reads the program says what is wrong with it.
	}
	const edits = tokens.flatMap(({ text, start }, index): Edit[] => {
		if (text !== 'export' || tokens[index - 1]?.text === '.') return [];
		const isDefault = tokens[index + 1]?.text === 'default';
		const [first, second] = tokens.slice(index + (isDefault ? 2 : 1));
		if (!first) return [];
		if (isDeclaration(first.text, second?.text, isDefault)) return [blank(source, start, first.start)];
		const isAlone = !second || second.text === ';' || source.slice(first.end, second.start).includes('\n');
		return isDefault && isName(first.text) && isAlone ? [blank(source, start, first.end)] : [];
	});
	return applyEdits(source, edits);
}

function isName(text: string): boolean {
	return /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(text) && !KEYWORDS_OF_VALUES.has(text);
}

const KEYWORDS_OF_VALUES: ReadonlySet<string> = new Set([
	'async',
	'await',
	'class',
	'false',
	'function',
	'new',
	'null',
	'this',
	'true',
	'void',
]);

function isDeclaration(first: string, second: string | undefined, isDefault: boolean): boolean {
	if (isDefault && (first === 'function' || first === 'class')) return second !== undefined && isName(second);
	if (first === 'async') return second === 'function';
	return ['function', 'class', 'interface'].includes(first) || (!isDefault && ['const', 'let', 'type'].includes(first));
}

/** The same length in spaces; lines stay. */
function blank(source: string, start: number, end: number): Edit {
	return { start, end, text: source.slice(start, end).replaceAll(/[^\r\n]/g, ' ') };
}

/** The last statement that is no declaration of a function. */
function lastStatement(tree: SyntaxTree): SyntaxNode | undefined {
	return tree.body.findLast((node) => node.type !== 'FunctionDeclaration' && node.type !== 'EmptyStatement');
}

/** `const f = async (x: T): R => {` as `async function f(x: T): R {`, which is no longer where the usual spaces were written. */
function declaredFunction(node: SyntaxNode, reading: Reading): Edit[] | undefined {
	const [declarator, ...others] =
		node.type === 'VariableDeclaration' && (node as VariableDeclaration).kind === 'const' ? node.declarations : [];
	const value = declarator?.init;
	if (declarator?.id.type !== 'Identifier' || !value || others.length > 0 || !isFunction(value) || value.body.type !== 'BlockStatement')
		return undefined;
	const { source } = reading;
	const opening = openingAfter(declarator.id.end, source);
	if (opening === undefined) return undefined;
	const room = opening - node.start;
	const head = `${value.async ? 'async ' : ''}function ${declarator.id.name}`;
	if (head.length > room || source.slice(node.start, opening).includes('\n')) return undefined;
	const declared = { start: node.start, end: opening, text: head.padStart(room) };
	if (value.type === 'FunctionExpression') return [declared];
	const arrow = withoutComments(reading.javascript, reading.comments).lastIndexOf('=>', value.body.start);
	return source.startsWith('=>', arrow) && arrow > opening ? [declared, blank(source, arrow, arrow + 2)] : undefined;
}

type FunctionValue = ArrowFunctionExpression | FunctionExpression;

function isFunction(node: Expression): node is FunctionValue {
	return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
}

/**
 * Where the list of type parameters or parameters begins behind a constant's name; undefined when it has no brackets, or the constant a type that
 * says more than the function's own.
 */
function openingAfter(position: number, source: string): number | undefined {
	for (const { type, start, end } of tokenizer(source.slice(position), SYNTAX)) {
		if (type === tokTypes.parenL || type === tokTypes.relational) return position + start;
		const text = source.slice(position + start, position + end);
		if (type !== tokTypes.eq && type !== tokTypes._function && text !== 'async') return undefined;
	}
	return undefined;
}

interface Wrapper {
	readonly name: string;
	/** False when what is inside would change its meaning, or could not be read, where it stands. */
	readonly inPlace: boolean;
	readonly edits: readonly Edit[];
}

/** The function that `statement` calls, if it is one that gives the answer itself: no function of the program does. */
function wrapperOf(statement: SyntaxNode, reading: Reading): Wrapper | undefined {
	const called = calledBy(statement);
	const { tree, source } = reading;
	const inline = called && (called.callee.type === 'Identifier' ? undefined : called.callee);
	const fn = inline ?? functionNamed(called?.callee, tree);
	if (!called || !fn || fn.body.type !== 'BlockStatement' || !answers(fn.body)) return undefined;
	const name = fn.type === 'FunctionDeclaration' ? fn.id.name : '(async () => { … })';
	const plain = called.isPlain && fn.params.length === 0 && !fn.generator;
	const outer = inline ? statement : fn;
	const edits = [
		blank(source, outer.start, fn.body.start + 1),
		blank(source, fn.body.end - 1, outer.end),
		...(inline ? [] : [blank(source, statement.start, statement.end)]),
	];
	return { name, inPlace: plain && (inline !== undefined || standsAlone(fn, statement, tree)), edits };
}

/** Called once, and with nothing in between that its body would then come before. */
function standsAlone(fn: Node, statement: SyntaxNode, tree: SyntaxTree): boolean {
	const name = fn.type === 'FunctionDeclaration' ? (fn as FunctionDeclaration).id.name : '';
	const between = tree.body.some(
		(node) => node !== statement && node.start > fn.start && node.type !== 'FunctionDeclaration' && node.type !== 'EmptyStatement',
	);
	return !between && analyseScopes(tree).references.filter(({ node }) => node.name === name).length === 1;
}

function functionNamed(callee: Node | undefined, tree: SyntaxTree): FunctionDeclaration | undefined {
	if (callee?.type !== 'Identifier') return undefined;
	const { name } = callee as Extract<SyntaxNode, { type: 'Identifier' }>;
	return tree.body.find((node): node is FunctionDeclaration => node.type === 'FunctionDeclaration' && node.id.name === name);
}

interface Called {
	readonly callee: Extract<Expression, { type: 'Identifier' }> | FunctionValue;
	/** Without arguments. */
	readonly isPlain: boolean;
}

/** The call that a statement is, behind `return`, `await`, `void` and `.catch(…)`. */
function calledBy(statement: SyntaxNode): Called | undefined {
	let node = expressionOf(statement);
	while (node && !isOwnCall(node)) node = insideOf(node);
	return node && { callee: node.callee, isPlain: node.arguments.length === 0 };
}

function expressionOf(statement: SyntaxNode): Expression | undefined {
	if (statement.type === 'ReturnStatement') return statement.argument ?? undefined;
	return statement.type === 'ExpressionStatement' ? statement.expression : undefined;
}

function isOwnCall(node: Expression): node is CallExpression & { callee: Called['callee'] } {
	return node.type === 'CallExpression' && (node.callee.type === 'Identifier' || isFunction(node.callee as Expression));
}

/** What `node` waits for, discards, or handles the errors of. */
function insideOf(node: Expression): Expression | undefined {
	if (node.type === 'AwaitExpression' || node.type === 'UnaryExpression') return node.argument;
	if (node.type === 'ChainExpression') return node.expression;
	if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.callee.object.type === 'Super') return undefined;
	return PROMISE_METHODS.has(propertyName(node.callee) ?? '') ? node.callee.object : undefined;
}

const PROMISE_METHODS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

/** Whether the statements themselves call `answer`, not a function inside them. */
function answers(body: SyntaxNode): boolean {
	const nodes = [...nodesOf(body)].map(([node]) => node);
	const inner = nodes.filter(({ type }) => type.includes('Function'));
	return nodes.some((node) => isAnswer(node) && !inner.some((fn) => fn.start <= node.start && node.end <= fn.end));
}

function isAnswer(node: SyntaxNode): boolean {
	return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'answer';
}

function isAnswerStatement(statement: SyntaxNode): boolean {
	if (statement.type !== 'ExpressionStatement') return false;
	const { expression } = statement;
	return isAnswer(expression.type === 'AwaitExpression' ? expression.argument : expression);
}
