import { type Program as SyntaxTree, type Token, tokenizer, tokTypes } from 'acorn';
import type { Program } from './program.ts';
import { SYNTAX } from './syntax.ts';

/**
 * The interfaces and type aliases at the top level, as written. They are what stands between the statements of the tree, which has no types; the
 * text between two statements is only declarations, so each begins where the one before it ended.
 */
export function declaredTypes(tree: SyntaxTree, typed: string): Program['types'] {
	const types: { name: string; source: string }[] = [];
	let end = 0;
	for (const { start, next } of [...tree.body.map((node) => ({ start: node.start, next: node.end })), { start: typed.length, next: 0 }]) {
		if (start > end) types.push(...declarationsIn(typed.slice(end, start)));
		end = next;
	}
	return types;
}

function declarationsIn(gap: string): { name: string; source: string }[] {
	if (gap.trim() === '') return [];
	const tokens = tokensOf(gap);
	const depths = depthsOf(tokens);
	const starts = tokens.flatMap((token, index) =>
		depths[index] === 0 && startsDeclaration(tokens, index) ? [{ token, name: nameAfter(tokens, index) }] : [],
	);
	return starts.flatMap(({ token, name }, index) => {
		if (name === undefined) return [];
		const source = gap.slice(token.start, starts[index + 1]?.token.start).trim();
		return [{ name, source }];
	});
}

/** As far as the text can be read: what stands between the statements of pseudo-code may be anything. */
function tokensOf(text: string): Token[] {
	const tokens: Token[] = [];
	try {
		for (const token of tokenizer(text, SYNTAX)) tokens.push(token);
	} catch {
		// What came before counts.
	}
	return tokens;
}

/** `interface X`, `type X`, and what else may stand between statements. */
function startsDeclaration(tokens: readonly Token[], index: number): boolean {
	const token = tokens[index];
	const next = tokens[index + 1];
	const previous = tokens[index - 1];
	if (!token || !next || !['interface', 'type', 'declare', 'function', 'async', 'abstract'].includes(textOf(token))) return false;
	if (previous && (textOf(previous) === 'declare' || previous.type === tokTypes.dot)) return false;
	return next.type === tokTypes.name || next.type.keyword !== undefined;
}

/** How many brackets are open before each token. */
function depthsOf(tokens: readonly Token[]): number[] {
	let depth = 0;
	return tokens.map(({ type }) => {
		const before = depth;
		if (type === tokTypes.braceL || type === tokTypes.parenL || type === tokTypes.bracketL || type === tokTypes.dollarBraceL) depth += 1;
		if (type === tokTypes.braceR || type === tokTypes.parenR || type === tokTypes.bracketR) depth -= 1;
		return before;
	});
}

function nameAfter(tokens: readonly Token[], index: number): string | undefined {
	const token = tokens[index];
	const next = tokens[index + 1];
	return token && next && ['interface', 'type'].includes(textOf(token)) ? textOf(next) : undefined;
}

function textOf(token: Token): string {
	const { value } = token as Token & { value?: unknown };
	return typeof value === 'string' ? value : (token.type.keyword ?? '');
}
