import { type Node, parse, type Token } from 'acorn';
import { applyEdits, type Edit } from '../../src/code/program-form.ts';
import { analyseScopes } from '../../src/code/scopes.ts';
import { nodesOf, SYNTAX, type SyntaxNode } from '../../src/code/syntax.ts';
import { namesOf } from './rename-locals.ts';

/** A text that is another program. */
export interface Mutant {
	readonly operator: string;
	readonly text: string;
}

type Edits = readonly Edit[];

interface Subject {
	readonly text: string;
	readonly tokens: readonly Token[];
	/** Names of properties, which are no values. */
	readonly keys: ReadonlySet<Node>;
}

const SWAPS: Readonly<Record<string, readonly string[]>> = {
	'<': ['<=', '>'],
	'<=': ['<'],
	'>': ['>=', '<'],
	'>=': ['>'],
	'===': ['!==', '=='],
	'!==': ['==='],
	'+': ['-'],
	'-': ['+'],
	'*': ['/'],
	'/': ['*'],
	'%': ['*'],
	'**': ['*'],
	'&&': ['||'],
	'||': ['&&', '??'],
	'??': ['||'],
	'=': ['+='],
	'+=': ['-=', '='],
	'-=': ['+='],
	'??=': ['||='],
	'&&=': ['||='],
	'>>=': ['<<='],
	'++': ['--'],
	'--': ['++'],
	'!': ['-'],
	'&': ['|'],
	'|': ['&'],
	'<<': ['>>'],
	instanceof: ['in'],
	in: ['instanceof'],
};

/** For each operator, the edits that make a mutant of a node; those that are no programs are left out later. */
const OPERATORS: Readonly<Record<string, (node: SyntaxNode, subject: Subject) => readonly Edits[]>> = {
	'operator swapped': operatorSwaps,
	'literal changed': literalChanges,
	'condition negated': (node, { text }) => {
		const test = 'test' in node ? (node.test as Node | null) : undefined;
		return test ? [[replaced(test, `!(${textOf(test, text)})`)]] : [];
	},
	'arguments swapped': (node, { text }) => ('arguments' in node ? neighbours(node.arguments, text) : []),
	'branches swapped': (node, { text }) =>
		node.type === 'ConditionalExpression'
			? neighbours([node.consequent, node.alternate], text, ([one, other]) => [`(${one})`, `(${other})`])
			: [],
	'statement removed': (node) => statementsOf(node).map((statement) => [replaced(statement, ';')]),
	'statements swapped': (node, { text }) => neighbours(statementsOf(node), text),
	'await removed': (node, subject) => (node.type === 'AwaitExpression' ? [[tokenAfter(node.start, subject, 'await', '')]] : []),
	'property renamed': (node) => {
		const isRead = node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier';
		return isRead ? [[replaced(node.property, `${textOfName(node.property)}X`)]] : [];
	},
	'key renamed': (node, { text }) => {
		if (node.type !== 'Property' || node.computed) return [];
		const written = node.shorthand ? textOf(node.value, text) : undefined;
		return [[written ? replaced(node, `keyX: ${written}`) : replaced(node.key, 'keyX')]];
	},
	'chain without its question': (node, subject) => {
		if (node.type === 'CallExpression' && node.optional) return [[tokenAfter(node.callee.end, subject, '?.', '')]];
		return node.type === 'MemberExpression' && node.optional
			? [[tokenAfter(node.object.end, subject, '?.', node.computed ? '' : '.')]]
			: [];
	},
	'chain with a question': (node, subject) =>
		node.type === 'MemberExpression' && !node.optional && !node.computed ? [[tokenAfter(node.object.end, subject, '.', '?.')]] : [],
	'default removed': (node, { text }) => (node.type === 'AssignmentPattern' ? [[replaced(node, textOf(node.left, text))]] : []),
	'value not returned': (node) => (node.type === 'ReturnStatement' && node.argument ? [[replaced(node, 'return;')]] : []),
	'declared in another way': (node, subject) =>
		node.type === 'VariableDeclaration' ? [[tokenAfter(node.start, subject, node.kind, node.kind === 'let' ? 'var' : 'let')]] : [],
	'rest taken as one': (node, { text }) =>
		node.type === 'SpreadElement' || node.type === 'RestElement' ? [[replaced(node, textOf(node.argument, text))]] : [],
	'jump changed': (node) => {
		if (node.type !== 'BreakStatement' && node.type !== 'ContinueStatement') return [];
		const other = node.type === 'BreakStatement' ? 'continue' : 'break';
		return [
			[replaced(node, `${other}${node.label ? ` ${node.label.name}` : ''};`)],
			...(node.label ? [[replaced(node, `${other};`)]] : []),
		];
	},
	'member made static': (node) =>
		node.type === 'MethodDefinition' && node.kind === 'method' && !node.static
			? [[{ start: node.start, end: node.start, text: 'static ' }]]
			: [],
};

