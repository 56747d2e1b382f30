import type { Logger } from 'pino';
import type { Conversation } from '../conversation.ts';
import { within } from './deadline.ts';
import type { Lines } from './line.ts';
import type { Run } from './run.ts';

export interface WaitingNoticesOptions {
	readonly lines: Pick<Lines, 'wait'>;
	readonly logger: Logger;
	/** How long a conversation may take to show one event. */
	readonly showLimitMs: number;
}

interface Notice {
	readonly run: Run;
	readonly conversation: Conversation;
	told?: Promise<void>;
}

/** Of what is shown before the answer begins; see `Conversation.show`. */
const BEFORE_FIRST = -1;
/** How often those that wait are looked at, all of them in one read. One that another process begins sooner is not told to wait. */
const LOOK_MS = 1_000;

/** Tells people that what they asked waits for its turn, so that they can stop it. No method rejects. */
export class WaitingNotices {
	readonly #options: WaitingNoticesOptions;
	readonly #notices = new Map<string, Notice>();
	#looking: NodeJS.Timeout | undefined;
	#closed = false;

	constructor(options: WaitingNoticesOptions) {
		this.#options = options;
	}

	/** It is told `now`, or as soon as it has waited for a second. */
	add(run: Run, conversation: Conversation, now: boolean): void {
		const notice: Notice = { run, conversation };
		this.#notices.set(run.id, notice);
		if (now) notice.told = this.#tell(notice);
		this.#lookLater();
	}

	/** This process begins it. Resolves when nothing of the notice can come any more. */
	async over(runId: string): Promise<void> {
		const notice = this.#notices.get(runId);
		this.#notices.delete(runId);
		await notice?.told;
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#looking);
		this.#notices.clear();
	}

	#lookLater(): void {
		if (this.#looking !== undefined || this.#notices.size === 0 || this.#closed) return;
		this.#looking = setTimeout(async () => {
			await this.#look();
			this.#looking = undefined;
			this.#lookLater();
		}, LOOK_MS).unref();
	}

	async #look(): Promise<void> {
		const notices = [...this.#notices.values()];
		try {
			const wait = await this.#options.lines.wait(notices.map(({ run }) => run));
			for (const [index, notice] of notices.entries()) if (this.#notices.has(notice.run.id)) this.#follow(notice, wait[index] === true);
		} catch (error) {
			this.#options.logger.warn({ err: error }, 'which runs still wait could not be looked up');
		}
	}

	#follow(notice: Notice, waits: boolean): void {
		if (waits) {
			notice.told ??= this.#tell(notice);
			return;
		}
		this.#notices.delete(notice.run.id);
		if (notice.told) notice.conversation.elsewhere?.(notice.run);
	}

	async #tell({ run, conversation }: Notice): Promise<void> {
		const { showLimitMs, logger } = this.#options;
		try {
			await within(showLimitMs, conversation.show(run, { type: 'status', text: 'Waiting for its turn…' }, BEFORE_FIRST));
		} catch (error) {
			logger.warn({ err: error, run: run.id }, 'that a run waits could not be shown');
		}
	}
}
