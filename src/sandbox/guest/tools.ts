import { argumentsJson, TOO_LONG } from './json.ts';
import { rememberNextPage } from './pages.ts';
import {
	create,
	defineProperty,
	deleteProperty,
	freeze,
	isArray,
	NativeError,
	NativePromise,
	NativeTypeError,
	parse,
	stringify,
} from './primordials.ts';
import { framesOfError, type ProgramFrames, setFrames } from './stack.ts';

/** Of all calls made at once, in characters: far above what request bodies need, far below what hurts the host. */
const MAX_ARGUMENTS = 1_000_000;

/** What a failed call throws at the line that awaits it. */
export class ToolError extends NativeError {
	readonly kind: string;
	readonly status: number | undefined;
	readonly tool: string;

	constructor(tool: string, kind: string, message: string, status: number | undefined) {
		super(message);
		this.tool = tool;
		this.kind = kind;
		this.status = status;
		defineProperty(this, 'name', { value: 'ToolError', configurable: true, writable: true, __proto__: null } as PropertyDescriptor);
	}
}

export interface ToolFailure {
	readonly kind: string;
	readonly message: string;
	readonly status?: number;
}

interface OpenCall {
	readonly tool: string;
	readonly frames: ProgramFrames;
	readonly resolve: (value: unknown) => void;
	readonly reject: (reason: unknown) => void;
}

export interface Calls {
	toolset(name: string, tools: readonly string[]): object;
	/** The calls since the last time, as JSON array text. */
	take(): string;
	/** More calls were made than allowed. They stay open for ever, and the host ends the run. */
	tooMany(): boolean;
	/** `nextJson`: JSON text of the arguments for the page after this value; empty where there is none. */
	succeed(call: number, valueJson: string, nextJson: string): void;
	fail(call: number, failure: ToolFailure): void;
}

export function createCalls(limit: number): Calls {
	const open: Record<number, OpenCall> = create(null);
	let waiting = '';
	let waitingArguments = 0;
	let made = 0;

	const call = (tool: string, args: unknown) =>
		new NativePromise<unknown>((resolve, reject) => {
			const frames = framesOfError(new NativeError());
			const text = checkedArguments(tool, args, MAX_ARGUMENTS - waitingArguments);
			if (++made > limit) return;
			waitingArguments += text.length;
			open[made] = { tool, frames, resolve, reject };
			const line = frames.line > 0 ? `,"line":${frames.line}` : '';
			waiting += `${waiting === '' ? '' : ','}{"call":${made},"tool":${stringify(tool)},"args":${stringify(text)}${line}}`;
		});

	const close = (id: number): OpenCall | undefined => {
		const found = open[id];
		deleteProperty(open, id);
		return found;
	};

	return {
		toolset: (name, tools) => createToolset(name, tools, call),
		take() {
			const taken = `[${waiting}]`;
			waiting = '';
			waitingArguments = 0;
			return taken;
		},
		tooMany: () => made > limit,
		succeed(id, valueJson, nextJson) {
			const value = parse(valueJson);
			rememberNextPage(value, nextJson);
			close(id)?.resolve(value);
		},
		fail(id, { kind, message, status }) {
			const failed = close(id);
			if (failed === undefined) return;
			const error = new ToolError(failed.tool, kind, message, status);
			setFrames(error, failed.frames);
			failed.reject(error);
		},
	};
}

/** Frozen and without a prototype: what is not a tool of this set is `undefined`. */
function createToolset(name: string, tools: readonly string[], call: (tool: string, args: unknown) => Promise<unknown>): object {
	const toolset = create(null);
	for (const toolName of tools) {
		const id = `${name}.${toolName}`;
		// An arrow function: nothing to construct, no prototype of its own.
		const tool = (args: unknown) => call(id, args);
		defineProperty(tool, 'name', { value: toolName });
		defineProperty(toolset, toolName, { value: freeze(tool), enumerable: true });
	}
	return freeze(toolset);
}

function checkedArguments(tool: string, args: unknown, maxLength: number): string {
	if (args === undefined) return '{}';
	if (typeof args !== 'object' || args === null || isArray(args)) throw new NativeTypeError(`${tool} takes one object of arguments.`);
	try {
		return argumentsJson(tool, args, maxLength);
	} catch (problem) {
		if (problem === TOO_LONG)
			throw new NativeTypeError(`${tool}: the arguments of the calls made at once are longer than ${MAX_ARGUMENTS} characters.`);
		throw problem;
	}
}
