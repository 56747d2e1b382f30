import { estimateTokens } from '../code/declare-text.ts';

/**
 * Shares of the 6,000 tokens that no prompt of an ordinary question may pass, however much is connected. The rest is left to the instructions (about
 * 400), the stored functions, the question with its scaffold, and a program with what is said of it.
 */
export const OFFERED_TOKENS = 2000;
/** Of what one search of a plan finds, and of the nearest tools for the names that it made up. */
export const FOUND_TOKENS = 500;
export const DECLARED_TOKENS = 2000;

/** Of a line that names one tool; an ordinary one has about 100. */
const LINE_CHARACTERS = 300;
/** Less than this declares nothing: a name and `args: object`. */
const LEAST_DECLARATION = 30;

/** About how many tokens a text takes; where a language has no spaces or no Latin letters, by its UTF-8 bytes, of which a token holds 3 to 7. */
function tokensOf(text: string): number {
	return Math.max(estimateTokens(text), Math.ceil(Buffer.byteLength(text) / 3.6));
}

/** Lines from the first on, each shortened to 300 characters, as many as fit. The first one always does. */
export function fittingLines(lines: Iterable<string>, maxTokens: number): string[] {
	const fitting: string[] = [];
	let tokens = 0;
	for (const line of lines) {
		const shown = line.length <= LINE_CHARACTERS ? line : `${line.slice(0, LINE_CHARACTERS - 1)}…`;
		tokens += tokensOf(shown) + 1;
		if (tokens > maxTokens && fitting.length > 0) break;
		fitting.push(shown);
	}
	return fitting;
}

/**
 * Declarations of `tools` that take at most `maxTokens` together (estimated): those that are small stay as they are, the others share what is left. So
 * many that not even their names fit are left out from the end. `declare` is given its limit in tokens of Latin text.
 */
export function declareWithin<T>(tools: readonly T[], maxTokens: number, declare: (tool: T, maxTokens?: number) => string): string[] {
	const declared = tools.slice(0, Math.floor(maxTokens / LEAST_DECLARATION)).map((tool) => {
		const text = declare(tool);
		return { tool, text, tokens: tokensOf(text) };
	});
	const share = fairShare(
		declared.map(({ tokens }) => tokens),
		maxTokens,
	);
	const texts = declared.map(({ tool, text, tokens }) =>
		tokens <= share ? text : declare(tool, Math.floor((share * estimateTokens(text)) / tokens)),
	);
	let total = 0;
	return texts.filter((text) => {
		total += tokensOf(text);
		return total <= maxTokens;
	});
}

/** The largest amount that each may take so that all together stay within `total`: who takes less leaves the rest to the others. */
function fairShare(amounts: readonly number[], total: number): number {
	const ascending = amounts.toSorted((a, b) => a - b);
	let left = total;
	for (const [at, amount] of ascending.entries()) {
		const share = left / (ascending.length - at);
		if (amount > share) return share;
		left -= amount;
	}
	return Number.POSITIVE_INFINITY;
}
