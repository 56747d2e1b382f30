import type { Conversation } from '../../src/conversation.ts';
import type { RunQueue } from '../../src/runs/run-queue.ts';
import { runQueueWith } from '../../src/runs/run-queue-with.ts';
import type { SubmittedRun } from '../../src/runs/run-request.ts';
import { isConsoleSession } from './session.ts';

/** The runs that go on in this console: what Ctrl-C stops. */
export interface RunsInHand {
	/** True while one of them has not shown its ending. */
	readonly unanswered: boolean;
	/** Stops them all, also those being submitted just now. False when there is none. */
	stopAll(): boolean;
	/** The queue, with every run noted that is given to it here, or taken up of a console; others are taken up as well, and not given. */
	watch(queue: RunQueue): RunQueue;
	/** The conversation, with every run noted that is shown in it: the queue takes up runs of dead processes unasked. */
	shownIn(conversation: Conversation): Conversation;
}

export function createRunsInHand(): RunsInHand {
	let queue: RunQueue | undefined;
	const submitting = new Set<Promise<SubmittedRun>>();
	const submitted = new Set<string>();
	const shown = new Set<string>();
	/** Submitted runs that have shown their ending and may still be keeping functions. */
	const ended = new Set<string>();
	const note = (taken: SubmittedRun) => {
		const { id } = taken.run;
		submitted.add(id);
		void taken.finished.then(() => {
			submitted.delete(id);
			ended.delete(id);
		});
		return taken;
	};
	// What cannot be recorded is stopped all the same: these runs are of this process.
	const stop = (id: string) => void queue?.stop(id, 'you').catch(() => {});
	return {
		get unanswered() {
			return submitting.size + submitted.size - ended.size + shown.size > 0;
		},
		stopAll() {
			const busy = submitting.size + submitted.size + shown.size > 0;
			for (const id of new Set([...submitted, ...shown])) stop(id);
			for (const accepting of submitting)
				accepting.then(
					({ run }) => stop(run.id),
					() => {},
				);
			return busy;
		},
		watch(watched) {
			queue = watched;
			return runQueueWith(watched, {
				async submit(request) {
					const accepting = watched.submit(request);
					submitting.add(accepting);
					try {
						return note(await accepting);
					} finally {
						submitting.delete(accepting);
					}
				},
				resume: async (options) => (await watched.resume(options)).filter(({ run }) => isConsoleSession(run.conversation)).map(note),
			});
		},
		shownIn: (conversation) => ({
			async show(run, event, index) {
				// Functions are kept after the answer.
				if (!submitted.has(run.id) && event.type !== 'kept') shown.add(run.id);
				await conversation.show(run, event, index);
				if (event.type !== 'result' && event.type !== 'failure') return;
				shown.delete(run.id);
				if (submitted.has(run.id)) ended.add(run.id);
			},
			confirmWrite: (run, write, signal) => conversation.confirmWrite(run, write, signal),
			askPerson: (run, question, signal) => conversation.askPerson(run, question, signal),
		}),
	};
}
