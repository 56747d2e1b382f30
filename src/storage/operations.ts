import { closedError, storageError } from './storage-error.ts';

/** What is under way in one store. */
export interface Operations {
	/** Rejects with a UserError `storage` when `work` rejects, and when the store was closed. */
	run<R>(work: () => Promise<R>): Promise<R>;
	/** Lets nothing more in, waits for what is under way, then calls `finish`. Only the first call does anything. */
	close(finish: () => Promise<void>): Promise<void>;
}

export function createOperations(): Operations {
	const underWay = new Set<Promise<unknown>>();
	let closing: Promise<void> | undefined;

	async function mended<R>(work: () => Promise<R>): Promise<R> {
		try {
			return await work();
		} catch (error) {
			throw storageError(error);
		}
	}

	return {
		run(work) {
			if (closing) return Promise.reject(closedError());
			const operation = mended(work);
			underWay.add(operation);
			const done = () => underWay.delete(operation);
			operation.then(done, done);
			return operation;
		},
		close(finish) {
			closing ??= Promise.allSettled(underWay).then(() => mended(finish));
			return closing;
		},
	};
}
