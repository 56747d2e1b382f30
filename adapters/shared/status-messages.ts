import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Run } from '../../src/runs/run.ts';

/** How a platform shows a message that says what a run is doing now. */
export interface StatusSurface {
	/** Posts it, with what `text` gives when it is sent, and gives its id. Rejects with the reason of the signal when it is not wanted any more. */
	readonly post: (run: Run, text: () => string, signal: AbortSignal) => Promise<string>;
	readonly update: (run: Run, id: string, text: string) => Promise<void>;
	/** Resolves when it is gone and forgotten. */
	readonly remove: (run: Run, id: string) => Promise<void>;
	/** Of a message that a process before this one has left. */
	readonly posted: (run: Run) => Promise<string | undefined>;
	/** Between two updates. */
	readonly refreshMs: number;
	readonly logger: Logger;
}

/** One message for each run, gone before its answer. Methods never throw or reject. */
export interface StatusMessages {
	/** Shows it soon; what is overtaken meanwhile is left out. */
	show(run: Run, text: string): void;
	/** Takes it away; resolves when it is gone, or after 2 s. */
	end(run: Run): Promise<void>;
}

interface Shown {
	/** Aborted when the run has ended. */
	readonly over: AbortController;
	/** Of the message, once it stands; undefined when none was needed. */
	readonly id: Promise<string | undefined>;
	/** What is to be seen. */
	text: string;
	/** The message follows it. */
	following: boolean;
}

/** An answer that comes sooner needs no message that is gone at once. */
const QUICK_MS = 1_500;
/** A platform that is asked too much deletes late; the answer does not wait for that. */
const REMOVAL_MS = 2_000;

export function createStatusMessages({ post, update, remove, posted, refreshMs, logger }: StatusSurface): StatusMessages {
	const shown = new Map<string, Shown>();

	const postSoon = async (run: Run, text: () => string, over: AbortSignal): Promise<string | undefined> => {
		try {
			// One that a process before this one has left is there already.
			if ((await posted(run)) === undefined) await delay(QUICK_MS, undefined, { signal: over });
			return await post(run, text, over);
		} catch (error) {
			if (!over.aborted) logger.debug({ err: error, run: run.id }, 'the status of a run could not be posted');
			return undefined;
		}
	};
	const begin = (run: Run, text: string) => {
		const over = new AbortController();
		const state: Shown = { over, id: postSoon(run, () => state.text, over.signal), text, following: false };
		shown.set(run.id, state);
	};
	/** Of the texts that come while a call is under way the last is shown. */
	const follow = async (run: Run, state: Shown) => {
		if (state.following) return;
		state.following = true;
		try {
			const id = await state.id;
			for (let drawn: string | undefined; id !== undefined && drawn !== state.text; ) {
				await delay(refreshMs, undefined, { signal: state.over.signal });
				drawn = state.text;
				await update(run, id, drawn);
			}
		} finally {
			state.following = false;
		}
	};

	return {
		show(run, text) {
			const state = shown.get(run.id);
			if (!state) return begin(run, text);
			if (state.text === text) return;
			state.text = text;
			follow(run, state).catch(() => {});
		},
		async end(run) {
			const state = shown.get(run.id);
			shown.delete(run.id);
			state?.over.abort();
			const removed = (async () => {
				try {
					// A process that has died may have left one.
					const id = state ? await state.id : await posted(run);
					if (id !== undefined) await remove(run, id);
				} catch (error) {
					logger.debug({ err: error, run: run.id }, 'the status of a run could not be removed');
				}
			})();
			await Promise.race([removed, delay(REMOVAL_MS)]);
		},
	};
}
