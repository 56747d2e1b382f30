import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Compiler, CompilerEnded, type Finding, MOST_FINDINGS } from './finding.ts';
import { parseProgram } from './parse.ts';
import { misfitOf, type TypedValue, valueProgram } from './value-fit.ts';

export interface ProgramCheck {
	readonly program: string;
	/** Ambient declarations of the tools and stored functions it may call. */
	readonly declarations: readonly string[];
	readonly signal?: AbortSignal;
}

/** Several programs that see the same declarations, and nothing of one another. */
export interface ProgramChecks extends Omit<ProgramCheck, 'program'> {
	readonly programs: readonly string[];
}

export interface ValueCheck extends TypedValue {
	readonly declarations: readonly string[];
	readonly signal?: AbortSignal;
}

/**
 * Type-checks programs without running them, in one compiler process that stays up and is replaced when it dies or takes too long. Checks wait for
 * one another; a warm one of ordinary size takes 5–10 ms (bench/speed/type-check.ts). Programs see ECMAScript and the declarations, no file of this machine.
 */
export interface TypeChecker {
	/**
	 * What is wrong, in the order of the lines. A program that cannot be checked in time or at all gets one advisory diagnostic `unchecked`: the
	 * sandbox validates every call anyway. Rejects only with the reason of `signal`, or after `close`.
	 */
	check(check: ProgramCheck): Promise<Diagnostic[]>;
	/** The same for each of them, all at once: 30 short ones take about as long as six by themselves. */
	checkEach(checks: ProgramChecks): Promise<Diagnostic[][]>;
	/**
	 * One line of what in a value does not fit its type, or undefined when it fits or cannot be told. Properties that the type does not name fit; of
	 * long lists the first 20 elements are looked at.
	 */
	checkValue(check: ValueCheck): Promise<string | undefined>;
	close(): Promise<void>;
	/** The process id of the compiler, once one was started. */
	readonly pid: number | undefined;
}

export interface TypeCheckerOptions {
	readonly logger?: Logger;
	/** How long one check may take, the start of the compiler aside. Ordinary ones take milliseconds; types that take seconds were built to. */
	readonly timeLimitMs?: number;
}

// Programs have `await` and `return` at the top level. The head has a line of its own, and no name.
const HEAD = '(async () => {\n';
const TAIL = '\n})();\n';

/** What is said of a program that there was no time to check. */
export const UNCHECKED: Diagnostic = {
	line: 1,
	column: 1,
	code: 'unchecked',
	message: 'The types of this program could not be checked in time. Simpler types would help.',
	blocking: false,
};

/** A start takes the processor 40 ms. */
const START_LIMIT_MS = 15_000;

export function createTypeChecker({ logger, timeLimitMs = 5000 }: TypeCheckerOptions = {}): TypeChecker {
	const turns = new PQueue({ concurrency: 1 });
	const closed = new AbortController();
	let compiler: Promise<Compiler> | undefined;
	let pid: number | undefined;

	const start = async () => {
		// Only where it is used: its client takes the processor 50 ms to load.
		const { startCompiler } = await import('./compiler.ts');
		const started = await startCompiler();
		pid = started.pid;
		return started;
	};
	const discard = (used: Promise<Compiler>) => {
		if (compiler === used) compiler = undefined;
		used.then(
			(started) => started.kill(),
			() => {},
		);
	};
	/** Undefined when the time is up or two processes in a row have died of it. */
	const findings = async (text: string, declarations: readonly string[], signal: AbortSignal): Promise<readonly Finding[] | undefined> => {
		for (let attempt = 0; attempt < 2; attempt++) {
			signal.throwIfAborted();
			compiler ??= start();
			const used = compiler;
			let time = AbortSignal.timeout(START_LIMIT_MS);
			try {
				const started = await orAborted(used, AbortSignal.any([signal, time]));
				// Where processors are scarce, a start takes longer than a check: counted with it, each check would end the compiler that the next has to start.
				time = AbortSignal.timeout(timeLimitMs);
				return await orAborted(started.check(text, declarations), AbortSignal.any([signal, time]));
			} catch (error) {
				discard(used);
				signal.throwIfAborted();
				logger?.warn({ reason: time.aborted ? 'no result in time' : messageOf(error) }, 'type check failed');
				if (time.aborted) return undefined;
				if (!(error instanceof CompilerEnded)) throw error;
			}
		}
		return undefined;
	};
	const inTurn = (text: string, declarations: readonly string[], signal: AbortSignal | undefined) => {
		const either = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
		return orAborted(
			turns.add(() => (either.aborted ? undefined : findings(text, declarations, either))),
			either,
		);
	};

	const checkEach: TypeChecker['checkEach'] = async ({ programs, declarations, signal }) => {
		const parsed = programs.map(parseProgram);
		let text = '';
		const starts = parsed.map((result) => {
			const start = text.length + HEAD.length;
			if (result.ok) text += HEAD + result.program.source + TAIL;
			return start;
		});
		const found = text === '' ? [] : await inTurn(text, declarations, signal);
		if (programs.length > 1 && (!found || found.length >= MOST_FINDINGS)) {
			// One of them takes too long, or leaves the others no room.
			const each: Diagnostic[][] = [];
			for (const program of programs) each.push(...(await checkEach({ programs: [program], declarations, signal })));
			return each;
		}
		return parsed.map((result, at) => {
			if (!result.ok) return [result.diagnostic];
			const { source } = result.program;
			return found
				? diagnose(
						result.program,
						found.flatMap((finding) => shifted(finding, starts[at] ?? 0, source.length)),
					)
				: [UNCHECKED];
		});
	};

	return {
		check: async ({ program, ...rest }) => (await checkEach({ ...rest, programs: [program] }))[0] ?? [],
		checkEach,
		async checkValue(check) {
			const program = valueProgram(check);
			if (!program) return undefined;
			const found = await inTurn(program.text, check.declarations, check.signal);
			return found && misfitOf(found, program);
		},
		async close() {
			closed.abort(new Error('the type checker was closed'));
			if (compiler) discard(compiler);
			await turns.onIdle();
		},
		get pid() {
			return pid;
		},
	};
}

/** A finding in terms of the program that starts there; none for another one, nor for what the frame around it causes. */
function shifted(finding: Finding, from: number, length: number): Finding[] {
	const start = finding.start - from;
	return start < 0 || start > length ? [] : [{ ...finding, start, end: finding.end - from }];
}

/** The result of `work`, or a rejection with the signal's reason. `work` goes on by itself. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	signal.throwIfAborted();
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	const onAbort = () => reject(signal.reason);
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		return await Promise.race([work, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
