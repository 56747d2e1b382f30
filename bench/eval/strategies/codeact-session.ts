import type { FunctionDeclaration, ReturnStatement } from 'acorn';
import type { Program } from '../../../src/code/program.ts';
import { applyEdits, type Edit } from '../../../src/code/program-form.ts';
import { nodesOf, type SyntaxNode } from '../../../src/code/syntax.ts';
import { canonicalJson } from '../../../src/json.ts';
import type { Outcome, ProgramRun, ToolCall } from '../../../src/sandbox/outcome.ts';
import type { ToolResponse } from '../../../src/toolset/tool.ts';
import type { World } from '../contract.ts';

/** An interpreter that remembers, as the paper's does. */
export interface Session {
	/** Runs an action. The frames of an error are those in its own text. Rejects as `call` does, and with the reason of the world's signal. */
	run(program: Program): Promise<Outcome>;
}

export interface SessionParts {
	readonly world: Pick<World, 'sandbox' | 'limits' | 'now' | 'signal'>;
	/** Toolset name -> tool names. */
	readonly tools: ProgramRun['tools'];
	/** Sends a call that is made for the first time. */
	readonly call: (call: ToolCall, clock: Parameters<ProgramRun['callTool']>[1]) => Promise<ToolResponse>;
}

/** What is left of an action for those after it. */
interface Kept {
	readonly javascript: string;
	/** Its names are seen by what comes after. */
	readonly isOpen: boolean;
	readonly calls: Calls;
}

/** Tool and arguments -> the responses of equal calls, in the order of the calls. */
type Calls = Map<string, Promise<ToolResponse>[]>;

/** Called by the program before each action: by it the host knows which one makes a call. No toolset can be called so. */
const REPLAY = '$replay';

/** Characters that a program's console shows of a value. */
const LONGEST_LOGGED = 4000;

/**
 * In front of all actions, on one line. An action that runs again prints nothing. A large value is printed whole, as the paper's interpreter does: the
 * sandbox's own console leaves out what is longer than a log needs.
 */
const PRELUDE = `let $silent = true;
const $shown = (value) => {
	if (typeof value !== 'object' || value === null || value instanceof Error) return value;
	try {
		const json = JSON.stringify(value);
		return json !== undefined && json.length > ${LONGEST_LOGGED} ? json : value;
	} catch {
		return value;
	}
};
const $print = (...values) => {
	if (!$silent) globalThis.console.log(...values.map($shown));
};
const console = { log: $print, info: $print, warn: $print, error: $print, debug: $print };`.replaceAll(/\s+/g, ' ');

/** Any number: `Math.random` shall give the same in each replay. */
const RANDOM = 1;

/**
 * The sandbox forgets a program when it ends. So each action runs behind all that came before it, within their scope, with time and chance fixed and with
 * the recorded responses: variables and functions are as they were, and no call goes out twice. Of an action that failed, what came before the failing
 * statement is kept, and its functions. An action that returns in its midst leaves no names behind.
 */
export function createSession({ world, tools, call: send }: SessionParts): Session {
	const kept: Kept[] = [];

	return {
		async run(program) {
			const calls: Calls = new Map();
			const broken = new AbortController();
			const signal = AbortSignal.any([world.signal, broken.signal]);
			const begun = { actions: 0, equal: new Map<string, number>() };
			const callTool: ProgramRun['callTool'] = async (call, clock) => {
				if (call.tool.startsWith(`${REPLAY}.`)) {
					begun.actions += 1;
					begun.equal.clear();
					return { ok: true, value: null };
				}
				const key = canonicalJson([call.tool, call.args]);
				const earlier = kept[begun.actions - 1];
				const made = begun.equal.get(key) ?? 0;
				begun.equal.set(key, made + 1);
				if (earlier) return earlier.calls.get(key)?.[made] ?? UNRECORDED;
				const response = send(call, clock).catch((error: unknown): ToolResponse => {
					broken.abort(error);
					return { ok: false, kind: 'stopped', message: 'The session has ended.' };
				});
				calls.set(key, [...(calls.get(key) ?? []), response]);
				return response;
			};
			const { code, firstLine } = withEarlier(kept, program);
			const replayed = kept.reduce((sum, action) => sum + [...action.calls.values()].flat().length + 1, 1);
			const outcome = await world.sandbox.run({
				code,
				tools: { ...tools, [REPLAY]: ['next'] },
				seed: { now: world.now, random: RANDOM },
				limits: { ...world.limits, toolCalls: world.limits.toolCalls + replayed },
				callTool,
				signal,
			});
			signal.throwIfAborted();
			const own = inOwnTerms(outcome, firstLine, program, world.limits.toolCalls);
			kept.push({ ...keptOf(program, own), calls });
			return own;
		},
	};
}

