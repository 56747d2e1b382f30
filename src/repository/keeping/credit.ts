import { isEmptyJson } from '../../json.ts';
import type { FunctionRecord } from '../function-record.ts';
import { withSuccess } from '../lifecycle.ts';
import type { Example } from '../store/function-store.ts';
import type { Trace } from '../verification/trace.ts';
import { exampleOf, verifyFunction } from '../verification/verify.ts';
import type { AnsweredProgram, KeepServices } from './answered-program.ts';
import { supersedeOlder } from './supersede.ts';

/**
 * Counts an answer for each stored function that it was made with. One that was seen with arguments it has no example of is verified with them, too:
 * that is what makes a candidate trusted.
 */
export async function credit(input: AnsweredProgram, traces: ReadonlyMap<string, Trace>, services: KeepServices): Promise<void> {
	const { workspaceId, run, question, now } = input;
	for (const record of input.stored) {
		const example = await newExample(record, traces.get(record.name), input, services);
		const success = { use: { run, at: now }, question, ...(example && { example: example.digest }) };
		const after = await services.functions.change(workspaceId, record, (current) => withSuccess(current, success), example && [example]);
		if (after?.state === 'trusted' && example) await supersedeOlder(after, input.tools, services);
	}
}

async function newExample(
	record: FunctionRecord,
	trace: Trace | undefined,
	{ question, stored, calls, tools, seed }: AnsweredProgram,
	services: KeepServices,
): Promise<Example | undefined> {
	// That it finds nothing proves nothing.
	if (!trace || isEmptyJson(trace.result)) return undefined;
	const recorded = { calls, tools: tools.names, seed };
	const { id } = exampleOf(record.name, { ...trace, calls: [], question, seed }).digest;
	if (record.examples.some((known) => known.id === id)) return undefined;
	const others = stored.filter(({ name }) => name !== record.name);
	const sources = [record, ...others].map(({ source }) => source);
	const verified = await verifyFunction({ name: record.name, sources, trace, question, recorded }, services);
	if (!verified.ok) services.logger?.debug({ function: record.name, reason: verified.reason }, 'a use was not verified');
	return verified.ok ? verified.example : undefined;
}
