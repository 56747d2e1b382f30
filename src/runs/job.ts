import type { Conversation } from '../conversation.ts';
import { UserError } from '../errors.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Cut, HeldRun } from './held-run.ts';
import type { Lease } from './lease.ts';
import type { Run } from './run.ts';
import { RunLeft } from './run-left.ts';
import { givenUpMessage, stoppedMessage } from './stopped-message.ts';

/** A run that this process is bringing to its ending. What cuts it off first is what counts. */
export class Job implements HeldRun {
	readonly run: Run;
	readonly conversation: Conversation;
	readonly lease: Lease;
	/** Never rejects. */
	readonly finished: Promise<Result | Failure>;
	readonly finish: (ending: Result | Failure) => void;
	/** Resolves when people have the ending, or this process is done with the run. */
	readonly over: Promise<void>;
	readonly concluded: () => void;
	readonly #controller = new AbortController();
	#cut: Cut | undefined;

	constructor(run: Run, conversation: Conversation, lease: Lease) {
		this.run = run;
		this.conversation = conversation;
		this.lease = lease;
		const { promise, resolve } = Promise.withResolvers<Result | Failure>();
		this.finished = promise;
		this.finish = resolve;
		const concluding = Promise.withResolvers<void>();
		this.concluded = concluding.resolve;
		this.over = Promise.race([concluding.promise, promise.then(() => {})]);
		lease.lost.addEventListener('abort', () => this.leave(), { once: true });
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	get cut(): Cut | undefined {
		return this.#cut;
	}

	/** For good: a person does not want it any more. */
	stop(by: string): void {
		this.#cutOff({ kind: 'stopped', by }, new UserError('stopped', stoppedMessage(by, [])));
	}

	/** For good: it has taken down every process that began it. */
	giveUp(crashes: number): void {
		this.#cutOff({ kind: 'given-up', crashes }, new UserError('internal', givenUpMessage(crashes, [])));
	}

	/** To be resumed, by another process or the next start. */
	leave(): void {
		this.#cutOff({ kind: 'left' }, new RunLeft());
	}

	#cutOff(cut: Cut, reason: UserError): void {
		this.#cut ??= cut;
		this.#controller.abort(reason);
	}
}
