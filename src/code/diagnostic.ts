import type { Position } from '../sandbox/outcome.ts';

/** Something wrong with a program, found without running it. */
export interface Diagnostic extends Position {
	readonly message: string;
	/** `syntax`, or the TypeScript code as `TS2339`. */
	readonly code: string;
	/** Blocking ones must be repaired before the program runs; the rest is advice that travels along. */
	readonly blocking: boolean;
	/** Of a value that does not fit where it goes: it would not even if nothing were ever null or undefined. */
	readonly misfit?: true;
}
