import { type Options, tokenizer, tokTypes } from 'acorn';

/**
 * How deep a parser may have to descend, in tokens. Node's type stripper is WebAssembly: when it overflows its stack it stays broken for the life
 * of the process (measured: about 800 nested arrow functions, 1,600 brackets, 6,400 chained operators), so what could overflow must never reach it.
 * Here that is 130 nested arrow functions, 270 brackets, 3,000 operators: far beyond any program that people read.
 */
export const DEEPEST_NESTING = 3000;

/** A bracket, an arrow or a `<` costs a recursive-descent parser as much stack as about ten operators. */
const DESCENT = 10;

const OPENING = new Set([tokTypes.parenL, tokTypes.bracketL, tokTypes.braceL, tokTypes.dollarBraceL]);
const CLOSING = new Set([tokTypes.parenR, tokTypes.bracketR, tokTypes.braceR]);
const SEPARATING = new Set([tokTypes.comma, tokTypes.semi]);
/** Texts that another tokenizer may read as code: acorn takes `/` behind `f<T>` for the start of a regular expression, the stripper for a division. */
const OPAQUE = new Set([tokTypes.regexp, tokTypes.string, tokTypes.template, tokTypes.invalidTemplate]);

/**
 * An upper bound of the deepest nesting in TypeScript text, found without recursion: of every open bracket the tokens since its last `,` or `;`,
 * summed, and on top of it whatever strings, templates, regular expressions and comments could hold if they were code. Throws acorn's SyntaxError where the text is no sequence of tokens.
 */
export function measureNesting(source: string, options: Options): number {
	let inner: Level = { run: 0, angles: 0, around: undefined };
	let outside = 0;
	let deepest = 0;
	let opaque = 0;
	const onComment = (_block: boolean, text: string) => {
		opaque += depthWithin(text);
	};
	for (const token of tokenizer(source, { ...options, onComment })) {
		if (OPAQUE.has(token.type)) opaque += depthWithin(source.slice(token.start, token.end));
		if (OPENING.has(token.type)) {
			outside += depthOf(inner) + DESCENT;
			inner = { run: 0, angles: 0, around: inner };
		} else if (CLOSING.has(token.type) && inner.around) {
			inner = inner.around;
			outside -= depthOf(inner) + DESCENT;
			inner.run += 1;
		} else if (SEPARATING.has(token.type)) {
			inner.run = 0;
			// Type arguments do not end at a comma: `Map<string, Map<string, …`.
			if (token.type === tokTypes.semi) inner.angles = 0;
		} else {
			inner.run += token.type === tokTypes.arrow ? DESCENT : 1;
			inner.angles = Math.max(0, inner.angles + angleBrackets(token.type, source.slice(token.start, token.end)));
		}
		deepest = Math.max(deepest, outside + depthOf(inner));
	}
	return deepest + opaque;
}

/** The deepest that this text could nest if it were code: every opening character counts, no closing one. */
function depthWithin(text: string): number {
	const opening = text.match(/[([{<]|=>|`/g)?.length ?? 0;
	const operators = text.match(/[-+*/%&|^!~?=.:]/g)?.length ?? 0;
	const words = text.match(/\b(?:new|await|typeof|void|delete|keyof|else|do|if|for|as)\b/g)?.length ?? 0;
	return opening * DESCENT + operators + words;
}

/** What stands directly in one pair of brackets. */
interface Level {
	run: number;
	angles: number;
	readonly around: Level | undefined;
}

function depthOf({ run, angles }: Level): number {
	return run + angles * DESCENT;
}

function angleBrackets(type: unknown, text: string): number {
	if (type !== tokTypes.relational && type !== tokTypes.bitShift) return 0;
	if (/^<+$/.test(text)) return text.length;
	return /^>+$/.test(text) ? -text.length : 0;
}
