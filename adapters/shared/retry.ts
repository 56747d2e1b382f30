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

/** How something is asked once more: what a `Request` has besides what is asked. */
export interface Retry {
	readonly options: Readonly<Record<string, boolean>>;
	readonly retryOf?: string;
}

/**
 * How that button asks: after the result of a dry run for real, and after a failed one for a dry run again. Leave to write unasked is not kept. It retries
 * the run whose button it is, unless that has the result of a dry run, or called a function that somebody named: nobody wants another answer then, but
 * the same one for real, or of now.
 */
export function retryOf({ id, dryRun, call }: Pick<Run, 'id' | 'dryRun' | 'call'>, ending: Result | Failure | undefined): Retry {
	if (ending?.type === 'result' && isDry(ending)) return { options: {} };
	return { options: dryRun ? { 'dry-run': true } : {}, ...(!call && { retryOf: id }) };
}
