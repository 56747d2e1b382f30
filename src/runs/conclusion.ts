import type { Logger } from 'pino';
import { endings, type RunOutcome } from '../observability/signals.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import { within } from './deadline.ts';
import { type HeldRun, isLeft } from './held-run.ts';
import type { Run } from './run.ts';
import type { Ending, RunStore } from './run-store.ts';
import { type Transcript, topicOf } from './transcript.ts';
import type { Usage } from './usage.ts';

export interface ConclusionServices {
	readonly store: RunStore;
	readonly transcript: Transcript;
	readonly usage: Usage;
	readonly logger: Logger;
	/** How long a conversation may take to show one event. */
	readonly showLimitMs: number;
}

/**
 * How it went:
 * - `closed`: the ending was shown, and all is recorded
 * - `left`: to be resumed; `ended` is false when the answer would not stop
 * - `unshown`: the ending could not be shown, but is recorded as far as the storage works. `again` tries once more, with a new hold on the run;
 *   `appears` tells whether what only took too long is shown after all. Neither rejects
 * - `unrecorded`: the ending was shown, but the storage failed; `settle` records it, and rejects while the storage still fails
 */
export type Performed = { readonly event: Result | Failure } & (
	| { readonly kind: 'closed' }
	| { readonly kind: 'left'; readonly ended: boolean }
	| { readonly kind: 'unshown'; readonly again: (held: HeldRun) => Promise<Performed>; readonly appears: Promise<boolean> }
	| { readonly kind: 'unrecorded'; readonly settle: () => Promise<void> }
);

/** The status that such an ending leaves a run with. */
export function outcomeOf(event: Result | Failure): RunOutcome {
	if (event.type === 'result') return 'answered';
	return event.code === 'stopped' ? 'stopped' : 'failed';
}

/** The ending of a run, of this process or an earlier one: recorded before it is shown, settled whether it can be shown or not. No method rejects. */
export class Conclusion {
	readonly #services: ConclusionServices;
	#run: Run;
	#ending: Ending;
	#unrecorded = false;
	#signalled = false;
	/** Under way, or done. */
	#showing: Promise<void> | undefined;

	constructor(run: Run, ending: Ending, services: ConclusionServices) {
		this.#run = run;
		this.#ending = ending;
		this.#services = services;
	}

	get ending(): Ending {
		return this.#ending;
	}

	/** Records it, shows it unless it was shown, and settles it. */
	async conclude(held: HeldRun): Promise<void> {
		if (!this.#ending.shown) {
			await this.#record(() => this.#saveEnding());
			if (await this.#show(held)) this.#ending = { ...this.#ending, shown: true };
			// Another process may have shown it since, and recorded that.
			else if (isLeft(held)) return;
			this.#signal();
		}
		await this.#record(() => this.#settle());
	}

	/** Once, however often it takes to show it. */
	#signal(): void {
		if (this.#signalled) return;
		this.#signalled = true;
		const { event } = this.#ending;
		const { id: run, workspaceId: workspace, createdAt } = this.#run;
		const ended = {
			outcome: outcomeOf(event),
			...(event.type === 'failure' && { code: event.code }),
			ms: Math.max(0, Date.now() - Date.parse(createdAt)),
		};
		this.#services.logger.info({ run, workspace, ...ended }, 'a question has come to its ending');
		endings.signal({ workspace, ...ended, reuses: event.totals.reused.length > 0 });
	}

	/** Closes the run where nothing is left to do for it. */
	async close(): Promise<Performed> {
		const { event, shown } = this.#ending;
		if (!shown) return { kind: 'unshown', event, again: (held) => this.#again(held), appears: this.#appears() };
		const close = () => this.#services.store.close(this.#run.id);
		if (!this.#unrecorded) await this.#record(close);
		if (!this.#unrecorded) return { kind: 'closed', event };
		return {
			kind: 'unrecorded',
			event,
			settle: async () => {
				await this.#settle();
				await close();
			},
		};
	}

	async #again(held: HeldRun): Promise<Performed> {
		const left = { kind: 'left', event: this.#ending.event, ended: true } as const;
		if (isLeft(held)) return left;
		this.#unrecorded = false;
		await this.#record(async () => {
			// Another process may have had it meanwhile.
			const stored = await this.#services.store.ending(this.#run.id);
			if (stored?.shown) this.#ending = stored;
		});
		await this.conclude(held);
		return isLeft(held) ? left : this.close();
	}

	async #settle(): Promise<void> {
		const { event } = this.#ending;
		const { store, transcript, usage } = this.#services;
		await this.#saveEnding();
		await usage.record(this.#run, event.totals);
		this.#run = { ...this.#run, status: outcomeOf(event), endedAt: this.#run.endedAt ?? new Date().toISOString() };
		await store.save(this.#run);
		if (event.type === 'failure') return;
		const answer = event.sentence || JSON.stringify(event.value);
		await transcript.append(topicOf(this.#run), this.#run.id, { question: this.#run.question.text, answer });
	}

	async #saveEnding(): Promise<void> {
		await this.#services.store.saveEnding(this.#run.id, this.#ending);
	}

	/** True when it was shown. What takes too long may still appear: it is not shown a second time before that is clear. */
	async #show({ conversation }: HeldRun): Promise<boolean> {
		const { event, index } = this.#ending;
		const { logger, showLimitMs } = this.#services;
		if (!this.#showing) {
			const showing = Promise.try(() => conversation.show(this.#run, event, index));
			this.#showing = showing;
			showing.catch(() => {
				this.#showing = undefined;
			});
		}
		try {
			await within(showLimitMs, this.#showing);
			return true;
		} catch (error) {
			logger.warn({ err: error, run: this.#run.id, event: event.type }, 'the ending of a run could not be shown');
			return false;
		}
	}

	async #appears(): Promise<boolean> {
		const showing = this.#showing;
		if (!showing) return false;
		return showing.then(
			() => true,
			() => false,
		);
	}

	async #record(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.#unrecorded = true;
			this.#services.logger.error({ err: error, run: this.#run.id }, 'the ending of a run could not be recorded');
		}
	}
}
