import { setTimeout } from 'node:timers/promises';
import { type Message, type MessageRef, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';

/** A question that is answered without a model, and its answer. */
export const SAMPLE = 'How many movies did Sofia Coppola direct?';
export const SAMPLE_ANSWER = /Sofia Coppola directed 8 movies\./;
/** Asked in the same thread, after the other. */
export const FOLLOW_UP = 'and Greta Gerwig?';
export const FOLLOW_UP_ANSWER = /Greta Gerwig directed 4 movies\./;

/** What the bot has posted in a thread besides its first message. */
export function postsIn(slack: Slack, { channel, ts }: MessageRef): readonly Message[] {
	return slack.thread(channel, ts).filter((message) => message.bot_id !== undefined && message.ts !== ts);
}

/** The same as people read it. */
export function shownIn(slack: Slack, thread: MessageRef): string[] {
	return postsIn(slack, thread).map(visibleText);
}

export function countOf(slack: Slack, thread: MessageRef, words: RegExp): number {
	return shownIn(slack, thread).filter((text) => words.test(text)).length;
}

/** Resolves with the first post of the bot in a thread that reads so. */
export function seen(slack: Slack, thread: MessageRef, words: RegExp, timeoutMs = 30_000): Promise<Message> {
	const isIt = (message: Message) => words.test(visibleText(message));
	return until(
		slack,
		`${words} in a thread`,
		() => postsIn(slack, thread).find(isIt),
		() => shownIn(slack, thread),
		timeoutMs,
	);
}

/** Resolves with the first message that reads so and that only this person could see. */
export function heard(slack: Slack, person: Person, words: RegExp, timeoutMs = 30_000): Promise<Message> {
	const isIt = (message: Message) => words.test(visibleText(message));
	return until(
		slack,
		`${words} for ${person.name} alone`,
		() => slack.ephemerals(person).find(isIt),
		() => whispersTo(slack, person),
		timeoutMs,
	);
}

/** Types a command until one of its answers reads so: what a question leaves behind is stored after its answer was shown. */
export async function told(slack: Slack, person: Person, line: string, channel: string, words: RegExp): Promise<Message> {
	for (let time = 1; ; time++) {
		const before = slack.ephemerals(person).length;
		await person.command(line, channel);
		const answers = () => slack.ephemerals(person).slice(before);
		await slack.until(() => answers().length > 0);
		await setTimeout(50);
		const found = answers().find((message) => words.test(visibleText(message)));
		if (found) return found;
		if (time === 40) throw new Error(`${line} does not say ${words}: ${answers().map(visibleText).join('\n---\n')}`);
	}
}

export function whispersTo(slack: Slack, person: Person): string[] {
	return slack.ephemerals(person).map(visibleText);
}

/** Where this person and the bot write to one another directly. */
export async function directChannel(slack: Slack, person: Person): Promise<string> {
	await person.openMessages();
	const events = slack.deliveries.map(({ body }) => body.event as { type?: string; user?: string; channel?: string } | undefined);
	return events.find((event) => event?.type === 'app_home_opened' && event.user === person.id)?.channel ?? '';
}

/** Resolves once the bot has written this to this person directly. */
export async function writtenTo(slack: Slack, person: Person, words: RegExp): Promise<void> {
	const channel = await directChannel(slack, person);
	const written = () => slack.messages(channel).map(visibleText);
	await until(slack, `${words} written to ${person.name}`, () => written().find((text) => words.test(text)), written, 20_000);
}

/** Resolves once the condition holds of the message as it is then. */
export function becomes(slack: Slack, message: MessageRef, words: RegExp): Promise<Message> {
	const now = () => slack.message(message);
	const isIt = (found: Message | undefined) => (found && words.test(visibleText(found)) ? found : undefined);
	return until(
		slack,
		`a message that reads ${words}`,
		() => isIt(now()),
		() => [visibleText(now() ?? { text: 'gone', blocks: [] })],
		10_000,
	);
}

/** Presses a button of the newest message in a thread that has it, as soon as there is one; whoever does joins the channel first. */
export async function press(slack: Slack, person: Person, thread: MessageRef, label: string): Promise<void> {
	await person.join(thread.channel);
	const found = () => postsIn(slack, thread).findLast((message) => hasButton(message, label));
	const message = await until(slack, `a button ${label} in a thread`, found, () => shownIn(slack, thread), 10_000);
	await person.click(message, label);
}

export function hasButton(message: { readonly blocks: readonly unknown[] }, label: string): boolean {
	return JSON.stringify(message.blocks).includes(`"text":"${label}"`);
}

/** What does not happen is told by its words and what stands there instead, rather than by everything that anybody could see. */
async function until<T>(
	slack: Slack,
	what: string,
	condition: () => T | undefined,
	instead: () => string[],
	timeoutMs: number,
): Promise<NonNullable<T>> {
	try {
		return await slack.until(condition, timeoutMs);
	} catch {
		throw new Error(`Not within ${timeoutMs} ms: ${what}. Instead:\n${instead().join('\n---\n')}`);
	}
}
