import type { APITextDisplayComponent } from 'discord.js';
import type { CodeListing } from '../../shared/listing.ts';
import { clean } from '../../shared/printable.ts';
import { splitLines } from '../../shared/split-lines.ts';
import { BLANK, container, fileComponent, textDisplay } from './elements.ts';
import { MESSAGE_TEXT } from './limits.ts';
import type { DiscordMessage } from './message.ts';

/** Longer code comes as a file: nobody reads it in a thread. */
const MOST_MESSAGES = 3;
/** The longest name of a language, two fences and two line feeds. */
const FENCE = '```json\n\n```'.length;

/** Code under its title: highlighted, in up to three messages, or as a file when it is longer or holds a fence. */
export function codeMessages({ title, subtitle = '', code, filename }: CodeListing): readonly DiscordMessage[] {
	const heading = (note: string) => textDisplay(`### ${title}${subtitle}${note}`);
	const parts = codeParts(code, MESSAGE_TEXT - heading(placeOf(MOST_MESSAGES, MOST_MESSAGES)).content.length);
	if (!parts || parts.length > MOST_MESSAGES) {
		const shown = container(heading(`  ·  ${linesAsFile(code)}`), fileComponent(filename));
		return [{ components: [shown], files: [{ filename, content: code.toWellFormed() }] }];
	}
	return parts.map((part, index) => ({ components: [container(heading(placeOf(index + 1, parts.length)), codeBlock(part, 'ts'))] }));
}

/** Pieces of code whose blocks take at most `room` characters each; undefined for code that holds a fence, which no block can show. */
export function codeParts(code: string, room: number): string[] | undefined {
	const shown = clean(code);
	return holdsFence(shown) ? undefined : splitLines(shown, room - FENCE, lengthOf);
}

/** Text in which Discord reads no markup: without a fence in it, and at least one character. */
export function codeBlock(text: string, language: 'ts' | 'json' | '' = ''): APITextDisplayComponent {
	return textDisplay(`\`\`\`${language}\n${text.trim() === '' ? BLANK : text}\n\`\`\``);
}

/** Discord knows no longer fence that could go around it. */
export function holdsFence(text: string): boolean {
	return text.includes('```');
}

/** `1,234 lines, as a file` */
export function linesAsFile(code: string): string {
	const lines = code.split('\n').length;
	return `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}, as a file`;
}

function placeOf(part: number, parts: number): string {
	return parts > 1 ? `  ·  ${part} of ${parts}` : '';
}

function lengthOf(text: string): number {
	return text.length;
}
