import type { CallExpression } from 'acorn';
import { type Callees, calleesOf } from './callees.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { missingAwaits } from './missing-await.ts';
import type { Program } from './program.ts';
import { nodesOf, type Parents, parentsOf, propertyName, type SyntaxNode } from './syntax.ts';

/** Printed types longer than that are cut: a toolset prints as all its tools. */
const TYPE_CHARACTERS = 120;
const MESSAGE_CHARACTERS = 500;

const FORGOT_AWAIT = 2773;
const ARGUMENT_NOT_PROVIDED = 6210;
/** Names nobody declared, the last ones with the compiler's advice about libraries, which a program cannot follow. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
	2304, 2552, 2503, 2662, 2663, 18004, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2868,
]);
/** Wrong whatever the data is: used before its declaration, assigned to a constant, called without being a function. */
const CERTAIN: ReadonlySet<number> = new Set([2448, 2588]);
const NOT_CALLABLE: ReadonlySet<number> = new Set([2349, 2351]);
const NO_PROPERTY: ReadonlySet<number> = new Set([2339, 2551]);
const DID_YOU_MEAN = 2551;
const NO_ELEMENT = 7053;
const ALWAYS_TRUE_PROMISE = 2801;
/** Unknown properties in an object literal, missing and surplus arguments: wrong in a call of ours, harmless in one of the language. */
const ARGUMENTS: ReadonlySet<number> = new Set([2353, 2554, 2555, 2556, 2559, 2561]);
const MISFITS: ReadonlySet<number> = new Set([2322, 2345, 2739, 2740, 2741, 2769, 2820]);

/**
 * Judges what the compiler found. Blocking is what is wrong whatever data the tools return: unknown tools, names and arguments, values that cannot
 * fit, missing awaits. All else is advice: descriptions of responses are often incomplete, and a program that reads beyond them often works.
 */
export function diagnose(program: Program, findings: readonly Finding[]): Diagnostic[] {
	const parents = parentsOf(program.tree);
	const nodes = [...nodesOf(program.tree)];
	const context: Context = { program, nodes, parents, callees: calleesOf(program), assigned: assignedProperties(nodes) };
	const found = findings.map((finding) => ({ start: finding.start, diagnostic: judge(finding, context) }));
	const awaits = missingAwaits(program, context.callees, parents).filter(({ call }) => {
		// What is wrong with the thing called comes first: awaiting it would not help.
		return !found.some(({ start, diagnostic }) => diagnostic.blocking && call.start <= start && start < call.callee.end);
	});
	const diagnostics = [...awaits, ...found].map(({ diagnostic }) => diagnostic);
	return diagnostics.sort((a, b) => a.line - b.line || a.column - b.column);
}

interface Context {
	readonly program: Program;
	/** With their depths. */
	readonly nodes: readonly (readonly [SyntaxNode, number])[];
	/** Names of properties that the program assigns: `counts.total = 0` creates what is then read. */
	readonly assigned: ReadonlySet<string>;
	readonly parents: Parents;
	readonly callees: Callees;
}

function judge(finding: Finding, context: Context): Diagnostic {
	const path = pathTo(finding, context);
	const node = path[0];
	const unknownTool = node && unknownToolText(finding, node, context);
	return {
		...positionOf(finding.start, context.program.source),
		code: `TS${finding.code}`,
		message: shorten(unknownTool ?? wordsOf(finding)),
		blocking: unknownTool !== undefined || blocks(finding, path, context),
		...(MISFITS.has(finding.code) && finding.misfit && { misfit: true }),
	};
}

/** The nodes around a finding, innermost first; empty for a finding in a type, which does not exist when the program runs. */
function pathTo({ start, end }: Finding, { program, nodes }: Context): readonly SyntaxNode[] {
	if (program.javascript.slice(start, end).trim() === '') return [];
	const around = nodes.filter(([node]) => node.start <= start && start < node.end);
	return around.sort(([, a], [, b]) => b - a).map(([node]) => node);
}

function blocks(finding: Finding, path: readonly SyntaxNode[], context: Context): boolean {
	const { code, reasons, hints, misfit, owner } = finding;
	const [node] = path;
	if (!node) return false;
	if (hints.has(FORGOT_AWAIT) || code === ALWAYS_TRUE_PROMISE || isPromiseGiven(finding)) return true;
	if (UNKNOWN_NAME.has(code) || CERTAIN.has(code)) return true;
	if (NOT_CALLABLE.has(code)) return reasons.some((reason) => reason.includes('has no call signatures')) && !ofUnion(finding);
	if (NO_PROPERTY.has(code)) return !ofUnion(finding) && !context.assigned.has(nameOf(node) ?? '') && lacksProperty(code, owner);
	if (ARGUMENTS.has(code)) return inOurCall(path, context);
	return MISFITS.has(code) && misfit && inOurCall(path, context);
}

