import { createRegistry, defineProperty, isObject, NativeError, slice, stringify, toNumber, toText, uncurry } from './primordials.ts';

/** What the program's text is called in stack traces; every other frame is the sandbox's own or a built-in's and is left out. */
export const PROGRAM_NAME = 'program.js';

/** Lines that come before the program's first: two that `AsyncFunction` writes, and the strict-mode directive. */
const LINES_BEFORE_PROGRAM = 3;
const MAX_FRAMES = 20;
/** Built-ins and the sandbox's own functions stand between the program's frames. */
const CAPTURED_FRAMES = 40;
const MAX_NAME = 200;

export interface ProgramFrames {
	/** JSON array of StackFrame. */
	readonly json: string;
	/** As `Error.stack` shows them. */
	readonly text: string;
	/** Of the innermost frame, 0 when there is none. */
	readonly line: number;
}

const NO_FRAMES: ProgramFrames = Object.freeze({ json: '[]', text: '', line: 0 });
const framesOf = createRegistry<ProgramFrames>();
const errorText = uncurry(NativeError.prototype.toString);

/**
 * Makes V8 hand every stack to `formatStack`, for good: the property cannot be replaced, so a program never sees a CallSite (which
 * leads to functions and receivers of other frames).
 */
export function lockStackTraces(): void {
	const site = oneCallSite();
	const read = {
		script: uncurry(site.getScriptNameOrSourceURL),
		functionName: uncurry(site.getFunctionName),
		line: uncurry(site.getLineNumber),
		column: uncurry(site.getColumnNumber),
	};
	const formatStack = (error: Error, sites: readonly NodeJS.CallSite[]): string => {
		const frames = programFrames(sites, read);
		framesOf.set(error, frames);
		return header(error) + frames.text;
	};
	const locked = { writable: false, enumerable: false, configurable: false };
	Object.defineProperty(NativeError, 'prepareStackTrace', { ...locked, value: formatStack });
	Object.defineProperty(NativeError, 'stackTraceLimit', { ...locked, value: CAPTURED_FRAMES });
}

/** The program's frames at the moment the error was made; none when it is no error, or its stack was replaced before anybody read it. */
export function framesOfError(error: unknown): ProgramFrames {
	if (!isObject(error)) return NO_FRAMES;
	try {
		// Reading formats: V8 calls formatStack on the first access.
		void (error as { stack?: unknown }).stack;
	} catch {
		// A getter of the program's.
	}
	return framesOf.get(error) ?? NO_FRAMES;
}

/** Gives an error the stack of another moment: that of the call it belongs to. */
export function setFrames(error: Error, frames: ProgramFrames): void {
	// Formatted once first, or V8 would do it later and record this moment again.
	void error.stack;
	framesOf.set(error, frames);
	defineProperty(error, 'stack', {
		value: header(error) + frames.text,
		writable: true,
		configurable: true,
		__proto__: null,
	} as PropertyDescriptor);
}

interface SiteReaders {
	script(site: NodeJS.CallSite): unknown;
	functionName(site: NodeJS.CallSite): unknown;
	line(site: NodeJS.CallSite): unknown;
	column(site: NodeJS.CallSite): unknown;
}

function programFrames(sites: readonly NodeJS.CallSite[], read: SiteReaders): ProgramFrames {
	let json = '';
	let text = '';
	let innermost = 0;
	let count = 0;
	for (let index = 0; index < sites.length && count < MAX_FRAMES; index++) {
		const site = sites[index] as NodeJS.CallSite;
		const line = toNumber(read.line(site)) - LINES_BEFORE_PROGRAM;
		if (read.script(site) !== PROGRAM_NAME || !(line >= 1)) continue;
		const column = toNumber(read.column(site));
		const functionName = nameOf(read.functionName(site));
		json += `${count === 0 ? '' : ','}{"functionName":${stringify(functionName)},"line":${line},"column":${column}}`;
		text +=
			functionName === '' ? `\n    at ${PROGRAM_NAME}:${line}:${column}` : `\n    at ${functionName} (${PROGRAM_NAME}:${line}:${column})`;
		if (count === 0) innermost = line;
		count++;
	}
	return { json: `[${json}]`, text, line: innermost };
}

/** `eval` is what V8 calls the program itself, as code made from a string; strict code cannot name a function so. */
function nameOf(functionName: unknown): string {
	return typeof functionName !== 'string' || functionName === 'eval' ? '' : slice(functionName, 0, MAX_NAME);
}

function header(error: Error): string {
	try {
		return toText(errorText(error));
	} catch {
		return 'Error';
	}
}

function oneCallSite(): NodeJS.CallSite {
	let sites: NodeJS.CallSite[] = [];
	NativeError.prepareStackTrace = (_error, captured) => {
		sites = captured;
		return '';
	};
	void new NativeError().stack;
	const site = sites[0];
	if (site === undefined) throw new NativeError('V8 gave no call site.');
	return site;
}
