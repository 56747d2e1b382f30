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

/** What that button asks: after the result of a dry run for real, and after a failed one for a dry run again. Leave to write unasked is not kept. */
export function retryOptions(
	{ question, dryRun }: Pick<Run, 'question' | 'dryRun'>,
	ending: Result | Failure | undefined,
): Readonly<Record<string, string | boolean>> {
	const again = dryRun === true && ending?.type !== 'result';
	return { question: question.text, ...(again && { 'dry-run': true }) };
}
