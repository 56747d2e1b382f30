import { fit as fitCost } from '../../shared/shorten.ts';

/**
 * Slack's limits (docs.slack.dev/reference/block-kit), kept with room to spare: one block too long and Slack refuses the message as a whole.
 * All count UTF-16 units.
 */
export const MESSAGE_BLOCKS = 50;
/** Of a text object. */
export const TEXT = 3000;
export const BUTTON_VALUE = 2000;
/** Of all cells of the table of a message; Slack's own limit is 10,000. */
export const TABLE_CHARACTERS = 7000;
/** The head counts as one. */
export const TABLE_ROWS = 100;
export const TABLE_COLUMNS = 20;
/**
 * Of the code in a message. Slack takes 12,000 characters of Markdown, and of a whole message 12,000 "with a buffer", which is not documented and
 * refused 11,341 characters (github.com/slackapi/bolt-js, issues 2509 and 2867); so everything but tables is measured by `costOf`.
 */
export const CODE_COST = 11_000;

/** How much of a message's space a text takes at most: its length as JSON, where quotes and line feeds count twice. */
export function costOf(text: string): number {
	return JSON.stringify(text).length - 2;
}

/** The longest beginning of a text that costs at most `limit`, with `more` about the rest behind it, never half a character. */
export function fit(text: string, limit: number, more?: (left: number) => string): string {
	return fitCost(text, limit, costOf, more);
}
