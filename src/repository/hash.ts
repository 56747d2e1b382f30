import type { FunctionDeclaration, Literal, Program as SyntaxTree, TemplateElement } from 'acorn';
import type { FunctionSource } from '../code/program.ts';
import { analyseScopes } from '../code/scopes.ts';
import { isNode, type SyntaxNode } from '../code/syntax.ts';
import { hashJson } from '../json.ts';

/** Where something stands, how it was written, and what follows from other fields. */
const NOTATION = new Set(['start', 'end', 'loc', 'range', 'raw', 'shorthand', 'directive']);

/**
 * The same for functions that do the same by the same steps: formatting (white space, comments, quotes, escapes, quoted keys, how a number is
 * written, brackets and commas that change nothing), types, the function's own name and those of its parameters, locals and labels do not matter;
 * everything else does (literals, properties, operators, order, and what it calls). 16 hex digits.
 *
 * `used` has the hashes of functions it calls, by the name it calls them: those are known by what they do. Everything else that it does not
 * declare is known by its name, tools above all.
 */
export function functionHash(fn: Pick<FunctionSource, 'node'>, used: ReadonlyMap<string, string> = new Map()): string {
	return hashJson(new Normaliser(namesIn(fn.node), used).part(fn.node));
}

interface Names {
	/** For each node that names a local: what it declares or refers to, each known by the node that declares it. */
	readonly locals: ReadonlyMap<unknown, ReadonlySet<unknown>>;
	/** The nodes that name something which the function does not declare. */
	readonly free: ReadonlySet<unknown>;
}

function namesIn(node: FunctionDeclaration): Names {
	const tree = { type: 'Program', sourceType: 'module', body: [node], start: node.start, end: node.end, range: node.range } as SyntaxTree;
	const { references, variables } = analyseScopes(tree);
	const free = references.filter(({ variable }) => !variable).map((reference) => reference.node);
	// What `eval` is given may speak of any local by its name.
	if (free.some(({ name }) => name === 'eval')) return { locals: new Map(), free: new Set() };
	const locals = new Map<unknown, Set<unknown>>();
	// A class is one variable inside and another outside of itself, both declared by the same node. `var e` in `catch (e)` declares one and
	// assigns the other. `arguments` is declared nowhere and cannot be renamed.
	const add = (named: unknown, [declaration]: readonly unknown[] = []) => {
		if (declaration) locals.set(named, (locals.get(named) ?? new Set()).add(declaration));
	};
	for (const variable of variables) for (const identifier of variable.identifiers) add(identifier, variable.identifiers);
	for (const reference of references) add(reference.node, reference.variable?.identifiers);
	return { locals, free: new Set(free) };
}

/** The tree without notation, every local and label numbered in the order in which it is met: scopes decide what is the same one, not spelling. */
class Normaliser {
	readonly #names: Names;
	readonly #used: ReadonlyMap<string, string>;
	readonly #numbers = new Map<unknown, number>();
	/** Of the statement that is being looked at: a label's name -> the statement that has it. */
	#labels: ReadonlyMap<string, unknown> = new Map();

	constructor(names: Names, used: ReadonlyMap<string, string>) {
		this.#names = names;
		this.#used = used;
	}

	part(value: unknown): unknown {
		if (Array.isArray(value)) return value.filter((element) => !isEmptyStatement(element)).map((element) => this.part(element));
		if (!isNode(value)) return value;
		const local = this.#names.locals.get(value);
		if (local) return { local: [...local].map((declaration) => this.#number(declaration)) };
		return this.#node(value);
	}

	#node(node: SyntaxNode): unknown {
		switch (node.type) {
			case 'Identifier':
				return this.#named(node);
			case 'Literal':
				return literal(node);
			case 'EmptyStatement':
				return { type: 'BlockStatement', body: [] };
			case 'LabeledStatement':
				return this.#labelled(node.label.name, node);
			case 'BreakStatement':
			case 'ContinueStatement':
				return { type: node.type, ...(node.label && { label: this.#number(this.#labels.get(node.label.name)) }) };
			case 'TemplateLiteral':
				return this.#template(node.quasis, node.expressions);
			case 'TaggedTemplateExpression':
				// The tag sees how the text was written.
				return { type: node.type, tag: this.part(node.tag), raw: node.quasi.quasis.map(raw), values: this.part(node.quasi.expressions) };
			case 'ObjectExpression':
				return { type: node.type, properties: node.properties.map((property) => ({ ...this.#fields(property), ...prototype(property) })) };
			default:
				return this.#fields(node);
		}
	}

	#fields(node: SyntaxNode): object {
		const fields = Object.entries(node).filter(([field]) => !NOTATION.has(field));
		return { ...Object.fromEntries(fields.map(([field, value]) => [field, this.part(value)])), ...keyOf(node) };
	}

	#named(node: SyntaxNode & { readonly name: string }): unknown {
		const hash = this.#names.free.has(node) ? this.#used.get(node.name) : undefined;
		return hash === undefined ? { type: node.type, name: node.name } : { function: hash };
	}

	#labelled(name: string, node: SyntaxNode & { readonly body: SyntaxNode }): unknown {
		const around = this.#labels;
		this.#labels = new Map(around).set(name, node);
		const normal = { type: node.type, label: this.#number(node), body: this.part(node.body) };
		this.#labels = around;
		return normal;
	}

	#template(quasis: readonly TemplateElement[], expressions: readonly SyntaxNode[]): unknown {
		const texts = quasis.map(({ value }) => value.cooked);
		return expressions.length === 0 ? { string: texts[0] } : { texts, values: this.part(expressions) };
	}

	#number(named: unknown): number {
		const number = this.#numbers.get(named) ?? this.#numbers.size;
		this.#numbers.set(named, number);
		return number;
	}
}

/** JSON alone would take Infinity (`1e999`) for null. */
function literal({ value, regex }: Literal): unknown {
	if (regex) return { pattern: regex.pattern, flags: [...regex.flags].sort().join('') };
	if (typeof value === 'number' || typeof value === 'bigint') return { [typeof value]: String(value) };
	return typeof value === 'string' ? { string: value } : { value };
}

function raw({ value }: TemplateElement): string {
	return value.raw;
}

/** `a: 1` and `'a': 1` are the same. */
function keyOf(node: SyntaxNode): object | undefined {
	if (node.type !== 'Property' && node.type !== 'MethodDefinition' && node.type !== 'PropertyDefinition') return undefined;
	if (node.computed || (node.key.type !== 'Identifier' && node.key.type !== 'Literal')) return undefined;
	return { key: { name: node.key.type === 'Identifier' ? node.key.name : String(node.key.value) } };
}

/** `{ __proto__: x }` sets the prototype; `{ __proto__ }` is a property like any other. */
function prototype(property: SyntaxNode): object | undefined {
	if (property.type !== 'Property' || !property.shorthand) return undefined;
	return property.key.type === 'Identifier' && property.key.name === '__proto__' ? { shorthand: true } : undefined;
}

function isEmptyStatement(node: unknown): boolean {
	return isNode(node) && node.type === 'EmptyStatement';
}
