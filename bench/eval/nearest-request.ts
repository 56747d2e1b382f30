import { canonicalJson, isJsonObject, type JsonValue } from '../../src/json.ts';

/** A request to a model server, without the server. */
export interface SentRequest {
	/** Below the base address: `/chat/completions`. */
	readonly path: string;
	readonly body: JsonValue;
}

/** Characters of a difference that are shown on each side. */
const SHOWN = 60;
/** And of what both have before it. */
const BEFORE = 30;

/** In words, how the recorded request that begins most alike differs from this one. */
export function nearestDifference(asked: SentRequest, recorded: readonly SentRequest[]): string {
	const text = canonicalJson(asked.body);
	let nearest: SentRequest | undefined;
	let longest = -1;
	for (const request of recorded) {
		const length = request.path === asked.path ? commonLength(canonicalJson(request.body), text) : 0;
		if (length > longest) [nearest, longest] = [request, length];
	}
	if (!nearest) return 'Nothing is recorded there.';
	if (nearest.path !== asked.path) return `Nothing was asked of ${asked.path} then.`;
	return `The nearest one that is differs in ${difference('', nearest.body, asked.body)}`;
}

/** The first difference, and where it is: `messages.1.content: "…a" was recorded, "…b" was asked.` */
function difference(at: string, recorded: JsonValue | undefined, asked: JsonValue | undefined): string {
	const [before, now] = [entriesOf(recorded), entriesOf(asked)];
	if (before && now) {
		for (const key of new Set([...before.keys(), ...now.keys()])) {
			if (canonicalJson(before.get(key)) !== canonicalJson(now.get(key))) {
				return difference(at === '' ? key : `${at}.${key}`, before.get(key), now.get(key));
			}
		}
	}
	const from = typeof recorded === 'string' && typeof asked === 'string' ? Math.max(0, commonLength(recorded, asked) - BEFORE) : 0;
	return `${at || 'its body'}: ${shown(recorded, from)} was recorded, ${shown(asked, from)} is asked.`;
}

function entriesOf(value: JsonValue | undefined): Map<string, JsonValue> | undefined {
	return Array.isArray(value) || isJsonObject(value) ? new Map(Object.entries(value)) : undefined;
}

function shown(value: JsonValue | undefined, from: number): string {
	if (value === undefined) return 'nothing';
	if (typeof value !== 'string') return clipped(canonicalJson(value));
	return JSON.stringify(`${from > 0 ? '…' : ''}${clipped(value.slice(from))}`);
}

function clipped(text: string): string {
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function commonLength(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length += 1;
	return length;
}
