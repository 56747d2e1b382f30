import { callPatiently, type Patience } from './call-patiently.ts';
import type { RateGate } from './rate-gate.ts';

/** Changes of messages that stand already. */
export interface MessageUpdates<Target, Message> {
	/** Resolves when it is shown, was overtaken by a newer one, or the message is gone. */
	update(target: Target, message: Message): Promise<void>;
	/** Overtakes every update. Resolves when the message is gone. */
	remove(target: Target): Promise<void>;
	/** What waits to be shown counts as overtaken: another process shows what comes next. */
	drop(target: Target): void;
}

export interface MessageUpdatesOptions<Target, Message> {
	/** The same for the same message. */
	readonly keyOf: (target: Target) => string;
	/** What else a change has to pass: a kind of call that the platform limits. */
	readonly gateOf: (target: Target, kind: 'update' | 'remove') => string;
	/** Makes ready and gives what shows the message or, without one, removes it; that a message is gone already is no error. */
	readonly prepare: (target: Target) => Promise<(message: Message | undefined) => Promise<void>>;
	readonly gate: RateGate;
	readonly patience: Patience;
	/** Between two updates of one message. */
	readonly intervalMs: number;
}

/** A message to show; without one, it is to be removed. */
interface Change<Message> {
	readonly message?: Message;
	readonly done: PromiseWithResolvers<void>;
}

export function createMessageUpdates<Target, Message>(options: MessageUpdatesOptions<Target, Message>): MessageUpdates<Target, Message> {
	const changing = new Map<string, ChangingMessage<Target, Message>>();

	function change(target: Target, message?: Message): Promise<void> {
		const key = options.keyOf(target);
		const known = changing.get(key);
		if (known) return known.add(message);
		const first = new ChangingMessage(target, options);
		changing.set(key, first);
		const done = first.add(message);
		void first.work(() => changing.delete(key));
		return done;
	}
	return {
		update: (target, message) => change(target, message),
		remove: (target) => change(target),
		drop: (target) => changing.get(options.keyOf(target))?.drop(),
	};
}

/** One change after the other, always the newest, until none waits. */
class ChangingMessage<Target, Message> {
	readonly #target: Target;
	readonly #options: MessageUpdatesOptions<Target, Message>;
	#waiting: Change<Message> | undefined;
	#current: Change<Message> | undefined;

	constructor(target: Target, options: MessageUpdatesOptions<Target, Message>) {
		this.#target = target;
		this.#options = options;
	}

	add(message: Message | undefined): Promise<void> {
		// What is to be removed is not shown differently any more.
		if (this.#waiting && !this.#waiting.message) return this.#waiting.done.promise;
		this.#waiting?.done.resolve();
		this.#waiting = { message, done: Promise.withResolvers() };
		return this.#waiting.done.promise;
	}

	/** What is under way runs to its end, and is not repeated. */
	drop(): void {
		for (const change of [this.#waiting, this.#current]) change?.done.resolve();
		this.#waiting = undefined;
		this.#current = undefined;
	}

	/** Never rejects. `ended` is called as soon as nothing waits: what is added later needs another one to work on it. */
	async work(ended: () => void): Promise<void> {
		const { gate, patience } = this.#options;
		const onRateLimit = (ms: number) => gate.hold(this.#gateOf(this.#current), ms);
		while (this.#waiting) {
			try {
				await callPatiently(() => this.#attempt(), { ...patience, onRateLimit });
				this.#current?.done.resolve();
			} catch (error) {
				(this.#current ?? this.#take())?.done.reject(error);
			}
			this.#current = undefined;
		}
		ended();
	}

	async #attempt(): Promise<void> {
		const { keyOf, prepare, gate, patience, intervalMs } = this.#options;
		const own = keyOf(this.#target);
		if ((this.#waiting ?? this.#current)?.message) await gate.pass(own, patience.closing);
		await gate.pass(this.#gateOf(this.#waiting ?? this.#current), patience.closing);
		const show = await prepare(this.#target);
		// Whatever came while this waited has overtaken what it waited with.
		const newest = this.#take();
		if (newest) this.#current?.done.resolve();
		this.#current = newest ?? this.#current;
		if (!this.#current) return;
		try {
			await show(this.#current.message);
		} finally {
			gate.hold(own, intervalMs);
		}
	}

	#take(): Change<Message> | undefined {
		const taken = this.#waiting;
		this.#waiting = undefined;
		return taken;
	}

	#gateOf(change: Change<Message> | undefined): string {
		return this.#options.gateOf(this.#target, change?.message ? 'update' : 'remove');
	}
}