/** Reached only by an action that depends on which of its calls is answered first: others make the same calls again. */
const UNRECORDED: ToolResponse = { ok: false, kind: 'refused', message: 'This call of an earlier action was not made the first time.' };

/** Each action in a function inside that of the one before: it sees its names and may declare them anew. Lines of the actions stay whole. */
function withEarlier(kept: readonly Kept[], program: Program): { readonly code: string; readonly firstLine: number } {
	const enter = `await ${REPLAY}.next({});`;
	const before = kept.map(({ javascript, isOpen }) =>
		isOpen ? `${enter}\n${javascript}\nreturn await (async () => {` : `${enter} await (async () => {\n${javascript}\n})();`,
	);
	const head = [PRELUDE, ...before, `${enter} $silent = false;`].join('\n');
	const closings = '\n})();'.repeat(kept.filter(({ isOpen }) => isOpen).length);
	return { code: `${head}\n${program.javascript}${closings}`, firstLine: head.split('\n').length + 1 };
}

/** Without what was replayed before it. */
function inOwnTerms(outcome: Outcome, firstLine: number, { source }: Program, toolCalls: number): Outcome {
	if (outcome.kind === 'too-many-tool-calls') return { ...outcome, limit: toolCalls };
	if (outcome.kind !== 'threw') return outcome;
	const lines = source.split('\n').length;
	const frames = outcome.frames
		.map((frame) => ({ ...frame, line: frame.line - firstLine + 1 }))
		.filter(({ line }) => line >= 1 && line <= lines);
	return { ...outcome, frames };
}

function keptOf({ javascript, tree }: Program, outcome: Outcome): Pick<Kept, 'javascript' | 'isOpen'> {
	const returns = returnsOf(tree);
	const last = tree.body.at(-1);
	const isOpen = returns.every((node) => node === last);
	if (outcome.kind === 'returned') return { javascript: applyEdits(javascript, isOpen ? returns.map(withoutReturn) : []), isOpen };
	const failedAt = outcome.kind === 'threw' && isOpen ? outcome.frames.at(-1)?.line : undefined;
	const failing =
		failedAt === undefined ? 0 : tree.body.findIndex(({ loc }) => loc && loc.start.line <= failedAt && failedAt <= loc.end.line);
	const dropped = tree.body.filter((node, index) => index >= failing && node.type !== 'FunctionDeclaration');
	return {
		javascript: applyEdits(
			javascript,
			dropped.map(({ start, end }) => ({ start, end, text: '' })),
		),
		isOpen: true,
	};
}

/** Those that end the action itself, not a function in it. */
function returnsOf(tree: SyntaxNode): ReturnStatement[] {
	const nodes = [...nodesOf(tree)].map(([node]) => node);
	const functions = nodes.filter((node): node is FunctionDeclaration => node.type.includes('Function'));
	return nodes
		.filter((node): node is ReturnStatement => node.type === 'ReturnStatement')
		.filter((node) => !functions.some((fn) => fn.start <= node.start && node.end <= fn.end));
}

/** What it returned is still evaluated, as the end of a sequence: it may call tools, and assign. */
function withoutReturn({ start, argument }: ReturnStatement): Edit {
	return { start, end: start + 'return'.length, text: argument ? '0,' : '' };
}
