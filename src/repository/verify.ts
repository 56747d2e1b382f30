import { canonicalJson } from '../json.ts';
import type { FunctionExample } from './function-record.ts';
import { type Replay, type ReplayServices, replay } from './replay.ts';
import type { Trace } from './trace.ts';

export interface Verification {
	readonly name: string;
	/** The function with all that it uses. */
	readonly sources: readonly string[];
	readonly trace: Trace;
	readonly question: string;
	readonly recorded: Omit<Replay, 'source'>;
}

/** Recorded calls of one example, serialised. Above that a record would cost more to read than the function is worth. */
const EXAMPLE_CHARACTERS = 500_000;

/**
 * Runs a function on its own, with the arguments it was seen with, against the recorded calls. Only when it returns the same result again is there
 * an example, with the calls that it made (invariant 3: nothing is stored that has not been re-run with the same result).
 */
export async function verifyFunction(
	{ name, sources, trace, question, recorded }: Verification,
	services: ReplayServices,
): Promise<{ ok: true; example: FunctionExample } | { ok: false; reason: string }> {
	const args = JSON.stringify(JSON.stringify(trace.args));
	const source = `${sources.join('\n\n')}\n\nreturn answer('', await ${name}(...(JSON.parse(${args}) as [])));\n`;
	const replayed = await replay({ ...recorded, source }, services);
	if (!replayed.ok) return replayed;
	if (replayed.value === undefined || canonicalJson(replayed.value) !== canonicalJson(trace.result)) {
		return { ok: false, reason: 'returns another result on its own' };
	}
	if (canonicalJson(replayed.calls).length > EXAMPLE_CHARACTERS) return { ok: false, reason: 'its recorded calls are too large to keep' };
	return { ok: true, example: { args: trace.args, result: trace.result, calls: replayed.calls, question } };
}