/**
 * ECMAScript's types are complete. Those of tools and of the program's own objects are believed when the name is nearly that of a property: then it
 * is a slip, otherwise it may be data that nobody described.
 */
function lacksProperty(code: number, owner: Finding['owner']): boolean {
	return owner === 'language' || (code === DID_YOU_MEAN && (owner === 'tools' || owner === 'literal'));
}

function ofUnion({ code, reasons }: Finding): boolean {
	return NO_PROPERTY.has(code) ? reasons.length > 0 : reasons.some((reason) => /union type|constituent/.test(reason));
}

function assignedProperties(nodes: Context['nodes']): ReadonlySet<string> {
	const targets = nodes.flatMap(([node]) => (node.type === 'AssignmentExpression' ? [node.left] : []));
	return new Set(targets.flatMap((target) => (target.type === 'MemberExpression' ? (propertyName(target) ?? []) : [])));
}

function nameOf(node: SyntaxNode): string | undefined {
	return node.type === 'Identifier' ? node.name : undefined;
}

/** Whether the innermost call around the place, within the same function, is one of a tool or of a stored or own function. */
function inOurCall(path: readonly SyntaxNode[], { callees }: Context): boolean {
	const around = path.find((node) => node.type === 'CallExpression' || node.type === 'NewExpression' || node.type.includes('Function'));
	return around?.type === 'CallExpression' && callees.isOurs(around as CallExpression);
}

/** `tmdb has no tool serchPerson`, of an access to a toolset itself. */
function unknownToolText({ code, text, reasons }: Finding, node: SyntaxNode, { parents, callees }: Context): string | undefined {
	if (!NO_PROPERTY.has(code) && code !== NO_ELEMENT) return undefined;
	const access = node.type === 'MemberExpression' ? node : parents.get(node);
	if (access?.type === 'MemberExpression') {
		const toolset = callees.toolset(access.object);
		if (!toolset) return undefined;
		const suggestion = /Did you mean '([^']+)'\?$/.exec(reasons.at(-1) ?? text)?.[1];
		return `${toolset} has no tool ${propertyName(access) ?? 'of that name'}.${suggestion ? ` Did you mean ${toolset}.${suggestion}?` : ''}`;
	}
	return unknownDestructured(node, parents, callees);
}

/** `const { serchPerson } = tmdb` */
function unknownDestructured(node: SyntaxNode, parents: Parents, callees: Callees): string | undefined {
	const property = node.type === 'Property' ? node : parents.get(node);
	const declarator = property && parents.get(parents.get(property) ?? property);
	if (property?.type !== 'Property' || declarator?.type !== 'VariableDeclarator' || !declarator.init) return undefined;
	const toolset = callees.toolset(declarator.init);
	return toolset && property.key.type === 'Identifier' ? `${toolset} has no tool ${property.key.name}.` : undefined;
}

/** A promise where its value is meant; the compiler says so for whole arguments, not for their properties. */
function isPromiseGiven({ code, text }: Finding): boolean {
	return MISFITS.has(code) && /^(Type|Argument of type) 'Promise<.*>' is not assignable to (parameter of )?type '(?!Promise)/s.test(text);
}

function wordsOf(finding: Finding): string {
	const { code, text, reasons, hints } = finding;
	if (isPromiseGiven(finding)) return "A Promise is given where its value is needed. Did you forget to use 'await'?";
	if (UNKNOWN_NAME.has(code)) {
		const [sentence = text] = text.split(' Do you need to ');
		return sentence.includes('Did you mean') ? sentence : `${sentence} Only ECMAScript, the tools and the functions of the program exist.`;
	}
	const reason = reasons.at(-1);
	const hint = hints.get(FORGOT_AWAIT) ?? hints.get(ARGUMENT_NOT_PROVIDED);
	return [text, reason, hint].filter((part) => part !== undefined && part !== '').join(' ');
}

function shorten(message: string): string {
	const types = message.replaceAll(/'([^']*)'/g, (quoted, type: string) =>
		type.length > TYPE_CHARACTERS ? `'${type.slice(0, TYPE_CHARACTERS)}…'` : quoted,
	);
	return types.length > MESSAGE_CHARACTERS ? `${types.slice(0, MESSAGE_CHARACTERS)}…` : types;
}

function positionOf(offset: number, source: string): { line: number; column: number } {
	const before = source.slice(0, Math.max(0, offset));
	return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
