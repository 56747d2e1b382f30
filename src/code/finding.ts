/** What the compiler says about a place of the program. Offsets count UTF-16 units. */
export interface Finding {
	readonly code: number;
	readonly start: number;
	readonly end: number;
	readonly text: string;
	/** The chain of reasons below the text, outermost first. */
	readonly reasons: readonly string[];
	/** The text of the hints, "Did you forget to use 'await'?" for one, by code. */
	readonly hints: ReadonlyMap<number, string>;
	/** Of a value that does not fit: that it would not fit even if nothing were ever null or undefined. */
	readonly misfit: boolean;
	/** Of a property that does not exist: whose it would be. */
	readonly owner?: Owner;
}

/** What declares the type: the tools, ECMAScript, an object literal of the program; `open` is anything else (the program's own types, never, unions). */
export type Owner = 'tools' | 'language' | 'literal' | 'open';

/** What comes after so many is not looked at: nobody is told of more than a handful, and each may take a question to the compiler. */
export const MOST_FINDINGS = 300;

/** One compiler process. It is used by one caller at a time, and not again once it has ended. */
export interface Compiler {
	/** Rejects with CompilerEnded when the process ends meanwhile, by `kill` or otherwise. */
	check(program: string, declarations: readonly string[]): Promise<readonly Finding[]>;
	/** Ends the process at once, whatever it is doing. */
	kill(): void;
	readonly pid: number | undefined;
}

export class CompilerEnded extends Error {
	override readonly name = 'CompilerEnded';
}
