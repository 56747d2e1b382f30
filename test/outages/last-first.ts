import type { TestContext } from 'node:test';

/** What is open in a test, the oldest first. */
export type Closing = (() => PromiseLike<unknown>)[];

/** Closed when the test ends, what was opened last before what it stands on. The hooks of a test run the other way round, and none after one that fails. */
export function lastFirst(context: TestContext, first: Closing[number]): Closing {
	const closing = [first];
	context.after(async () => {
		const failures: unknown[] = [];
		for (const close of closing.toReversed()) {
			try {
				await close();
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) throw failures[0];
	});
	return closing;
}
