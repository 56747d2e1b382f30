const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

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

/** What stands between angle brackets: `@U0123|dana`, `#C0123|general`, `!here`, `mailto:a@b.c|a@b.c`, `https://x.y|x.y`. */
function spelled(inside: string, botUserId: string | undefined): string {
	const [target = '', label] = inside.split('|');
	switch (target[0]) {
		case '@':
			return target.slice(1) === botUserId ? '' : `@${label ?? target.slice(1)}`;
		case '#':
			return `#${label ?? target.slice(1)}`;
		case '!':
			return label ?? `@${target.slice(1)}`;
		default:
			return target.startsWith('mailto:') ? target.slice('mailto:'.length) : target;
	}
}
