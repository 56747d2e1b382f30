import { isFields } from './fields.ts';
import type { Message } from './state/transcript.ts';
import type { World } from './world.ts';

/** Whoever waits reads all messages again and again. A version of one does not change. */
const read = new WeakMap<object, string>();

/** What a person reads of a message: the text of its blocks, or its text when it has none. One piece a line. */
export function visibleText(message: Pick<Message, 'text' | 'blocks'>): string {
	if (message.blocks.length === 0) return message.text;
	const text = read.get(message) ?? textsIn(message.blocks).join('\n');
	read.set(message, text);
	return text;
}

const READ = new Set([
	'text',
	'title',
	'title_text',
	'label',
	'hint',
	'placeholder',
	'alt_text',
	'description',
	'initial_value',
	'details',
	'caption',
	'url',
]);

function textsIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (!isFields(value)) return [];
	return Object.entries(value).flatMap(([name, item]) => {
		if (typeof item !== 'string') return textsIn(item);
		return READ.has(name) && item !== '' ? [item] : [];
	});
}

/** All of it: every version of every message and view, also to one person only, files, and what stands around threads. */
export function transcriptText(world: World): string {
	const { transcript, views, uploads, threads } = world;
	const messages = transcript.everything().map((message) => JSON.stringify(message));
	const shown = views.everything().map((view) => JSON.stringify({ ...view.payload, errors: view.errors }));
	const files = uploads.files.map((file) => `${file.name} ${file.title}\n${file.content}`);
	return [...messages, ...shown, ...files, ...threads.everything()].join('\n');
}

const LAST_MESSAGES = 30;
const LONGEST_LINE = 240;

/** The newest messages in short, for whoever waited in vain. */
export function recentMessages(world: World): string {
	const { transcript, workspaces } = world;
	const people = new Map(workspaces.flatMap(({ people: { all } }) => all().map((member) => [member.id, member.name] as const)));
	const lines = transcript.everything().map((message) => {
		const place = `${message.channel}/${message.thread_ts ?? message.ts}`;
		const to = message.ephemeralFor === undefined ? '' : ` (to ${people.get(message.ephemeralFor)} only)`;
		const said = visibleText(message).replaceAll('\n', ' ⏎ ');
		return `${place} ${message.ts} ${people.get(message.user) ?? 'the bot'}${to}: ${said}`.slice(0, LONGEST_LINE);
	});
	return [`${lines.length} versions of messages, of which the last:`, ...lines.slice(-LAST_MESSAGES)].join('\n');
}
