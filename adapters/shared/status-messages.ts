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
	/** Of a message that another process has left. */
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
	/** Shows nothing more of it, and leaves a message that stands to another process. */
	leave(run: Run): void;
}

interface Shown {
	/** Aborted when the run has ended, or is another process's to show. */
	readonly over: AbortController;
	/** Of the message, once it stands; undefined when none was needed. */
	id: Promise<string | undefined>;
	/** What is to be seen. */
	text: string;
	/** What the message says, as far as it is from here. */
	drawn?: string;
	/** The message follows it. */
	following: boolean;
}

/** An answer that comes sooner needs no message that is gone at once. */
const QUICK_MS = 1_500;
/** A platform that is asked too much deletes late; the answer does not wait for that. */
const REMOVAL_MS = 2_000;

export function createStatusMessages({ post, update, remove, posted, refreshMs, logger }: StatusSurface): StatusMessages {
	const shown = new Map<string, Shown>();

	const postSoon = async (run: Run, state: Shown): Promise<string | undefined> => {
		const { signal } = state.over;
		try {
			const left = await posted(run);
			if (left !== undefined) return left;
			await delay(QUICK_MS, undefined, { signal });
			// That another process was posting meanwhile, while it still had the run.
			const late = await posted(run);
			return late ?? (await post(run, () => drawing(state), signal));
		} catch (error) {
			if (!signal.aborted) logger.debug({ err: error, run: run.id }, 'the status of a run could not be posted');
			return undefined;
		}
	};
	const begin = (run: Run, text: string) => {
		const state: Shown = { over: new AbortController(), id: Promise.resolve(undefined), text, following: false };
		state.id = postSoon(run, state);
		shown.set(run.id, state);
		// What another process has left says what that one was doing.
		follow(run, state).catch(() => {});
	};
	/** Of the texts that come while a call is under way the last is shown. */
	const follow = async (run: Run, state: Shown) => {
		if (state.following) return;
		state.following = true;
		try {
			const id = await state.id;
			while (id !== undefined && state.drawn !== state.text) {
				await delay(refreshMs, undefined, { signal: state.over.signal });
				await update(run, id, drawing(state));
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
					// Another process may have left one.
					const id = (await state?.id) ?? (await posted(run));
					if (id !== undefined) await remove(run, id);
				} catch (error) {
					logger.debug({ err: error, run: run.id }, 'the status of a run could not be removed');
				}
			})();
			await Promise.race([removed, delay(REMOVAL_MS)]);
		},
		leave(run) {
			shown.get(run.id)?.over.abort();
			shown.delete(run.id);
		},
	};
}

/** The text, which from now on counts as what the message says. */
function drawing(state: Shown): string {
	state.drawn = state.text;
	return state.text;
}
