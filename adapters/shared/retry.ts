import type { Failure, Result } from '../../src/pipeline/progress.ts';
import type { Run } from '../../src/runs/run.ts';

/** Whether this is what a dry run came to: nothing in it can be right or wrong, so nobody is asked to rate it. */
export function isDry({ withheld }: Pick<Result, 'withheld'>): boolean {
	return withheld !== undefined;
}

/** Of the button that asks the same again. */
export function retryLabel(result: Pick<Result, 'withheld'>): string {
	return isDry(result) ? 'Run for real' : 'Retry';
}

/** A question that is asked once more, as the `ask` of a `Request` has it. */
export interface Retry {
	readonly options: Readonly<Record<string, string | boolean>>;
	readonly retryOf?: string;
}

/**
 * What that button asks: after the result of a dry run for real, and after a failed one for a dry run again. Leave to write unasked is not kept. It retries
 * the run whose button it is, unless that has the result of a dry run: nobody wants another answer then, but the same one for real.
 */
export function retryOf({ id, question, dryRun }: Pick<Run, 'id' | 'question' | 'dryRun'>, ending: Result | Failure | undefined): Retry {
	const options = { question: question.text };
	if (ending?.type === 'result' && isDry(ending)) return { options };
	return { options: { ...options, ...(dryRun && { 'dry-run': true }) }, retryOf: id };
}
