import { mulberry32 } from '../../mulberry32.ts';
import { CONFIDENCE, type Estimate, mean } from './statistics.ts';

/** Two strategies on the same tasks: what the first has more than the second. */
export interface Paired {
	/** Mean over the tasks that both have, with a paired percentile bootstrap. */
	readonly difference: Estimate;
	/** Tasks where the first has more, less, and as much. */
	readonly higher: number;
	readonly lower: number;
	readonly equal: number;
	/** Two-sided, of the exact sign test: for shares without repeats, McNemar's exact test. */
	readonly p: number;
}

/** Enough for limits that differ in their third digit from run to run (Efron and Tibshirani 1993, chapter 14, ask for 1,000). */
const RESAMPLES = 10_000;
/** The same rows give the same report. */
const SEED = 20_250_216;
/** What sums of the same numbers in another order may differ by. */
const ROUNDING = 1e-9;

/** From the difference of each task, first minus second. At least one. */
export function comparePairs(differences: readonly number[]): Paired {
	const higher = differences.filter((difference) => difference > ROUNDING).length;
	const lower = differences.filter((difference) => difference < -ROUNDING).length;
	return {
		difference: bootstrap(differences),
		higher,
		lower,
		equal: differences.length - higher - lower,
		p: signTest(higher, lower),
	};
}

/**
 * How probable a division at least as uneven is if either side is as likely, ties left out (McNemar 1947 in its exact form: the binomial test of the
 * discordant pairs). From 0 to 1.
 */
export function signTest(higher: number, lower: number): number {
	const pairs = higher + lower;
	let logarithm = -pairs * Math.LN2;
	let tail = 0;
	for (let rarer = 0; rarer <= Math.min(higher, lower); rarer += 1) {
		tail += Math.exp(logarithm);
		logarithm += Math.log((pairs - rarer) / (rarer + 1));
	}
	return Math.min(1, 2 * tail);
}

/** Of several comparisons made at once, in the same order: the chance of any false difference stays below the level (Holm 1979). */
export function holm(values: readonly number[]): number[] {
	const adjusted = [...values];
	let least = 0;
	const order = [...values.entries()].toSorted(([, a], [, b]) => a - b);
	for (const [rank, [at, p]] of order.entries()) {
		least = Math.max(least, Math.min(1, p * (values.length - rank)));
		adjusted[at] = least;
	}
	return adjusted;
}

function bootstrap(differences: readonly number[]): Estimate {
	const random = mulberry32(SEED);
	const count = differences.length;
	const means = new Float64Array(RESAMPLES);
	for (let resample = 0; resample < RESAMPLES; resample += 1) {
		let sum = 0;
		for (let draw = 0; draw < count; draw += 1) sum += differences[Math.floor(random() * count)] ?? 0;
		means[resample] = sum / count;
	}
	means.sort();
	const outside = Math.round((RESAMPLES * (1 - CONFIDENCE)) / 2);
	return { value: mean(differences), low: means[outside] ?? 0, high: means[RESAMPLES - 1 - outside] ?? 0, units: count };
}
