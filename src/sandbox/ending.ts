import type { JsonValue } from '../json.ts';
import { MAX_DEPTH, parseForeignJson } from './foreign-json.ts';
import type { Outcome, SandboxLimits } from './outcome.ts';
import type { End } from './protocol.ts';

/** An outcome without what all of them have. */
export type Ending = Outcome extends infer Each ? (Each extends Outcome ? Omit<Each, 'logs' | 'usage'> : never) : never;

/** What JSON has no text for, as the guest writes it. */
const UNWRITABLE: ReadonlyMap<string, JsonValue | undefined> = new Map([
	['undefined', undefined],
	['NaN', Number.NaN],
	['Infinity', Number.POSITIVE_INFINITY],
	['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** The ending that a child reported, checked against the limits. Undefined when it is none: the child has broken its promises. */
export function readEnding(end: End, limits: SandboxLimits): Ending | undefined {
	switch (end.kind) {
		case 'returned':
			return readAnswer(end, limits.resultBytes);
		case 'threw':
			return end;
		case 'never-finishes':
			return { kind: 'never-finishes' };
		case 'out-of-memory':
			return { kind: 'out-of-memory', limitMb: limits.memoryMb };
		case 'result-too-large':
			return { kind: 'result-too-large', limitBytes: limits.resultBytes };
		case 'too-many-tool-calls':
			return { kind: 'too-many-tool-calls', limit: limits.toolCalls };
	}
}

function readAnswer({ sentence, value: text }: Extract<End, { kind: 'returned' }>, limitBytes: number): Ending | undefined {
	const written = !UNWRITABLE.has(text);
	const bytes = Buffer.byteLength(sentence ?? '') + (written ? Buffer.byteLength(text) : 0);
	if (bytes > limitBytes) return { kind: 'result-too-large', limitBytes };
	if (!written) return returned(sentence, UNWRITABLE.get(text));
	const parsed = parseForeignJson(text);
	if (parsed.ok) return returned(sentence, parsed.value);
	if (parsed.problem === 'not-json') return undefined;
	return { kind: 'threw', name: 'RangeError', message: `The answer is nested deeper than ${MAX_DEPTH} levels.`, frames: [] };
}

function returned(sentence: string | undefined, value: JsonValue | undefined): Ending {
	return { kind: 'returned', answer: sentence === undefined ? { value } : { sentence, value } };
}
