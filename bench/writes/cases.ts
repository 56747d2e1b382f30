import { setTimeout as delay } from 'node:timers/promises';
import { type Card, type Chat, hasEnded, type Place } from './chat.ts';
import { requestsIn, type Suite } from './suite.ts';

/** One question on its way, in a session of its own. */
export interface Asked {
	readonly number: number;
	readonly session: string;
	readonly place: Place;
	/** Requests that somebody said yes to, by their cards. */
	readonly approved: Map<string, string>;
	/** Cards about calls that had been made already, which nobody wanted again: the program gets no response to them. */
	readonly declined: Set<string>;
}

export interface Scene {
	readonly chat: Chat;
	readonly suite: Suite;
	readonly asked: readonly Asked[];
	/** Starts the bot again after it was killed. */
	restart(): Promise<void>;
}

export interface Case {
	readonly name: string;
	/** What the state must be like afterwards: `once` is `goal`, unless the response to a call got lost and a person did not want it again. */
	readonly promise: 'goal' | 'once' | 'untouched';
	readonly environment?: Readonly<Record<string, string>>;
	/** Stands in front of the question. */
	readonly option?: string;
	/** What people, and power cuts, do until all questions have ended. */
	play(scene: Scene): Promise<void>;
}

const LIMIT_MS = 240_000;

export const CASES: readonly Case[] = [
	{ name: 'approved', promise: 'goal', play: approveAll },
	{
		name: 'denied',
		promise: 'untouched',
		play: async ({ asked }) => each(asked, async ({ place }) => (await cardOf(place)).press('Refuse')).then(() => untilEnded(asked)),
	},
	{ name: 'expired', promise: 'untouched', environment: { APPROVAL_TIMEOUT_SECONDS: '3' }, play: ({ asked }) => untilEnded(asked) },
	{
		name: 'killed while the card waits, then approved',
		promise: 'goal',
		async play(scene) {
			await each(scene.asked, ({ place }) => cardOf(place));
			await scene.chat.kill();
			await scene.restart();
			await approveAll(scene);
		},
	},
	{
		name: 'killed right after the click',
		promise: 'once',
		async play(scene) {
			const cards = await Promise.all(scene.asked.map(async (asked) => ({ asked, card: await cardOf(asked.place) })));
			// A click that was not taken is made again after the start.
			await Promise.all(cards.map(({ asked, card }) => approve(asked, card).catch(() => {})));
			await scene.chat.kill();
			await scene.restart();
			await approveAll(scene);
		},
	},
	{ name: 'dry run', promise: 'untouched', option: '--dry-run ', play: ({ asked }) => untilEnded(asked) },
];

/** Says yes to whatever is asked until everything has ended. Of a call that may have been made, the person looks first whether it was. */
async function approveAll({ asked, suite }: Scene): Promise<void> {
	await each(asked, async (one) => {
		const pressed = new Set<string>();
		await until(async () => {
			for (const card of one.place.cards().filter(({ id }) => !pressed.has(id))) {
				// The platform tells people of a click that the bot did not take in time, as when it has just started: they click again.
				if (await decide(one, card, suite).catch(() => false)) pressed.add(card.id);
			}
			return hasEnded(one.place);
		}, one);
	});
}

async function decide(one: Asked, card: Card, suite: Suite): Promise<true> {
	if (!card.labels.includes('Send again')) await approve(one, card);
	else if ((await suite.sent(one.session)).includes(requestsIn(card.text)[0] ?? '')) {
		one.declined.add(card.id);
		await card.press('Do not send');
	} else await card.press('Send again');
	return true;
}

async function approve({ approved }: Asked, card: Card): Promise<void> {
	approved.set(card.id, requestsIn(card.text)[0] ?? 'a request that the card does not show');
	await card.press('Approve');
}

async function untilEnded(asked: readonly Asked[]): Promise<void> {
	await each(asked, (one) => until(async () => hasEnded(one.place), one));
}

async function cardOf(place: Place): Promise<Card> {
	await until(async () => place.cards().length > 0, { place });
	const [card] = place.cards();
	if (!card) throw new Error('The card is gone.');
	return card;
}

async function each(asked: readonly Asked[], work: (one: Asked) => Promise<unknown>): Promise<void> {
	await Promise.all(asked.map(work));
}

async function until(condition: () => Promise<boolean>, { place }: Pick<Asked, 'place'>): Promise<void> {
	const deadline = performance.now() + LIMIT_MS;
	while (!(await condition())) {
		if (performance.now() > deadline) throw new Error(`Nothing more happens here:\n${place.shown().join('\n---\n')}`);
		await delay(50);
	}
}
