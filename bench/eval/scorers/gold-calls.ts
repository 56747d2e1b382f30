import { z } from 'zod';
import type { JsonValue } from '../../../src/json.ts';
import type { CheckCall } from './api-bank-rules.ts';

const json = z.custom<JsonValue>((value) => value !== undefined);

/** A call that the benchmark's authors wrote down, with what the tool answered. */
export const goldCallSchema = z.object({
	api_name: z.string(),
	param_dict: z.record(z.string(), json),
	expected: json,
});

export type GoldCall = z.infer<typeof goldCallSchema>;

const rowSchema = z.object({
	tool: z.string(),
	/** The text of the body when it was no JSON, or none of these parameters. */
	args: json,
	/** `{api_name, input, output, exception}`, or `{error}`. */
	result: json,
});

/** A call as the simulator of API-Bank writes it down. */
export type CallRow = z.infer<typeof rowSchema>;

/** The rows of a session's log. Throws an Error when they are not of the API-Bank simulator. */
export function callRows(log: readonly JsonValue[]): readonly CallRow[] {
	const read = z.array(rowSchema).safeParse(log);
	if (!read.success) throw new Error(`the log is none of the API-Bank simulator: ${z.prettifyError(read.error)}`);
	return read.data;
}

/** The gold calls that count: whether and how tools are looked up is not what is asked for. */
export function countedCalls(gold: readonly GoldCall[]): readonly GoldCall[] {
	return gold.filter(({ api_name }) => api_name !== 'ToolSearcher');
}

/** For each gold call, whether a call agrees with it; each is looked for behind the one that agreed with the last gold call that was found. */
export function foundInOrder(gold: readonly GoldCall[], rows: readonly CallRow[], check: CheckCall): readonly boolean[] {
	let next = 0;
	return gold.map(({ api_name, expected }) => {
		const at = rows.findIndex(({ tool, result }, index) => index >= next && tool === api_name && check(api_name, result, expected));
		if (at >= 0) next = at + 1;
		return at >= 0;
	});
}
