import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Postings } from '../../src/runs/postings.ts';
import type { Run } from '../../src/runs/run.ts';
import type { WorkingStatus } from '../shared/chat-conversation.ts';
import { createNativeStatus } from './native-status.ts';
import type { Outbound } from './outbound/outbound.ts';
import { conversationKey, type Place, placeOf } from './place.ts';
import { statusMessage } from './render/progress.ts';

export interface WorkingStatusOptions {
	readonly outbound: Outbound;
	readonly postings: Postings;
	readonly logger: Logger;
}

interface Shown {
	readonly place: Place;
	/** Aborted when the run has ended. */
	readonly over: AbortController;
	/** Of the message, once it stands; undefined when none was needed. */
	readonly ts: Promise<string | undefined>;
	/** What is to be seen. */
	text: string;
	/** Slack's own status line follows it, call by call. */
	native: Promise<void>;
	/** The message follows it. */
	following: boolean;
}

/** An answer that comes sooner needs no message that is gone at once. */
const QUICK_MS = 1_500;
/** "50+ per minute" is all that a workspace has for `chat.update` (docs.slack.dev/apis/web-api/rate-limits, tier 3), for all runs together. */
const REFRESH_MS = 3_000;
/** A workspace that has used its calls up deletes late; the answer does not wait for that. */
const REMOVAL_MS = 2_000;

/** Slack's own status line and stop button where the workspace has them, and a message with a Stop button. */
export function createWorkingStatus({ outbound, postings, logger }: WorkingStatusOptions): WorkingStatus {
	const native = createNativeStatus({ outbound, logger });
	const shown = new Map<string, Shown>();

	/** The thread's status line goes to another run of it, or goes out. */
	const hand = async (run: Run, place: Place) => {
		const other = [...shown.values()].find((state) => conversationKey(state.place) === run.conversation);
		if (other) return native.setText(place, other.text);
		await native.setText(place, '');
		await native.setSession(run, place, 'active');
	};

	const postSoon = async (run: Run, place: Place, text: () => string, over: AbortSignal): Promise<string | undefined> => {
		try {
			// One that a process before this one has left is there already.
			if ((await postings.get(keyOf(run))) === undefined) await delay(QUICK_MS, undefined, { signal: over });
			return await outbound.post(place, keyOf(run), statusMessage(run, text()), { priority: 'status', signal: over });
		} catch (error) {
			if (!over.aborted) logger.debug({ err: error, run: run.id }, 'the status of a run could not be posted');
			return undefined;
		}
	};
	const begin = (run: Run, place: Place, text: string): Shown => {
		const over = new AbortController();
		const ts = postSoon(run, place, () => state.text, over.signal);
		const state: Shown = { place, over, ts, text, native: Promise.resolve(), following: false };
		shown.set(run.id, state);
		// A run that has ended while this waited need not be shown as going on.
		state.native = native.setSession(run, place, 'processing', () => shown.has(run.id));
		return state;
	};
	/** Sets the line to what is to be seen, unless that is overtaken first. */
	const draw = (state: Shown) => {
		const { place, text } = state;
		state.native = state.native.then(() => native.setText(place, text, () => state.text === text));
	};
	/** Of the texts that come while a call is under way the last is shown. */
	const follow = async (run: Run, state: Shown) => {
		if (state.following) return;
		state.following = true;
		try {
			const ts = await state.ts;
			for (let drawn: string | undefined; ts !== undefined && drawn !== state.text; ) {
				await delay(REFRESH_MS, undefined, { signal: state.over.signal });
				drawn = state.text;
				await outbound.update({ ...state.place, ts }, statusMessage(run, drawn));
			}
		} finally {
			state.following = false;
		}
	};
	const remove = async (run: Run, place: Place, ts: string) => {
		try {
			await outbound.remove({ ...place, ts });
			await postings.forget(keyOf(run));
		} catch (error) {
			logger.debug({ err: error, run: run.id }, 'the status of a run could not be removed');
		}
	};

	return {
		show(run, text) {
			const place = placeOf(run.conversation);
			const known = shown.get(run.id);
			if (!place || known?.text === text) return;
			const state = known ?? begin(run, place, text);
			state.text = text;
			draw(state);
			if (known) follow(run, state).catch(() => {});
		},
		renew(run) {
			const state = shown.get(run.id);
			if (state) draw(state);
		},
		async end(run) {
			const place = placeOf(run.conversation);
			if (!place) return;
			const state = shown.get(run.id);
			shown.delete(run.id);
			if (state) {
				state.text = '';
				state.over.abort();
				void state.native.then(() => hand(run, state.place));
			}
			const removed = (async () => {
				// A process that has died may have left one.
				const ts = state ? await state.ts : await postings.get(keyOf(run)).catch(() => undefined);
				if (ts !== undefined) await remove(run, place, ts);
			})();
			await Promise.race([removed, delay(REMOVAL_MS)]);
		},
	};
}

function keyOf(run: Run): string {
	return `${run.id}.status`;
}
