import { type Node, parse, type Token, tokTypes } from 'acorn';
import { nodesOf, SYNTAX, type SyntaxNode } from '../../src/code/syntax.ts';

/** A whole number from 0 up to, but without, `limit`. */
export type Pick = (limit: number) => number;

/**
 * The same program written in another way: white space, comments and line breaks wherever the language has none of its own opinion, quotes,
 * escapes, quoted and short keys, notations of numbers, brackets around expressions, commas at the end of lists, empty statements.
 */
export function reformat(text: string, pick: Pick): string {
	const tokens: Token[] = [];
	const tree = parse(text, { ...SYNTAX, onToken: tokens });
	const marks = marksOf(
		text,
		tokens,
		[...nodesOf(tree)].map(([node]) => node),
		pick,
	);
	let written = '';
	let before: Token | undefined;
	for (const token of tokens.filter(({ type }) => type !== tokTypes.eof)) {
		if (before) written += gapBetween(before, token, text, pick);
		const name = marks.names.get(token.start);
		written += (marks.before.get(token.start) ?? '') + (name ?? tokenText(token, text, pick)) + (marks.after.get(token.end) ?? '');
		if (marks.commas.has(token.end)) written += ',';
		before = token;
	}
	return written;
}

interface Marks {
	/** By where a token starts. */
	readonly before: Map<number, string>;
	/** By where a token ends. */
	readonly after: Map<number, string>;
	readonly commas: Set<number>;
	/** Keys in another notation, by where they start. */
	readonly names: Map<number, string>;
}

function marksOf(text: string, tokens: readonly Token[], nodes: readonly SyntaxNode[], pick: Pick): Marks {
	const marks: Marks = { before: new Map(), after: new Map(), commas: new Set(), names: new Map() };
	addBrackets(marks, text, nodes, pick);
	const indexes = new Map(tokens.map(({ start }, index) => [start, index]));
	for (const node of nodes) {
		const key = keyText(node, pick);
		if (key) marks.names.set(key.at, key.text);
		const closing = listEnd(node);
		const last = closing === undefined ? undefined : tokens[(indexes.get(closing - 1) ?? 0) - 1];
		if (last && last.type !== tokTypes.comma && pick(3) === 0) marks.commas.add(last.end);
		for (const { start } of statementsOf(node)) if (pick(6) === 0) put(marks.before, start, ';');
	}
	return marks;
}

function put(place: Map<number, string>, at: number, sign: string): void {
	place.set(at, sign + (place.get(at) ?? ''));
}

function addBrackets({ before, after }: Marks, text: string, nodes: readonly SyntaxNode[], pick: Pick): void {
	const statements = new Set(nodes.filter(({ type }) => type === 'ExpressionStatement').map(({ start }) => start));
	const spines = new Set(nodes.flatMap((node) => (node.type === 'ChainExpression' ? spineOf(node.expression) : [])));
	for (const inner of nodes.flatMap(expressionsIn)) {
		// What stands first in a statement would join the one before when that has no semicolon.
		const isSafe = !statements.has(inner.start) || text.slice(0, inner.start).trimEnd().endsWith(';');
		if (spines.has(inner) || !isSafe || pick(4) > 0) continue;
		put(before, inner.start, '(');
		put(after, inner.end, ')');
	}
}

function statementsOf(node: SyntaxNode): readonly Node[] {
	if (node.type === 'BlockStatement' || node.type === 'StaticBlock') return node.body;
	return node.type === 'SwitchCase' ? node.consequent : [];
}

/** `a?.b` in `a?.b.c`: with brackets around it the chain would end there. */
function spineOf(expression: Node): readonly Node[] {
	const node = expression as SyntaxNode;
	if (node.type !== 'MemberExpression' && node.type !== 'CallExpression') return [];
	const inner = node.type === 'MemberExpression' ? node.object : node.callee;
	return inner.type === 'MemberExpression' || inner.type === 'CallExpression' ? [inner, ...spineOf(inner)] : [];
}

/** The expressions right below a node around which brackets may stand. */
function expressionsIn(node: SyntaxNode): readonly Node[] {
	const found = (...parts: readonly (Node | null | undefined)[]) =>
		parts.filter((part) => part && !['Super', 'SpreadElement', 'PrivateIdentifier'].includes(part.type)) as readonly Node[];
	switch (node.type) {
		case 'BinaryExpression':
		case 'LogicalExpression':
			return found(node.left, node.right);
		case 'AssignmentExpression':
		case 'AssignmentPattern':
		case 'ForOfStatement':
		case 'ForInStatement':
			return found(node.right);
		case 'UnaryExpression':
		case 'AwaitExpression':
		case 'YieldExpression':
		case 'SpreadElement':
		case 'ReturnStatement':
		case 'ThrowStatement':
			return found(node.argument);
		case 'ConditionalExpression':
			return found(node.test, node.consequent, node.alternate);
		case 'IfStatement':
		case 'WhileStatement':
		case 'DoWhileStatement':
		case 'SwitchCase':
			return found(node.test);
		case 'ForStatement':
			return found(node.test, node.update);
		case 'SwitchStatement':
			return found(node.discriminant);
		case 'VariableDeclarator':
			return found(node.init);
		case 'CallExpression':
		case 'NewExpression':
			return found(node.callee, ...node.arguments);
		case 'ArrayExpression':
			return found(...node.elements);
		case 'TemplateLiteral':
			return found(...node.expressions);
		case 'MemberExpression':
			return found(node.object, node.computed ? node.property : undefined);
		case 'ObjectExpression':
			return found(...node.properties.map((property) => (isPlain(property) ? property.value : undefined)));
		case 'PropertyDefinition':
			return found(node.value);
		case 'ArrowFunctionExpression':
			return node.expression ? found(node.body) : [];
		case 'ExpressionStatement':
			return found(node.expression);
		case 'ClassDeclaration':
			return found(node.superClass);
		default:
			return [];
	}
}

