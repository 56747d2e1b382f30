import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDead } from '../../src/runs/process-identity.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** What a platform has delivered: written down before it is acknowledged where that is possible, so that nothing is lost, and taken once. */
export interface Inbox {
	/** Writes it down without taking it: what comes of it is left to `accept`, or to whoever takes up what an ended process has left. */
	expect(key: string, body: object): Promise<void>;
	/**
	 * True when it is new and now this process's to handle; false when it was delivered before, to whichever process. Rejects when it cannot be
	 * written down: a platform that waits for an acknowledgement delivers it again.
	 */
	accept(key: string, body: object): Promise<boolean>;
	/** It was handled, or its person has been told why not. Never rejects: while the storage fails, it is tried again for a minute. */
	done(key: string): Promise<void>;
	/** Gives what was left unhandled, by processes that have ended or for other reasons, each to one caller. After an hour it is given up. */
	leftBehind(): Promise<readonly (readonly [key: string, body: object])[]>;
}

interface Letter {
	readonly body: object;
	/** Who wrote it down last; of several processes that a delivery comes to at once, that need not be the one that has taken it. */
	readonly owner: string;
	/** It was taken up from a process before, by its owner. */
	readonly takenUp?: boolean;
	/** When it came, and when it was last taken up. */
	readonly at: number;
	readonly takenAt: number;
}

/** Of all platforms Slack takes longest: it delivers again after seconds, 1 minute and 5 minutes (docs.slack.dev/apis/events-api, "Retries"). */
const REMEMBERED_MS = 3_600_000;
/** Whoever has not handled something by then has ended, or could not; it takes milliseconds, or seconds where a post waits its turn. */
const OVERDUE_MS = 120_000;
/** After a failure; each further wait is twice as long. In all it is less than what makes a letter overdue, after which somebody else would handle it. */
const CROSSING_OFF_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
/** Nobody waits for an answer any more, and what could not be handled so often never will be. */
const LAPSED_MS = 3_600_000;

export interface InboxOptions {
	/** Each has an inbox of its own. */
	readonly platform: string;
	readonly owner: string;
	readonly logger: Logger;
}

export function createInbox(storage: Storage, { platform, owner, logger }: InboxOptions): Inbox {
	const taken = (key: string) => `${platform}-delivery/${key}`;
	const handled = (key: string) => `${platform}-handled/${key}`;
	const letters = storage.records<Letter>(`${platform}-inbox`);
	const write = (key: string, body: object) => letters.put(key, { body, owner, at: Date.now(), takenAt: Date.now() });
	const isAbandoned = async (key: string, { owner: writer, takenUp, takenAt }: Letter) => {
		const taker = takenUp ? undefined : ownerIn(await storage.holder(taken(key)));
		return isDead(taker ?? writer) || Date.now() - takenAt > OVERDUE_MS;
	};
	const crossOff = async (key: string) => {
		// A delivery that came at the same moment may write it down once more after it was crossed off.
		await storage.claim(handled(key), owner, REMEMBERED_MS);
		await letters.delete(key);
	};
	/** Whoever was told that a question could not be accepted must not be answered after the next start. */
	const crossOffLater = async (key: string) => {
		for (const waitMs of CROSSING_OFF_WAITS_MS) {
			await delay(waitMs, undefined, { ref: false });
			try {
				return await crossOff(key);
			} catch (error) {
				logger.debug({ err: error, key }, 'a delivery that was handled still cannot be crossed off');
			}
		}
	};
	return {
		expect: write,
		async accept(key, body) {
			if (await storage.holder(taken(key))) return false;
			// On disk before anybody has taken it: who has taken it may die at any moment, and what was taken is known to all.
			await write(key, body);
			const own = claimant(owner);
			const claim = () => storage.claim(taken(key), own, REMEMBERED_MS);
			// A claim whose answer was lost is made once more: else this delivery were taken by nobody, and left alone until it is overdue.
			return claim().catch(claim);
		},
		async done(key) {
			try {
				await crossOff(key);
			} catch (error) {
				logger.warn({ err: error, key }, 'a delivery that was handled could not be crossed off yet');
				void crossOffLater(key);
			}
		},
		async leftBehind() {
			const left: (readonly [string, object])[] = [];
			for await (const [key, letter] of letters.entries()) {
				if (!(await isAbandoned(key, letter))) continue;
				const known = (await storage.holder(handled(key))) !== undefined;
				const lapsed = Date.now() - letter.at > LAPSED_MS;
				if (lapsed && !known) logger.error({ key }, 'a delivery could not be handled for an hour and is given up');
				if (known || lapsed) {
					await letters.delete(key);
					continue;
				}
				// Of those who see it lie, one takes it; when that one dies, it lies there anew.
				if (!(await storage.claim(`${platform}-left/${key}/${letter.takenAt}`, claimant(owner), REMEMBERED_MS))) continue;
				await storage.claim(taken(key), claimant(owner), REMEMBERED_MS);
				await letters.put(key, { ...letter, owner, takenUp: true, takenAt: Date.now() });
				left.push([key, letter.body]);
			}
			return left;
		},
	};
}

/** Another one for each delivery: the same one could claim again. */
function claimant(owner: string): string {
	return `${owner} ${randomUUID()}`;
}

function ownerIn(claimant: string | undefined): string | undefined {
	return claimant?.split(' ')[0];
}
