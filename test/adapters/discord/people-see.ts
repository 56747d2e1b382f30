import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
	type Discord,
	type InteractionHandle,
	type Message,
	type MessageRef,
	type OptionValue,
	type Person,
	visibleText,
	type Where,
} from '../../simulators/discord/discord.ts';

/** A question that is answered without a model, and its answer. */
export const SAMPLE = 'How many movies did Sofia Coppola direct?';
export const SAMPLE_ANSWER = /Sofia Coppola directed 8 movies\./;
/** Asked in the same thread, after the other. */
export const FOLLOW_UP = 'and Greta Gerwig?';
export const FOLLOW_UP_ANSWER = /Greta Gerwig directed 4 movies\./;

/** A message as people read it: without the marks that keep Discord from taking what somebody wrote for a format. */
export function asRead(message: Pick<Message, 'content' | 'components' | 'attachments'>): string {
	// In code, a backslash is one.
	return visibleText(message).replaceAll(
		/```[\s\S]*?```|`[^`\n]+`|\\([^0-9A-Za-z\s])/g,
		(whole, escaped: string | undefined) => escaped ?? whole,
	);
}

/*
 * A place is the id or the name of a channel, the id of a thread (that of the message it hangs on), or the id of direct messages.
 */

/** What the bot has posted in a place. */
export function postsIn(discord: Discord, place: string): readonly Message[] {
	return discord.messages(place).filter((message) => message.author.id === discord.botId);
}

/** The same as people read it. */
export function shownIn(discord: Discord, place: string): string[] {
	return postsIn(discord, place).map(asRead);
}

export function countOf(discord: Discord, place: string, words: RegExp): number {
	return shownIn(discord, place).filter((text) => words.test(text)).length;
}

/** Resolves with the first post of the bot in a place that reads so. */
export function seen(discord: Discord, place: string, words: RegExp, timeoutMs = 30_000): Promise<Message> {
	const found = () => postsIn(discord, place).find(reads(words));
	return until(discord, `${words} in a thread`, found, () => shownIn(discord, place), timeoutMs);
}

/** Resolves once so many posts of the bot in a place read so. */
export async function seenTimes(discord: Discord, place: string, words: RegExp, times: number, timeoutMs = 30_000): Promise<void> {
	const enough = () => countOf(discord, place, words) >= times;
	await until(discord, `${times} × ${words} in a thread`, enough, () => shownIn(discord, place), timeoutMs);
}

/** Resolves with the first message that reads so and that only this person could see. */
export function heard(discord: Discord, person: Person, words: RegExp, timeoutMs = 30_000): Promise<Message> {
	const found = () => discord.ephemerals(person).find(reads(words));
	return until(discord, `${words} for ${person.name} alone`, found, () => whispersTo(discord, person), timeoutMs);
}

export function whispersTo(discord: Discord, person: Person): string[] {
	return discord.ephemerals(person).map(asRead);
}

/** What answers an interaction: the reply, then what follows it. */
export function answersTo(handle: InteractionHandle): Message[] {
	const reply = handle.reply();
	return [...(reply ? [reply] : []), ...handle.followups()];
}

/** Resolves with the answer to an interaction that reads so, be it the reply or a message that follows it. */
export function answered(discord: Discord, handle: InteractionHandle, words: RegExp, timeoutMs = 30_000): Promise<Message> {
	const found = () => answersTo(handle).find(reads(words));
	return until(discord, `${words} as an answer`, found, () => answersTo(handle).map(asRead), timeoutMs);
}

/** Gives a command and resolves with its answer that reads so. */
export async function commanded(
	discord: Discord,
	person: Person,
	path: string,
	options: Readonly<Record<string, OptionValue>>,
	words: RegExp,
	where?: Where,
): Promise<Message> {
	return answered(discord, await person.command(path, options, where), words);
}

/** Gives a command until its answer reads so: what a question leaves behind is stored after its answer was shown. */
export async function told(
	discord: Discord,
	person: Person,
	path: string,
	options: Readonly<Record<string, OptionValue>>,
	words: RegExp,
	where?: Where,
): Promise<Message> {
	for (let time = 1; ; time++) {
		const handle = await person.command(path, options, where);
		const isAnswered = () => answersTo(handle).some((message) => asRead(message) !== '');
		await until(discord, `an answer to /${path}`, isAnswered, () => [`acknowledged: ${handle.acknowledged}`], 30_000);
		await delay(50);
		const found = answersTo(handle).find(reads(words));
		if (found) return found;
		if (time === 40) throw new Error(`/${path} does not say ${words}: ${answersTo(handle).map(asRead).join('\n---\n')}`);
	}
}

/** Resolves once the bot has written this to this person directly. */
export function writtenTo(discord: Discord, person: Person, words: RegExp): Promise<Message> {
	return seen(discord, discord.directChannel(person), words);
}

/** Resolves once the message, as it is then, reads so. */
export function becomes(discord: Discord, message: MessageRef, words: RegExp, timeoutMs = 10_000): Promise<Message> {
	const now = () => discord.message(message);
	const found = () => [now()].find((version) => version !== undefined && !version.deleted && reads(words)(version));
	const instead = () => [now()].map((version) => (version && !version.deleted ? asRead(version) : 'gone'));
	return until(discord, `a message that reads ${words}`, found, instead, timeoutMs);
}

/** Presses a button of the newest message in a place that has it, by its label or emoji, as soon as there is one. */
export async function press(discord: Discord, person: Person, place: string, label: string): Promise<InteractionHandle> {
	return person.click(await withButton(discord, place, label), label);
}

/** Resolves with the newest message of the bot in a place that has this button. */
export function withButton(discord: Discord, place: string, label: string, timeoutMs = 10_000): Promise<Message> {
	const found = () => postsIn(discord, place).findLast((message) => hasButton(message, label));
	return until(discord, `a button ${label} in a thread`, found, () => shownIn(discord, place), timeoutMs);
}

/** By its label or emoji. */
export function hasButton({ components }: Pick<Message, 'components'>, label: string): boolean {
	const text = JSON.stringify(components ?? []);
	return text.includes(`"label":${JSON.stringify(label)}`) || text.includes(`"name":${JSON.stringify(label)}`);
}

function reads(words: RegExp): (message: Message) => boolean {
	return (message) => words.test(asRead(message));
}

/** What does not happen is told by its words and what stands there instead, rather than by everything that anybody could see. */
async function until<T>(
	discord: Discord,
	what: string,
	condition: () => T | undefined,
	instead: () => string[],
	timeoutMs: number,
): Promise<NonNullable<T>> {
	try {
		return await discord.until(condition, timeoutMs);
	} catch {
		throw new Error(`Not within ${timeoutMs} ms: ${what}. Instead:\n${instead().join('\n---\n')}`);
	}
}

/** Calls the API with the bot's own token: as an older version of it would have, or anything else that has the token. */
export async function asBot(discord: Discord, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
	const response = await fetch(`${discord.apiUrl}/v10${path}`, {
		method,
		headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
		...(body && { body: JSON.stringify(body) }),
	});
	const answer = (await response.json()) as Record<string, unknown>;
	if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
	return answer;
}

/** What holds whatever people do: Discord knew every call, had to slow none down, and was told each time that nobody is to be notified. */
export function assertMannerly(discord: Discord): void {
	assert.deepEqual(discord.unknownRoutes, []);
	assert.deepEqual(discord.rateLimited, []);
	assert.deepEqual(
		discord.interactions.flatMap(({ id, type, problem }) => (problem === undefined ? [] : [`${id} of type ${type}: ${problem}`])),
		[],
	);
	for (const { method, path, body } of discord.calls) {
		const message = method === 'GET' ? undefined : messageIn(body);
		if (message) assert.deepEqual(message.allowed_mentions, { parse: [] }, `${method} ${path}: ${JSON.stringify(message).slice(0, 300)}`);
	}
}

interface Body {
	readonly data?: Body;
	readonly title?: unknown;
	readonly components?: unknown;
	readonly content?: unknown;
	readonly allowed_mentions?: unknown;
}

/** The message that a call brings, be it in a response to an interaction. Forms are none. */
function messageIn(body: unknown): Body | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { data } = body as Body;
	const message = data ?? (body as Body);
	return (message.components !== undefined || message.content !== undefined) && message.title === undefined ? message : undefined;
}
