/** What Discord's client makes of a stretch of text; `plain` is what it leaves as it is. */
export type Kind = keyof typeof RULES | keyof typeof LINE_RULES | 'plain';

export interface Token {
	readonly kind: Kind;
	/** What is shown: for a block of code its content. */
	readonly text: string;
}

type Match = readonly [kind: Kind, raw: string, inner: string];

/** The rules of the client (its `simple-markdown` parser), in their order; the last group is what goes on being read. */
const RULES = {
	escape: /\\([^0-9A-Za-z\s])/y,
	codeBlock: /```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```/iy,
	code: /(?:`+)(?<=((?<!`)`+))([\s\S]*?[^`])\1(?!`)/y,
	autolink: /<([^: >]+:\/[^ >]+)>/y,
	url: /((?:https?|steam):\/\/[^\s<]+[^<.,:;"'\]\s])/y,
	link: /\[((?:[^\\[\]]|\\.)*)\]\(\s*<?[^\s)]+>?(?:\s+['"][\s\S]*?['"])?\s*\)/y,
	role: /<@&(\d+)>/y,
	user: /<@!?(\d+)>/y,
	everyone: /(@(?:everyone|here|Clyde))/y,
	channel: /<#(\d+)>/y,
	command: /<\/([^\n:<>]+):\d+>/y,
	customEmoji: /<a?:(\w+):\d+>/y,
	emoji: /:([^\s:]+?(?:::skin-tone-\d)?):/y,
	sound: /<sound:(\d+:\d+)>/y,
	timestamp: /<t:(-?\d{1,17})(?::[tTdDfFsSR])?>/y,
	place: /<id:([\w:-]+)>/y,
	strong: /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y,
	underline: /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y,
	emphasis: /(?:\b_((?:__|\\[\s\S]|[^\\_])+?)_\b|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*))/y,
	strikethrough: /~~([\s\S]+?)~~(?!_)/y,
	spoiler: /\|\|([\s\S]+?)\|\|/y,
} as const;

/** Those that count at the beginning of a line. */
const LINE_RULES = {
	quote: /[^\S\n]*>(?:>>)? +/y,
	subtext: /[^\S\n]*-# +/y,
	heading: /[^\S\n]*#{1,3}[^\S\n]+(?=\S)/y,
	list: /[^\S\n]*(?:[*+-]|\d+\.) /y,
} as const;

/** The marks that the client finds in a text, from the outside in, and the plain text around them, joined. */
export function readMarkdown(text: string): readonly Token[] {
	const tokens: Token[] = [];
	let lineStarts = true;
	for (let at = 0; at < text.length; ) {
		const found: Match | undefined = (lineStarts && match(LINE_RULES, text, at)) || match(RULES, text, at);
		const [kind, raw, inner]: Match = found ?? ['plain', text.charAt(at), text.charAt(at)];
		if (kind === 'escape' || kind === 'plain') addPlain(tokens, inner);
		else tokens.push({ kind, text: inner }, ...(isNested(kind) ? readMarkdown(inner).filter((token) => token.kind !== 'plain') : []));
		at += raw.length;
		lineStarts = kind in LINE_RULES || raw.endsWith('\n') || (lineStarts && kind === 'plain' && raw.trim() === '');
	}
	return tokens;
}

/** What a text is to people when nothing in it is a mark; undefined when something is. */
export function plainOf(text: string): string | undefined {
	const tokens = readMarkdown(text);
	return tokens.every(({ kind }) => kind === 'plain') ? tokens.map((token) => token.text).join('') : undefined;
}

function match(rules: Readonly<Record<string, RegExp>>, text: string, at: number): Match | undefined {
	for (const [kind, rule] of Object.entries(rules)) {
		rule.lastIndex = at;
		const found = rule.exec(text);
		if (found) return [kind as Kind, found[0], found.findLast((group) => group !== undefined) ?? ''];
	}
	return undefined;
}

function isNested(kind: Kind): boolean {
	return ['strong', 'underline', 'emphasis', 'strikethrough', 'spoiler', 'link'].includes(kind);
}

function addPlain(tokens: Token[], text: string): void {
	const last = tokens.at(-1);
	if (last?.kind === 'plain') tokens[tokens.length - 1] = { kind: 'plain', text: last.text + text };
	else tokens.push({ kind: 'plain', text });
}
