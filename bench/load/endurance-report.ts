import { median } from '../speed/report.ts';
import type { EnduranceMeasured, Sample } from './endurance.ts';
import { shown } from './report.ts';

/** What may be gained after the warm-up. */
const MOST_GAINED = 0.1;

const COLUMNS = [
	'runs',
	'seconds',
	'rss',
	'heapUsed',
	'external',
	'handles',
	'compiler',
	'sandbox',
	'children',
] as const satisfies (keyof Sample)[];
const WIDTH = 10;

export function sampleHeading(): string {
	return `${COLUMNS.map((name) => name.padStart(WIDTH)).join('')}   (memory in MB, after garbage was collected)\n`;
}

export function sampleLine(sample: Sample): string {
	return `${COLUMNS.map((name) => Math.round(sample[name]).toLocaleString('en').padStart(WIDTH)).join('')}\n`;
}

/** How much more there was at the most, and at the end, than when the warm-up was over. */
export interface Gain {
	readonly most: number;
	readonly atEnd: number;
}

/**
 * Of the samples after `warmUp` runs, against the median of the first of them, until twice as many runs: resident memory differs by some MB from one sample
 * to the next, as pages are given back or not.
 */
export function gainOf(samples: readonly Sample[], warmUp: number, of: (sample: Sample) => number): Gain {
	const after = samples.filter(({ runs }) => runs >= warmUp);
	const last = after.at(-1);
	if (!last) throw new RangeError(`no sample was taken after ${warmUp} runs`);
	const base = median(after.filter(({ runs }) => runs <= Math.max(2 * warmUp, after[0]?.runs ?? 0)).map(of));
	return { most: Math.max(...after.map(of)) / base - 1, atEnd: of(last) / base - 1 };
}

export function enduranceVerdict({ samples, tally }: EnduranceMeasured, warmUp: number): string {
	const rss = gainOf(samples, warmUp, (sample) => sample.rss);
	const heap = gainOf(samples, warmUp, ({ heapUsed }) => heapUsed);
	const isFlat = rss.most <= MOST_GAINED && heap.most <= MOST_GAINED;
	const { answered, failed, modelCalls, repairs, reusing } = tally;
	return `
${answered + failed} runs: ${answered} answered (${reusing} with stored functions), ${failed} failed, ${shown(modelCalls)} model calls, ${shown(repairs)} repairs; ${tally.shown} endings shown
After ${warmUp.toLocaleString('en')} runs: resident memory ${percent(rss.most)} at most and ${percent(rss.atEnd)} at the end, heap ${percent(heap.most)} and ${percent(heap.atEnd)}.
${isFlat ? 'FLAT' : 'NOT FLAT'} within ${MOST_GAINED * 100} %.
`;
}

function percent(share: number): string {
	return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`;
}
