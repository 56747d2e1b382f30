const WORD_JOINER = '\u2060';
/** What begins or ends emphasis, code, spoilers, links, quotes, and everything that stands between angle brackets. */
const MARKS = /[\\`*_~|<>[\]]/g;
/** `:name:` is an emoji, and `scheme://` makes a link; a colon before a space is neither. */
const COLONS = /:(?=\S)/g;
/** Headings, lists and small text; quotes are among the marks. */
const LINE_STARTS = /^([^\S\n]*)([#+-])/gm;
const ORDERED_LISTS = /^([^\S\n]*\d+)([.)])/gm;
/** `@everyone`, and the ids in `<@…>`. */
const MENTIONS = /@(?=everyone|here|silent|clyde|[!&]?\d)/gi;

/**
 * Text from elsewhere for Discord's Markdown: read as it is, wherever in a line of ours it stands. Nothing in it formats, links, or mentions
 * (discord.com/developers/docs/reference#message-formatting). A backslash takes the meaning of any punctuation; mentions are broken with an
 * invisible character besides, because one behind a backslash looks like text but still counts. `escapeMarkdown` of discord.js leaves addresses,
 * angle brackets, quotes and small text alone, and whatever underscores come after a `<:`.
 */
export function escapeText(text: string): string {
	return text
		.replaceAll(MARKS, '\\$&')
		.replaceAll(COLONS, '\\:')
		.replaceAll(LINE_STARTS, '$1\\$2')
		.replaceAll(ORDERED_LISTS, '$1\\$2')
		.replaceAll(MENTIONS, `@${WORD_JOINER}`);
}

/** For the inside of code, where nothing but backticks is Markdown: no run of them can end a block. */
export function unfenced(text: string): string {
	return text.replaceAll(/``(?=`)/g, `\`\`${WORD_JOINER}`);
}

/** For names in code style: whether Discord counts a mention there is not documented. */
export function unmentioned(text: string): string {
	return text.replaceAll(MENTIONS, `@${WORD_JOINER}`);
}
