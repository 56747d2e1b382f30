import type { MarkdownBlock } from '@slack/types';
import { printable } from '../../shared/printable.ts';
import { shorten } from '../../shared/shorten.ts';
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

/** Code under a title that says what it is: highlighted, in up to three messages, or as a file when it is longer. */
export interface CodeListing {
	/** Plain words. */
	readonly title: string;
	/** Markup behind the title, escaped by the caller. */
	readonly subtitle?: string;
	readonly code: string;
	readonly filename: string;
}

export function codeMessages({ title, subtitle = '', code, filename }: CodeListing): Rendered {
	const shown = readable(code);
	const heading = (note: string) => section(mrkdwn(`*${title}*${subtitle}${note}`));
	const parts = splitCode(shown, CODE_COST - FENCE_COST - backticksIn(shown) * 2);
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
	return splitCode(shown, limit - FENCE_COST - backticksIn(shown) * 2).map((part) => codeBlock(part, language, shown));
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
	return printable(code)
		.toWellFormed()
		.replaceAll(/<(?=[!@#]|(?:https?|mailto|tel|slack):)/gi, `<${WORD_JOINER}`)
		.replaceAll(LONG_RUN, `$&${WORD_JOINER}`);
}

/** Parts of at most `limit` cost each, split between lines; a longer line is split within. At least one part. */
function splitCode(code: string, limit: number): string[] {
	const parts: string[] = [];
	let lines: string[] = [];
	let cost = 0;
	for (const line of code.split('\n').flatMap((long) => piecesOf(long, limit))) {
		const added = costOf(line) + 2;
		if (cost + added > limit && lines.length > 0) {
			parts.push(lines.join('\n'));
			lines = [];
			cost = 0;
		}
		lines.push(line);
		cost += added;
	}
	return [...parts, lines.join('\n')];
}

function piecesOf(line: string, limit: number): string[] {
	if (line.length <= limit / 2 || costOf(line) + 2 <= limit) return [line];
	const pieces: string[] = [];
	for (let rest = line; rest !== ''; ) {
		// No character of a line costs more than two, tabs and quotes included.
		const piece = shorten(rest, Math.floor(limit / 2) - 1, () => '');
		pieces.push(piece);
		rest = rest.slice(piece.length);
	}
	return pieces;
}
