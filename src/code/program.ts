import type { Comment, FunctionDeclaration, Program as SyntaxTree } from 'acorn';
import type { Diagnostic } from './diagnostic.ts';

export interface Parameter {
	readonly name: string;
	/** The text of its type annotation, or undefined. */
	readonly type?: string;
	readonly optional: boolean;
}

/** A function declared at the top level of a program. Offsets count UTF-16 units of the program's source; lines start at 1. */
export interface FunctionSource {
	readonly name: string;
	readonly async: boolean;
	readonly parameters: readonly Parameter[];
	/** The text of its return type, `Promise<number>`, or undefined. */
	readonly returnType?: string;
	/** `async function findPersonId(name: string): Promise<number>`, white space folded. */
	readonly signature: string;
	/** The text of the documentation comment right before it, without the comment marks; empty when there is none. */
	readonly documentation: string;
	/** Documentation comment and declaration, as written. */
	readonly source: string;
	/** True when the body holds no statement (comments do not count): a scaffold. */
	readonly empty: boolean;
	readonly start: number;
	readonly end: number;
	readonly line: number;
	readonly node: FunctionDeclaration;
}

/** A TypeScript program as the model writes it: functions, then statements with `await` and a final `return` at the top level. */
export interface Program {
	/** What the model wrote, in the form of a program (see `programForm`): this text is what is checked, run and shown. */
	readonly source: string;
	/** Types blanked out in place: every line and column is that of `source`. */
	readonly javascript: string;
	readonly tree: SyntaxTree;
	/** In the order of the text, those in types included. */
	readonly comments: readonly Comment[];
	readonly functions: readonly FunctionSource[];
	/** Text of the top-level interfaces and type aliases. */
	readonly types: readonly { readonly name: string; readonly source: string }[];
	/** Text of the top-level statements that are no declarations of functions or types: the main call. Empty when there are none. */
	readonly main: string;
}

export type ParseResult = { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly diagnostic: Diagnostic };
