import type {
	ActionsBlock,
	Button,
	ContextBlock,
	MrkdwnElement,
	PlainTextElement,
	RichTextBlock,
	SectionBlock,
	TextObject,
} from '@slack/types';
import { clean } from '../../shared/printable.ts';
import { shorten } from '../../shared/shorten.ts';
import { escapeText } from './escape.ts';
import { fit, TEXT } from './limits.ts';

/** Slack refuses a whole message for one empty text. */
const BLANK = '–';
const NOTIFICATION = 200;
const LABEL = 75;

/** Text from elsewhere as it is: no formatting, no links, no mentions, nothing unseen. At most `limit` characters, at least one. */
export function literal(text: string, limit: number = TEXT): string {
	// Controls may fill a text; eight times what is shown leaves enough after they are gone.
	const shown = fit(clean(shorten(text, 8 * limit)), limit);
	return shown.trim() === '' ? BLANK : shown;
}

/** `literal` for a text object in which Slack interprets nothing. */
export function plain(text: string, limit?: number): PlainTextElement {
	return { type: 'plain_text', text: literal(text, limit), emoji: false };
}

/** `literal` for `mrkdwn`: at most `limit` characters with the escapes, none of which is cut in half. */
export function escaped(text: string, limit: number = TEXT): string {
	const shown = escapeText(literal(text, limit));
	return shown.length <= limit ? shown : `${shorten(shown, limit - 1, () => '').replace(/&[a-z]*$/, '')}…`;
}

/** A name in code style. */
export function codeSpan(name: string): string {
	return `\`${escaped(name.replaceAll('`', "'").replaceAll('\n', ' '), NOTIFICATION)}\``;
}

/** Markup of our own. Not even what looks like a name or an address in it becomes a link. */
export function mrkdwn(text: string): MrkdwnElement {
	return { type: 'mrkdwn', text, verbatim: true };
}

/** What a notification says, on one line. */
export function notification(text: string): string {
	return escaped(text.replaceAll(/\s+/g, ' ').trim(), NOTIFICATION);
}

export function section(text: TextObject): SectionBlock {
	return { type: 'section', text };
}

/** Small grey text. */
export function context(...elements: readonly TextObject[]): ContextBlock {
	return { type: 'context', elements: [...elements] };
}

export function button(label: string, actionId: string, options: Pick<Button, 'value' | 'style' | 'confirm'> = {}): Button {
	return { type: 'button', text: { type: 'plain_text', text: fit(label, LABEL), emoji: true }, action_id: actionId, ...options };
}

export function actions(...buttons: readonly Button[]): ActionsBlock {
	return { type: 'actions', elements: [...buttons] };
}

/** Text exactly as it is, in code style: of all blocks the one in which Slack reads no markup, no entities and no fences. At least one character. */
export function preformatted(text: string): RichTextBlock {
	return {
		type: 'rich_text',
		elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: text.trim() === '' ? BLANK : text }] }],
	};
}

/** A person by their Slack id, which notifies them; anything else is shown as it is. */
export function person(userId: string): string {
	return /^[UW][A-Z0-9]{2,20}$/.test(userId) ? `<@${userId}>` : escaped(userId, NOTIFICATION);
}

/** A time in the zone of whoever reads it. The fallback is in UTC. */
export function timeOf(iso: string, format = '{time}'): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return escaped(iso, NOTIFICATION);
	return `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${at.toISOString().slice(0, 16).replace('T', ' ')} UTC>`;
}
