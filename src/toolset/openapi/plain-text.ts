const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' };

/**
 * The words of a CommonMark or HTML text on one line: no markup, no tables, no control or direction characters, at most `limit` characters (cut between
 * words, with an ellipsis). Only as much of the text is looked at as that needs, and in linear time: it may be hostile.
 */
export function plainText(text: unknown, limit: number): string {
	if (typeof text !== 'string') return '';
	const words = text
		.slice(0, limit * 4 + 1000)
		.replace(/^[ \t]*(\|.*|[-=*_]{3,})$/gm, '')
		.replace(/^[ \t]{0,8}(#{1,6}|[-*+>]|\d{1,3}[.)])[ \t]+/gm, '')
		.replace(/!?\[([^[\]\n]{0,300})\]\([^()\n]{0,1000}\)/g, '$1')
		.replace(/<!--[^<]{0,500}?-->|<\/?[a-z][^<>]{0,500}>/gi, ' ')
		.replace(/&(#39|[a-z]{2,4});/g, (whole, name: string) => entities[name] ?? whole)
		.replace(/`+|~~|(?<![\p{L}\p{N}])\*{1,3}(?=[\p{L}\p{N}_"'(])|(?<=\S)\*{1,3}(?![\p{L}\p{N}*,])/gu, '')
		.replace(/(?<![\p{L}\p{N}_])_{1,3}([^_\n]{1,200})_{1,3}(?![\p{L}\p{N}_])/gu, '$1')
		.replace(/\\([!-/:-@[-`{-~])/g, '$1')
		.replace(/\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/g, ' ')
		.replace(/[‘’]/g, "'")
		.replace(/[“”]/g, '"')
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+|\s+/gu, ' ')
		.replace(/ {2,}/g, ' ')
		.trim();
	return cut(words, limit);
}

/** At most `limit` characters, cut between words where there is a place for it. */
export function cut(text: string, limit: number): string {
	if (text.length <= limit) return text;
	const room = text.slice(0, limit - 1);
	const space = room.lastIndexOf(' ');
	return `${room.slice(0, space > limit / 2 ? space : room.length).replace(/[\s,;:.\uD800-\uDBFF]+$/, '')}…`;
}

/** Up to the first full stop that ends a sentence. */
export function firstSentence(text: string): string {
	const end = /(?<!\b(?:e\.g|i\.e|etc|vs|no|approx))[.!?](?=\s+[\p{Lu}\d"'(]|\s*$)/u.exec(text);
	return end === null ? text : text.slice(0, end.index + 1);
}
