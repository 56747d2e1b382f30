import { readsLikeCall } from './call-form.ts';

/**
 * A text of somebody else's document for use inside a comment of generated code or of a prompt: it cannot end the comment, start a new line, close a
 * code fence or hide characters. At most `limit` characters, cut between words.
 */
export function commentText(text: string, limit: number): string {
	const line = text
		.slice(0, limit * 4 + 200)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
		.replaceAll('`', "'")
		.replace(/\*+\//g, '* /')
		.replace(/\/\*+/g, '/ *')
		.trim();
	if (line.length <= limit) return line;
	const room = line.slice(0, Math.max(0, limit - 1));
	const space = room.lastIndexOf(' ');
	return `${(space > limit / 2 ? room.slice(0, space) : room).replace(/[\s,;:.\uD800-\uDBFF*/]+$/, '')}…`;
}

/** A TypeScript string literal. Back quotes, control and direction characters are escaped, so that it can stand in a fenced block. */
export function stringLiteral(text: string): string {
	const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
	return `'${escaped.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}'`;
}

/** Longer texts are no names: neither a property nor a value to choose from. */
const NAME_CHARACTERS = 120;

/** Whether a name or a listed value of a document may stand in declarations: nothing that is an essay, or reads like the call of a tool. */
export function isNameLike(text: string): boolean {
	return text.length <= NAME_CHARACTERS && !readsLikeCall(text);
}

/** The literal type of a JSON value, or undefined where TypeScript has none or the text is not name-like. */
export function literalType(value: unknown): string | undefined {
	if (typeof value === 'string') return isNameLike(value) ? stringLiteral(value) : undefined;
	if (typeof value === 'boolean' || value === null) return String(value);
	return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** How a property is written in a type: quoted unless it is an identifier. */
export function propertyKey(name: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/**
 * About how many tokens a text takes, without a tokenizer. Over the declarations of TMDB, Spotify and API-Bank the sum is within 5 % of o200k_base,
 * single declarations within 20 %.
 */
export function estimateTokens(text: string): number {
	let tokens = 0;
	for (const [piece] of text.matchAll(/_?[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d_]+|_+|\n+/g)) tokens += Math.ceil(piece.length / 9);
	return tokens;
}
