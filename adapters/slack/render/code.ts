import type { MarkdownBlock } from '@slack/types';
import type { CodeListing } from '../../shared/listing.ts';
import { clean } from '../../shared/printable.ts';
import { splitLines } from '../../shared/split-lines.ts';
import { mrkdwn, notification, section } from './elements.ts';
import { CODE_COST, costOf } from './limits.ts';
import type { Rendered, SlackMessage } from './message.ts';

/** Longer code comes as a file: nobody reads it in a thread. */
const MOST_MESSAGES = 3;
/** What the fence and the language may add to the code of a block. */
const FENCE_COST = 40;
const WORD_JOINER = '\u2060';
/** Of backticks: a fence has to be longer than any run within, and has to leave room for the code. */
const LONG_RUN = /`{20}/g;

/** Code under its title: highlighted, in up to three messages, or as a file when it is longer. */
export function codeMessages({ title, subtitle = '', code, filename }: CodeListing): Rendered {
	const shown = readable(code);
	const heading = (note: string) => section(mrkdwn(`*${title}*${subtitle}${note}`));
	const parts = splitLines(shown, CODE_COST - FENCE_COST - backticksIn(shown) * 2, costOf);
	if (parts.length > MOST_MESSAGES) {
		const lines = shown.split('\n').length.toLocaleString('en');
		const message = { text: notification(title), blocks: [heading(`  ·  ${lines} lines, as a file`)] };
		return { messages: [message], files: [{ filename, title, content: code.toWellFormed() }] };
	}
	const messages = parts.map((part, index): SlackMessage => {
		const place = parts.length > 1 ? `  ·  ${index + 1} of ${parts.length}` : '';
		return { text: notification(title + place), blocks: [heading(place), codeBlock(part, 'ts', shown)] };
	});
	return { messages, files: [] };
}

/** As many blocks as the code needs, each of at most `limit` cost. */
export function codeBlocks(code: string, language: 'ts' | 'json', limit: number): MarkdownBlock[] {
	const shown = readable(code);
	return splitLines(shown, limit - FENCE_COST - backticksIn(shown) * 2, costOf).map((part) => codeBlock(part, language, shown));
}

/** `whole` decides about the fence, so that all parts have the same. */
function codeBlock(code: string, language: string, whole: string): MarkdownBlock {
	const fence = '`'.repeat(Math.max(3, backticksIn(whole) + 1));
	return { type: 'markdown', text: `${fence}${language}\n${code}\n${fence}` };
}

/** The longest run of them. */
function backticksIn(text: string): number {
	return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}

/**
 * Slack looks for its own tokens (`<!here>`, `<@U…>`, `<https://…|label>`) in Markdown, and does not say whether it leaves fenced code alone. So
 * what could be one gets an invisible character, as does an absurd run of backticks; types such as `Promise<string>` stay as they are.
 */
function readable(code: string): string {
	return clean(code)
		.replaceAll(/<(?=[!@#]|(?:https?|mailto|tel|slack):)/gi, `<${WORD_JOINER}`)
		.replaceAll(LONG_RUN, `$&${WORD_JOINER}`);
}
