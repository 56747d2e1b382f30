import {
	type APIActionRowComponent,
	type APIButtonComponentWithCustomId,
	type APIComponentInContainer,
	type APIComponentInMessageActionRow,
	type APIContainerComponent,
	type APIFileComponent,
	type APISectionComponent,
	type APITextDisplayComponent,
	ButtonStyle,
	ComponentType,
} from 'discord.js';
import { clean } from '../../shared/printable.ts';
import { fit, shorten } from '../../shared/shorten.ts';
import { escapeText, unmentioned } from './escape.ts';
import { LABEL } from './limits.ts';

/** Discord refuses a whole message for one empty text. */
export const BLANK = '–';
const NAME = 200;
/** Of what is no id of Discord. */
const OTHER_ID = 60;
/** Discord's ids are decimal numbers. */
const ID = /^\d{5,20}$/;

/** Markdown of our own. */
export function textDisplay(content: string): APITextDisplayComponent {
	return { type: ComponentType.TextDisplay, content };
}

/** Small grey text, on one line. */
export function subtext(content: string): APITextDisplayComponent {
	return textDisplay(`-# ${content}`);
}

export function container(...components: readonly APIComponentInContainer[]): APIContainerComponent {
	return { type: ComponentType.Container, components: [...components] };
}

/** Text with a button beside it. */
export function section(content: string, accessory: APIButtonComponentWithCustomId): APISectionComponent {
	return { type: ComponentType.Section, components: [textDisplay(content)], accessory };
}

export function actionRow(...buttons: readonly APIButtonComponentWithCustomId[]): APIActionRowComponent<APIComponentInMessageActionRow> {
	return { type: ComponentType.ActionRow, components: [...buttons] };
}

const STYLES = {
	primary: ButtonStyle.Primary,
	secondary: ButtonStyle.Secondary,
	success: ButtonStyle.Success,
	danger: ButtonStyle.Danger,
} as const;

/** `customId` makes the ids. */
export function button(label: string, customId: string, style: keyof typeof STYLES = 'secondary'): APIButtonComponentWithCustomId {
	return { type: ComponentType.Button, style: STYLES[style], label: shorten(label, LABEL - 1), custom_id: customId };
}

/** A button that is nothing but an emoji. */
export function emojiButton(emoji: string, customId: string): APIButtonComponentWithCustomId {
	return { type: ComponentType.Button, style: ButtonStyle.Secondary, emoji: { name: emoji }, custom_id: customId };
}

/** A file of the same message, by its name. */
export function fileComponent(filename: string): APIFileComponent {
	return { type: ComponentType.File, file: { url: `attachment://${filename}` } };
}

/** Text from elsewhere that may have been cut. */
export interface Fitted {
	/** At least one character. */
	readonly text: string;
	readonly whole: boolean;
}

/**
 * Text from elsewhere as it is: no formatting, no links, no mentions, nothing unseen. At most `limit` characters with the escapes, none of which is
 * cut in half. `more` says what to put after the cut, without markup; an ellipsis unless told.
 */
export function fitted(text: string, limit: number, more?: (left: number) => string): Fitted {
	const shown = clean(text).trim();
	if (shown === '') return { text: BLANK, whole: true };
	const all = shown.length <= limit ? escapeText(shown) : undefined;
	if (all !== undefined && all.length <= limit) return { text: all, whole: true };
	// One less: behind a colon, what follows the cut calls for an escape.
	return { text: escapeText(fit(shown, limit - 1, escapedLength, more)), whole: false };
}

/** `fitted` for texts of which the beginning will do. */
export function literal(text: string, limit: number): string {
	// Controls may fill a text; eight times what is shown leaves enough after they are gone.
	return fitted(shorten(text, 8 * limit), limit).text;
}

/** `literal` on one line. */
export function literalLine(text: string, limit: number): string {
	return literal(shorten(text, 8 * limit).replaceAll(/\s+/g, ' '), limit);
}

/** A name in code style, on one line. */
export function codeSpan(name: string): string {
	const shown = clean(shorten(name, 8 * NAME))
		.replaceAll('`', "'")
		.replaceAll(/\s+/g, ' ')
		.trim();
	return `\`${shown === '' ? BLANK : unmentioned(shorten(shown, NAME))}\``;
}

/** A quotation of a literal. */
export function quote(text: string): string {
	return text
		.split('\n')
		.map((line) => `> ${line}`)
		.join('\n');
}

/** A person by their id, who is notified only if the message allows it; anything else is shown as it is. */
export function person(userId: string): string {
	return ID.test(userId) ? `<@${userId}>` : literalLine(userId, OTHER_ID);
}

/** A time in the zone of whoever reads it. */
export function timeOf(iso: string): string {
	const at = Date.parse(iso);
	return Number.isNaN(at) ? literalLine(iso, OTHER_ID) : `<t:${Math.floor(at / 1000)}:t>`;
}

/** Mentions of channels in a literal, which notify nobody, made links again. */
export function withChannels(escaped: string): string {
	return escaped.replaceAll(/\\<#(\d{5,20})\\>/g, '<#$1>');
}

function escapedLength(text: string): number {
	return escapeText(text).length;
}
