import { AsyncLocalStorage } from 'node:async_hooks';
import { type Channel, channel } from 'node:diagnostics_channel';

/** Something that takes time. The same object at its begin and at its end. */
export interface Activity<Begin extends object, End extends object> {
	/** What is known when it begins. */
	readonly begin: Begin;
	/** `Date.now()` */
	readonly startedAt: number;
	/** What is known when it has ended; absent until then, and when it failed. */
	end?: End;
	/** How long it took, when it has ended. Milliseconds. */
	ms?: number;
	/** What it was rejected with. */
	error?: unknown;
}

/** Activities of one kind, and who watches them. Without watchers an activity is a function call more, and nothing is made for it. */
export interface Activities<Begin extends object, End extends object> {
	/** Gives what `work` gives. What `work` begins itself has it for a parent. `end` is asked only where somebody watches. */
	trace<T>(begin: Begin, work: () => Promise<T>, end: (result: T) => End): Promise<T>;
	/** The same for work that yields on its way; it lasts until the last step, with whatever the consumer does between two of them. */
	traceSteps<Y, R>(begin: Begin, steps: AsyncGenerator<Y, R>, end: (result: R) => End): AsyncGenerator<Y, R>;
	/** Is told of each that ends from now on. What `ended` throws goes to `onTrouble`. Gives how to stop. */
	watch(ended: (activity: Activity<Begin, End>) => void, onTrouble: (error: unknown) => void): () => void;
	/**
	 * What `enter` gives for an activity that begins is the store of `storage` for its work: `enter` finds there what the activity around it got. Must
	 * not throw. Gives how to stop.
	 */
	nest<Store>(storage: AsyncLocalStorage<Store>, enter: (activity: Activity<Begin, End>) => Store): () => void;
}

/** Channels of `node:diagnostics_channel`, `<name>:begin` and `<name>:end`. */
export function createActivities<Begin extends object, End extends object>(name: string): Activities<Begin, End> {
	type Of = Activity<Begin, End>;
	const begins = channel(`${name}:begin`) as Channel<Of, never>;
	const ends = channel(`${name}:end`);
	const isWatched = () => begins.hasSubscribers || ends.hasSubscribers;
	const finish = (activity: Of, startedAt: number) => {
		activity.ms = performance.now() - startedAt;
		ends.publish(activity);
	};
	return {
		trace(begin, work, end) {
			if (!isWatched()) return work();
			const activity: Of = { begin, startedAt: Date.now() };
			const startedAt = performance.now();
			return begins.runStores(activity, async () => {
				try {
					const result = await work();
					activity.end = end(result);
					return result;
				} catch (error) {
					activity.error = error;
					throw error;
				} finally {
					finish(activity, startedAt);
				}
			});
		},
		traceSteps(begin, steps, end) {
			return isWatched() ? tracedSteps(begin, steps, end) : steps;
		},
		watch(ended, onTrouble) {
			// What a subscriber throws would end the process as an uncaught exception.
			const told = (activity: unknown) => {
				try {
					ended(activity as Of);
				} catch (error) {
					onTrouble(error);
				}
			};
			ends.subscribe(told);
			return () => void ends.unsubscribe(told);
		},
		nest(storage, enter) {
			// Its typings have one kind of store for a channel, which may have several.
			const any = storage as AsyncLocalStorage<unknown> as AsyncLocalStorage<never>;
			begins.bindStore(any, enter as (activity: Of) => never);
			return () => void begins.unbindStore(any);
		},
	};

	async function* tracedSteps<Y, R>(begin: Begin, steps: AsyncGenerator<Y, R>, end: (result: R) => End): AsyncGenerator<Y, R> {
		const activity: Of = { begin, startedAt: Date.now() };
		const startedAt = performance.now();
		// A step runs in the context of whoever asks for it: each is asked for from inside the activity.
		const inside = begins.runStores(activity, () => AsyncLocalStorage.snapshot());
		let over = false;
		try {
			for (;;) {
				const step = await inside(() => steps.next());
				if (step.done) {
					over = true;
					activity.end = end(step.value);
					return step.value;
				}
				yield step.value;
			}
		} catch (error) {
			over = true;
			activity.error = error;
			throw error;
		} finally {
			if (!over) await inside(() => steps.return(undefined as never));
			finish(activity, startedAt);
		}
	}
}

/** Things that happen. Without watchers one costs a function call. */
export interface Signals<Message extends object> {
	signal(message: Message): void;
	/** Is told of each from now on. What `heard` throws goes to `onTrouble`. Gives how to stop. */
	watch(heard: (message: Message) => void, onTrouble: (error: unknown) => void): () => void;
}

/** A channel of `node:diagnostics_channel`. */
export function createSignals<Message extends object>(name: string): Signals<Message> {
	const happened = channel(name);
	return {
		signal(message) {
			if (happened.hasSubscribers) happened.publish(message);
		},
		watch(heard, onTrouble) {
			const told = (message: unknown) => {
				try {
					heard(message as Message);
				} catch (error) {
					onTrouble(error);
				}
			};
			happened.subscribe(told);
			return () => void happened.unsubscribe(told);
		},
	};
}