function isPlain(property: SyntaxNode): property is Extract<SyntaxNode, { type: 'Property' }> {
	return property.type === 'Property' && !property.shorthand && !property.method && property.kind === 'init';
}

function keyText(node: SyntaxNode, pick: Pick): { at: number; text: string } | undefined {
	if (node.type !== 'Property' && node.type !== 'MethodDefinition' && node.type !== 'PropertyDefinition') return undefined;
	const { key } = node;
	const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
	if (node.computed || name === undefined || name === '__proto__' || pick(3) > 0) return undefined;
	const quoted = pick(2) === 0 || !/^[a-z]\w*$/i.test(name) ? textOf(name, pick) : name;
	return { at: key.start, text: node.type === 'Property' && node.shorthand ? `${quoted}: ${name}` : quoted };
}

/** Where a list ends that may have one more comma. */
function listEnd(node: SyntaxNode): number | undefined {
	const list =
		node.type === 'CallExpression' || node.type === 'NewExpression'
			? node.arguments
			: node.type === 'ArrayExpression' || node.type === 'ArrayPattern'
				? node.elements
				: node.type === 'ObjectExpression' || node.type === 'ObjectPattern'
					? node.properties
					: [];
	const last = list.at(-1);
	return last && last.type !== 'RestElement' ? node.end : undefined;
}

const GAPS = [' ', '\t', '  ', ' /* or not */ ', ' /**/ '] as const;
const BREAKS = ['\n', '\n\n\t', '\r\n', ' // so\n', ' /* from\nhere */ '] as const;
/** A line break behind these, or before those, ends a statement or makes something else of what follows. */
const HOLDS_ON = new Set(['return', 'throw', 'break', 'continue', 'yield', 'async', 'get', 'set', 'static']);
const HELD_ON = new Set(['=>', '++', '--']);
const FREE = new Set(['(', ')', '[', ']', '{', '}', ';', ',']);

function gapBetween(left: Token, right: Token, text: string, pick: Pick): string {
	const isTemplate = [left, right].some(({ type }) => type === tokTypes.template || type === tokTypes.invalidTemplate);
	if (isTemplate) return '';
	const [before, behind] = [text.slice(left.start, left.end), text.slice(right.start, right.end)];
	const written = text.slice(left.end, right.start);
	const gap = GAPS[pick(GAPS.length)] ?? ' ';
	const lineBreak = BREAKS[pick(BREAKS.length)] ?? '\n';
	// A line break may stand for a semicolon.
	if (written.includes('\n') && !['(', '[', '{', ';', ','].includes(before)) return lineBreak;
	const mayBreak = !HOLDS_ON.has(before) && !HELD_ON.has(behind);
	const mayTouch = written === '' || FREE.has(before) || FREE.has(behind);
	const choice = pick(4);
	if (choice === 0 && mayBreak) return lineBreak;
	return choice === 1 && mayTouch ? '' : gap;
}

function tokenText({ type, start, end, value }: Token & { value?: unknown }, text: string, pick: Pick): string {
	if (type === tokTypes.string) return textOf(String(value), pick);
	if (type === tokTypes.num && typeof value === 'bigint') return [`${value}n`, `0x${value.toString(16)}n`][pick(2)] ?? '';
	if (type !== tokTypes.num || typeof value !== 'number' || !Number.isInteger(value)) return text.slice(start, end);
	const [first = '', ...rest] = String(value);
	return [String(value), `0x${value.toString(16)}`, `${value}.0`, `${first}${rest.map((digit) => `_${digit}`).join('')}`][pick(4)] ?? '';
}

function textOf(value: string, pick: Pick): string {
	const quote = pick(2) === 0 ? "'" : '"';
	const characters = [...value].map((character) => {
		const code = character.codePointAt(0) ?? 0;
		if (pick(12) === 0) return [`\\u{${code.toString(16)}}`, `\\u{0${code.toString(16).toUpperCase()}}`][pick(2)];
		return character === quote || character === '\\' || code < 32 ? `\\u${code.toString(16).padStart(4, '0')}` : character;
	});
	return `${quote}${characters.join('')}${quote}`;
}
