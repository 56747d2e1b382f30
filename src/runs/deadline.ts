/** An answer went on for longer than it may after it was told to stop. */
export class AnswerOverdue extends Error {
	override readonly name = 'AnswerOverdue';
}

/** Rejects when `work` takes longer than `ms`; `work` itself goes on. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** The same events; throws AnswerOverdue when they do not end within `graceMs` of the signal's abort. */
export async function* untilOverdue<T>(events: AsyncIterable<T>, signal: AbortSignal, graceMs: number): AsyncGenerator<T> {
	let timer: NodeJS.Timeout | undefined;
	let expire = () => {};
	const overdue = new Promise<never>((_, reject) => {
		expire = () => {
			timer = setTimeout(() => reject(new AnswerOverdue(`still going on ${graceMs} ms after its abort`)), graceMs);
		};
	});
	// Raced below; between two events nobody listens.
	overdue.catch(() => {});
	if (signal.aborted) expire();
	else signal.addEventListener('abort', expire, { once: true });
	const iterator = events[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await Promise.race([iterator.next(), overdue]);
			if (next.done) return;
			yield next.value;
		}
	} finally {
		signal.removeEventListener('abort', expire);
		clearTimeout(timer);
	}
}