/** Every program that is one change away, in the order of the text, and of the operators for each place. */
export function mutantsOf(text: string): readonly Mutant[] {
	const tokens: Token[] = [];
	const tree = parse(text, { ...SYNTAX, onToken: tokens });
	const nodes = [...nodesOf(tree)].map(([node]) => node);
	const keys = new Set<Node>(nodes.flatMap((node) => (isMember(node) && !node.computed ? [node.key] : [])));
	const subject = { text, tokens, keys };
	const changes = nodes.flatMap((node) =>
		Object.entries(OPERATORS).flatMap(([operator, editsOf]) => editsOf(node, subject).map((edits) => ({ operator, edits }))),
	);
	return [...changes, ...nameChanges(text)]
		.map(({ operator, edits }) => ({ operator, text: applyEdits(text, edits) }))
		.filter((mutant) => isProgram(mutant.text));
}

export const OPERATOR_NAMES: readonly string[] = [...Object.keys(OPERATORS), 'another local meant', 'outside name renamed'];

/** Locals that could be meant instead, and other names for what comes from outside. */
function nameChanges(text: string): readonly { operator: string; edits: Edits }[] {
	const named = namesOf(text);
	const { references, variables } = analyseScopes(named.tree);
	const locals = variables.filter(({ identifiers }) => identifiers.length > 0);
	const short = shorthands(named.tree);
	return references.flatMap(({ node, variable, writes }) => {
		if (short.has(node.start) || writes) return [];
		if (!variable) return [{ operator: 'outside name renamed', edits: [replaced(node, `${node.name}X`)] }];
		const others = locals.filter(({ name, scope }) => name !== node.name && isWithin(node, scope.block.range ?? [0, 0]));
		return others.slice(0, 2).map(({ name }) => ({ operator: 'another local meant', edits: [replaced(node, name)] }));
	});
}

function shorthands(tree: SyntaxNode): ReadonlySet<number> {
	return new Set([...nodesOf(tree)].flatMap(([node]) => (node.type === 'Property' && node.shorthand ? [node.start] : [])));
}

function isWithin(node: Node, [start, end]: readonly [number, number]): boolean {
	return start <= node.start && node.end <= end;
}

function isProgram(text: string): boolean {
	try {
		parse(text, SYNTAX);
		return true;
	} catch {
		return false;
	}
}

function operatorSwaps(node: SyntaxNode, subject: Subject): readonly Edits[] {
	if (!('operator' in node)) return [];
	const { operator } = node;
	const from = 'left' in node ? node.left.end : 'prefix' in node && !node.prefix ? node.argument.end : node.start;
	return (SWAPS[operator] ?? []).map((other) => [tokenAfter(from, subject, operator, other)]);
}

function literalChanges(node: SyntaxNode, { keys }: Subject): readonly Edits[] {
	if (node.type === 'TemplateElement') return [[{ start: node.end, end: node.end, text: 'x' }]];
	if (node.type !== 'Literal' || keys.has(node)) return [];
	if (node.regex) return [[{ start: node.end, end: node.end, text: node.regex.flags.includes('i') ? 'm' : 'i' }]];
	if (node.value === null) return [[replaced(node, 'undefined')]];
	if (typeof node.value === 'boolean') return [[replaced(node, String(!node.value))]];
	if (typeof node.value === 'string')
		return [[replaced(node, JSON.stringify(`${node.value}x`))], [replaced(node, JSON.stringify(`x${node.value}`))]];
	if (typeof node.value === 'bigint') return [[replaced(node, `${node.value + 1n}n`)], [replaced(node, String(node.value))]];
	const value = Number(node.value);
	return [
		[replaced(node, String(value + 1))],
		[replaced(node, `'${value}'`)],
		[replaced(node, `${value}${Number.isInteger(value) ? 'n' : '1'}`)],
		[replaced(node, `(-${value})`)],
	];
}

function statementsOf(node: SyntaxNode): readonly Node[] {
	const statements: readonly Node[] =
		node.type === 'BlockStatement' || node.type === 'StaticBlock' ? node.body : node.type === 'SwitchCase' ? node.consequent : [];
	return statements.filter(({ type }) => type !== 'EmptyStatement');
}

type Member = Extract<SyntaxNode, { type: 'Property' | 'MethodDefinition' | 'PropertyDefinition' }>;

function isMember(node: SyntaxNode): node is Member {
	return node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition';
}

/** Each two that stand side by side and differ, exchanged. */
function neighbours(
	nodes: readonly Node[],
	text: string,
	write: (pair: readonly [string, string]) => readonly [string, string] = (pair) => pair,
): readonly Edits[] {
	return nodes.slice(1).flatMap((second, index): Edits[] => {
		const first = nodes[index];
		if (!first || textOf(first, text) === textOf(second, text)) return [];
		const [one, other] = write([textOf(first, text), textOf(second, text)]);
		return [[replaced(first, other), replaced(second, one)]];
	});
}

function replaced({ start, end }: Node, text: string): Edit {
	return { start, end, text };
}

function textOf({ start, end }: Node, text: string): string {
	return text.slice(start, end);
}

function textOfName(node: SyntaxNode): string {
	return node.type === 'Identifier' ? node.name : '';
}

/** The next token that says `written`, replaced. */
function tokenAfter(position: number, { tokens, text }: Subject, written: string, other: string): Edit {
	const token = tokens.find(({ start, end }) => start >= position && text.slice(start, end) === written);
	if (!token) throw new Error(`no ${written} behind ${position} in ${text}`);
	return { start: token.start, end: token.end, text: ` ${other} ` };
}
