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

/** How much more there was than when the warm-up was over. */
export interface Gain {
	/** In the median of any five samples in a row, at most. */
	readonly most: number;
	/** In the last five. */
	readonly atEnd: number;
	/** In a single sample, at most. */
	readonly peak: number;
}

/** Resident memory differs by a quarter from one sample to the next, as V8 and the allocator give pages back or not, which says nothing of growth. */
const IN_A_ROW = 5;

/** Of the samples after `warmUp` runs, against the median of the first of them, until twice as many runs. */
export function gainOf(samples: readonly Sample[], warmUp: number, of: (sample: Sample) => number): Gain {
	const after = samples.filter(({ runs }) => runs >= warmUp);
	const [first] = after;
	if (!first) throw new RangeError(`no sample was taken after ${warmUp} runs`);
	const base = median(after.filter(({ runs }) => runs <= Math.max(2 * warmUp, first.runs)).map(of));
	const values = after.map(of);
	const medians = values.map((_, index) => median(values.slice(Math.max(0, index - IN_A_ROW + 1), index + 1)));
	// The first of them are of the samples that the base is of.
	const whole = medians.slice(Math.min(IN_A_ROW, medians.length) - 1);
	return { most: Math.max(...whole) / base - 1, atEnd: (medians.at(-1) ?? base) / base - 1, peak: Math.max(...values) / base - 1 };
}

export function enduranceVerdict({ samples, tally }: EnduranceMeasured, warmUp: number): string {
	const rss = gainOf(samples, warmUp, (sample) => sample.rss);
	const heap = gainOf(samples, warmUp, ({ heapUsed }) => heapUsed);
	const isFlat = rss.most <= MOST_GAINED && heap.most <= MOST_GAINED;
	const { answered, failed, modelCalls, repairs, reusing } = tally;
	return `
${answered + failed} runs: ${answered} answered (${reusing} with stored functions), ${failed} failed, ${shown(modelCalls)} model calls, ${shown(repairs)} repairs; ${tally.shown} endings shown
After ${warmUp.toLocaleString('en')} runs, as medians of ${IN_A_ROW} samples in a row: resident memory ${percent(rss.most)} at most and ${percent(rss.atEnd)} at the end, heap ${percent(heap.most)} and ${percent(heap.atEnd)}. Single samples: ${percent(rss.peak)} and ${percent(heap.peak)} at most.
${isFlat ? 'FLAT' : 'NOT FLAT'} within ${MOST_GAINED * 100} %.
`;
}

function percent(share: number): string {
	return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`;
}
