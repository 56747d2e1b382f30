import type { Logger } from 'pino';
import type { Postings } from '../../src/runs/postings.ts';
import type { Run } from '../../src/runs/run.ts';
import type { WorkingStatus } from '../shared/chat-conversation.ts';
import { createStatusMessages } from '../shared/status-messages.ts';
import { createNativeStatus } from './native-status.ts';
import type { Outbound } from './outbound/outbound.ts';
import { conversationKey, type Place, placeOf, placeOfRun } from './place.ts';
import { statusMessage } from './render/progress.ts';

export interface WorkingStatusOptions {
	readonly outbound: Outbound;
	readonly postings: Postings;
	readonly logger: Logger;
}

interface Shown {
	readonly place: Place;
	/** What is to be seen. */
	text: string;
	/** Slack's own status line follows it, call by call. */
	native: Promise<void>;
}

/** "50+ per minute" is all that a workspace has for `chat.update` (docs.slack.dev/apis/web-api/rate-limits, tier 3), for all runs together. */
const REFRESH_MS = 3_000;

/** Slack's own status line and stop button where the workspace has them, and a message with a Stop button. */
export function createWorkingStatus({ outbound, postings, logger }: WorkingStatusOptions): WorkingStatus {
	const native = createNativeStatus({ outbound, logger });
	const shown = new Map<string, Shown>();
	const messages = createStatusMessages({
		post: (run, text, signal) => outbound.post(placeOfRun(run), keyOf(run), statusMessage(run, text()), { priority: 'status', signal }),
		update: (run, ts, text) => outbound.update({ ...placeOfRun(run), ts }, statusMessage(run, text)),
		async remove(run, ts) {
			await outbound.remove({ ...placeOfRun(run), ts });
			await postings.forget(keyOf(run));
		},
		posted: (run) => outbound.find(placeOfRun(run), keyOf(run)),
		refreshMs: REFRESH_MS,
		logger,
	});

	/** The thread's status line goes to another run of it, or goes out. */
	const hand = async (run: Run, place: Place) => {
		const other = [...shown.values()].find((state) => conversationKey(state.place) === run.conversation);
		if (other) return native.setText(place, other.text);
		await native.setText(place, '');
		await native.setSession(run, place, 'active');
	};
	const begin = (run: Run, place: Place): Shown => {
		const state: Shown = { place, text: '', native: Promise.resolve() };
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

	/** Nothing more is drawn of it here; resolves when nothing is under way. */
	const forget = async (run: Run) => {
		const state = shown.get(run.id);
		shown.delete(run.id);
		if (state) state.text = '';
		await state?.native;
	};

	return {
		show(run, text) {
			const place = placeOf(run.conversation);
			if (!place || shown.get(run.id)?.text === text) return;
			const state = shown.get(run.id) ?? begin(run, place);
			state.text = text;
			draw(state);
			messages.show(run, text);
		},
		renew(run) {
			const state = shown.get(run.id);
			if (state) draw(state);
		},
		async end(run) {
			const place = placeOf(run.conversation);
			if (!place) return;
			const drawn = forget(run);
			// Also of another process, which has left the run to this one.
			void drawn.then(() => hand(run, place));
			await messages.end(run);
		},
		leave(run) {
			void forget(run);
			messages.leave(run);
		},
	};
}

function keyOf(run: Run): string {
	return `${run.id}.status`;
}
