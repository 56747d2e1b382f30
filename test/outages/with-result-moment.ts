import type { Progress } from '../../src/pipeline/progress.ts';

/** The events of an answer; `reach` is called with `result` before its result is given on, and so before that is recorded. */
export async function* withResultMoment(
	events: AsyncIterable<Progress>,
	reach: (moment: string) => Promise<unknown>,
): AsyncGenerator<Progress> {
	for await (const event of events) {
		if (event.type === 'result') await reach('result');
		yield event;
	}
}
