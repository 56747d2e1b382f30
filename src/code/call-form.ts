/** `name.name(`, also through `?.` and `['name']`: how a program calls a tool. Every part is bounded: the text may be hostile. */
const CALL =
	/[\p{L}$_][\p{L}\p{N}$_]{0,80}\s?(?:\??\.[\p{L}$_][\p{L}\p{N}$_]{0,80}|(?:\?\.)?\[\s?['"][^'"\]]{1,80}['"]\s?\])\s?(?:\?\.)?\(/gu;

/** Two names side by side, however a text joins them: `shop.pay`, `shop . pay`, `shop["pay"]`. The second one is looked at, not taken. */
const PAIR = /([\p{L}$_][\p{L}\p{N}$_]{0,80})(?=\s{0,3}(?:\??\.|\[)\s{0,3}['"]?([\p{L}$_][\p{L}\p{N}$_]{0,80}))/gu;

/** Whether a text holds something that reads like the call of a tool, full-width signs included. */
export function readsLikeCall(text: string): boolean {
	// Long lists of values hold none, and are looked through once for it: the expression begins at every letter.
	const plain = text.normalize('NFKC');
	return plain.includes('(') && placesOf(CALL, plain).length > 0;
}

/**
 * A text of somebody else's without the sentences that hold a call, or name a tool that `isForeign` knows (`toolset`, `tool`, in lower case): a model
 * that does whatever it reads then finds nothing there to do. What is left is one line.
 */
export function withoutCalls(text: string, isForeign: (toolset: string, tool: string) => boolean = () => false): string {
	const line = text.normalize('NFKC').replaceAll(/\s+/g, ' ');
	const pairs = [...line.matchAll(PAIR)].filter(([, toolset = '', tool = '']) => isForeign(toolset.toLowerCase(), tool.toLowerCase()));
	const places = [...placesOf(CALL, line), ...pairs.map((match) => placeOf(match, (match[2]?.length ?? 0) + 8))];
	if (places.length === 0) return text;
	const kept = [...line.matchAll(/.+?(?:[.!?…:;]+(?=\s|$)\s?|$)/gu)].filter((sentence) => {
		const end = sentence.index + sentence[0].length;
		return !places.some((place) => place.start < end && sentence.index < place.end);
	});
	return kept
		.map(([sentence]) => sentence)
		.join('')
		.trim();
}

interface Place {
	readonly start: number;
	readonly end: number;
}

function placesOf(pattern: RegExp, text: string): readonly Place[] {
	return [...text.matchAll(pattern)].map((match) => placeOf(match));
}

function placeOf(match: RegExpExecArray, more = 0): Place {
	return { start: match.index, end: match.index + match[0].length + more };
}
