import { type Token, tokenizer, tokTypes } from 'acorn';

/** What the tokens of a text tell about the program it may be. */
export interface CodeShape {
	/** Ends where its brackets, strings and comments end, and holds no prose. Not a proof that it parses. */
	readonly whole: boolean;
	/** Something happens in it: it declares, calls or returns. */
	readonly code: boolean;
	/** More than a text that merely looks like code: it declares something or awaits. */
	readonly statements: boolean;
	/** Has a `return` outside every function: the end of a main call. */
	readonly returns: boolean;
	/** Functions, classes, variables and types of the top level. */
	readonly declares: ReadonlySet<string>;
	/** Names it uses and declares nowhere itself, members of objects left out. */
	readonly needs: ReadonlySet<string>;
}

/** Names of TypeScript that may stand right before another name. */
const BEFORE_NAME = new Set(
	'async await yield let type interface declare namespace abstract readonly static public private protected override get set of as is keyof infer unique asserts satisfies implements from'.split(
		' ',
	),
);

/** … and those that may stand right after one. */
const AFTER_NAME = new Set('of as is satisfies implements from'.split(' '));

const DECLARING_NAMES = new Set(['let', 'type', 'interface']);
const DECLARING_KEYWORDS = new Set([tokTypes._function, tokTypes._class, tokTypes._const, tokTypes._var]);
const OPENING = new Set([tokTypes.braceL, tokTypes.parenL, tokTypes.bracketL, tokTypes.dollarBraceL]);
const CLOSING = new Set([tokTypes.braceR, tokTypes.parenR, tokTypes.bracketR]);
/** Code never ends with these. */
const UNFINISHED = new Set([tokTypes.dot, tokTypes.comma, tokTypes.colon, tokTypes.eq, tokTypes.question, tokTypes.arrow, tokTypes.prefix]);

/**
 * Reads tokens only: a model's reply is hostile input, and a recursive parser can be made to overflow, while reading tokens needs no stack and
 * takes TypeScript as it is. Whether a program is right is decided later, by the review.
 */
export function shapeOf(source: string): CodeShape {
	const reader = new ShapeReader(source);
	try {
		for (const token of tokenizer(source, { ecmaVersion: 'latest', sourceType: 'module' })) reader.read(token);
		return reader.shape(true);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		return reader.shape(false);
	}
}

class ShapeReader {
	readonly #source: string;
	readonly #declares = new Set<string>();
	readonly #declaresInside = new Set<string>();
	readonly #uses = new Set<string>();
	#previous: Token | undefined;
	#depth = 0;
	#prose = false;
	#code = false;
	#statements = false;
	#returns = false;
	/** Inside the braces of `const { a, b } = …`. */
	#pattern: number | undefined;

	constructor(source: string) {
		this.#source = source;
	}

	read(token: Token): void {
		if (OPENING.has(token.type)) this.#open(token);
		else if (CLOSING.has(token.type)) this.#close();
		else if (token.type === tokTypes._return) this.#returned();
		else if (DECLARING_KEYWORDS.has(token.type)) this.#declared();
		else if (token.type === tokTypes.name) this.#name(token);
		if (this.#isProse(token)) this.#prose = true;
		this.#previous = token;
	}

	shape(readToTheEnd: boolean): CodeShape {
		const finished = this.#previous !== undefined && !UNFINISHED.has(this.#previous.type);
		return {
			whole: readToTheEnd && finished && this.#depth === 0 && !this.#prose,
			code: this.#code,
			statements: this.#statements,
			returns: this.#returns,
			declares: this.#declares,
			needs: this.#uses.difference(this.#declaresInside).difference(this.#declares),
		};
	}

	#open(token: Token): void {
		const { type } = this.#previous ?? {};
		if (type === tokTypes._const || type === tokTypes._var || this.#previousIs('let')) this.#pattern = this.#depth;
		if (token.type === tokTypes.parenL && type === tokTypes.name) this.#code = true;
		this.#depth += 1;
	}

	#close(): void {
		this.#depth -= 1;
		// More closed than opened: whatever follows cannot make it whole again.
		if (this.#depth < 0) this.#depth = Number.NEGATIVE_INFINITY;
		if (this.#pattern === this.#depth) this.#pattern = undefined;
	}

	#returned(): void {
		this.#code = true;
		if (this.#depth === 0) this.#returns = true;
	}

	#declared(): void {
		this.#code = true;
		this.#statements = true;
	}

	#name(token: Token): void {
		const name = this.#textOf(token);
		const { type } = this.#previous ?? {};
		if (name === 'await') this.#declared();
		if (type === tokTypes.dot || type === tokTypes.questionDot) return;
		if (this.#pattern !== undefined) this.#declare(name, this.#pattern);
		else if ((type && DECLARING_KEYWORDS.has(type)) || this.#previousIs(...DECLARING_NAMES)) this.#declare(name, this.#depth);
		else this.#uses.add(name);
	}

	#declare(name: string, depth: number): void {
		this.#declared();
		(depth === 0 ? this.#declares : this.#declaresInside).add(name);
	}

	#previousIs(...names: string[]): boolean {
		return this.#previous?.type === tokTypes.name && names.includes(this.#textOf(this.#previous));
	}

	#textOf(token: Token): string {
		return this.#source.slice(token.start, token.end);
	}

	/** Two words beside each other on one line are a sentence, unless one is a word of the language. */
	#isProse(token: Token): boolean {
		const previous = this.#previous;
		if (previous?.type !== tokTypes.name || BEFORE_NAME.has(this.#textOf(previous))) return false;
		if (token.type !== tokTypes.name && token.type !== tokTypes.string && token.type !== tokTypes.num) return false;
		if (token.type === tokTypes.name && AFTER_NAME.has(this.#textOf(token))) return false;
		return !this.#source.slice(previous.end, token.start).includes('\n');
	}
}
