import { parseProgram } from '../../code/parse.ts';
import { canonicalJson, type JsonValue } from '../../json.ts';
import type { Outcome, ProgramRun, Sandbox, SandboxLimits, ToolCall } from '../../sandbox/outcome.ts';
import type { ToolResponse } from '../../toolset/tool.ts';
import type { RecordedCall } from '../function-record.ts';

export interface ReplayServices {
	readonly sandbox: Sandbox;
	readonly limits: SandboxLimits;
}

export interface Replay {
	/** TypeScript, complete. */
	readonly source: string;
	readonly calls: readonly RecordedCall[];
	readonly tools: Readonly<Record<string, readonly string[]>>;
	readonly seed: ProgramRun['seed'];
}

/** What came of a replay that made no call but recorded ones; anything else is the reason why it counts for nothing. */
export type Replayed =
	| { readonly ok: true; readonly value: JsonValue | undefined; readonly calls: readonly RecordedCall[] }
	| { readonly ok: false; readonly reason: string };

/**
 * Runs a program against recorded calls. No tool is ever called: a call that was not recorded fails the replay, even when the program catches the
 * error. A call is known by its tool and arguments; equal ones are answered in the order in which they were recorded.
 */
export async function replay({ source, calls, tools, seed }: Replay, { sandbox, limits }: ReplayServices): Promise<Replayed> {
	const parsed = parseProgram(source);
	if (!parsed.ok) return { ok: false, reason: `does not parse: ${parsed.diagnostic.message}` };
	const record = answersOf(calls);
	const made: RecordedCall[] = [];
	const unrecorded: string[] = [];
	const callTool = async ({ tool, args }: ToolCall): Promise<ToolResponse> => {
		const recorded = record.get(keyOf({ tool, args }))?.shift();
		if (!recorded) {
			unrecorded.push(tool);
			return { ok: false, kind: 'refused', message: 'This call was not recorded.' };
		}
		made.push(recorded);
		return recorded.response;
	};
	const outcome = await sandbox.run({
		code: parsed.program.javascript,
		tools,
		seed,
		limits,
		callTool,
		signal: new AbortController().signal,
	});
	if (unrecorded.length > 0) return { ok: false, reason: `makes other calls than were recorded: ${unrecorded.join(', ')}` };
	if (outcome.kind !== 'returned') return { ok: false, reason: `ends as ${describe(outcome)}` };
	return { ok: true, value: outcome.answer.value, calls: made };
}

function answersOf(calls: readonly RecordedCall[]): Map<string, RecordedCall[]> {
	const answers = new Map<string, RecordedCall[]>();
	for (const call of calls) answers.set(keyOf(call), [...(answers.get(keyOf(call)) ?? []), call]);
	return answers;
}

function keyOf({ tool, args }: Pick<RecordedCall, 'tool' | 'args'>): string {
	return `${tool} ${canonicalJson(args)}`;
}

function describe(outcome: Outcome): string {
	return outcome.kind === 'threw' ? `threw ${outcome.name}: ${outcome.message}` : outcome.kind;
}
