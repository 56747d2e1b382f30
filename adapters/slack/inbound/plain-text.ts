import { shorten } from '../../shared/shorten.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Mentions as `plainText` leaves them where Slack gave no name. */
const UNNAMED = /(?<!\w)@([UW][A-Z0-9]{2,20})\b/g;
/** Each name takes a call of Slack. */
const MOST_NAMES = 10;
const NAME = 80;

/**
 * The text of a message as people see it: links as their address, mentions as `@…` or `#…`, Slack's three escapes undone. Mentions of the bot,
 * which say only whom the message is for, are left out.
 */
export function plainText(text: string, botUserId?: string): string {
	return unescaped(text.replaceAll(/<([^<>]*)>/g, (_, inside: string) => spelled(inside, botUserId))).trim();
}

/** Slack's three escapes undone, and nothing else: for what is typed after a command, where no links and mentions are marked. */
export function unescaped(text: string): string {
	return text.replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Whether a message says anything beside whom it is for. */
export function hasWords(text: string): boolean {
	return /[\p{L}\p{N}]/u.test(text.replaceAll(/<[@!][^<>]*>/g, ''));
}

/** The `@U0123` of a plain text as `@dana`, each on one line; of the first 10 people. `nameOf` gives the id of somebody it does not know. */
export async function nameMentions(text: string, nameOf: (userId: string) => Promise<string>): Promise<string> {
	const ids = [...new Set([...text.matchAll(UNNAMED)].map(([, id = '']) => id))].slice(0, MOST_NAMES);
	const names = new Map(await Promise.all(ids.map(async (id) => [id, await nameOf(id)] as const)));
	return text.replaceAll(UNNAMED, (_, id: string) => `@${shorten((names.get(id) ?? id).replaceAll(/\s+/g, ' ').trim(), NAME)}`);
}

/** What stands between angle brackets: `@U0123|dana`, `#C0123|general`, `!here`, `mailto:a@b.c|a@b.c`, `https://x.y|x.y`. */
function spelled(inside: string, botUserId: string | undefined): string {
	const [target = '', label] = inside.split('|');
	switch (target[0]) {
		case '@':
			return target.slice(1) === botUserId ? '' : `@${label || target.slice(1)}`;
		case '#':
			return `#${label || target.slice(1)}`;
		case '!':
			return label || `@${target.slice(1)}`;
		default:
			return target.startsWith('mailto:') ? target.slice('mailto:'.length) : target;
	}
}
