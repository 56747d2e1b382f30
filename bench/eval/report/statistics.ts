/** What is estimated, with its 95 % confidence interval. */
export interface Estimate {
	readonly value: number;
	readonly low: number;
	readonly high: number;
	/** Tasks that it comes from. */
	readonly units: number;
}

export const CONFIDENCE = 0.95;
/** Of the normal distribution at 97.5 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a share (Wilson 1927; recommended by Newcombe 1998, Statistics in Medicine 17, and Brown, Cai, DasGupta 2001). Stays within
 * 0 and 1 and says something for 0 of n, too. `trials` may be a fraction: an effective sample size.
 */
export function wilson(share: number, trials: number): { low: number; high: number } {
	const middle = share + Z ** 2 / (2 * trials);
	const reach = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
	const scale = 1 + Z ** 2 / trials;
	// At the ends, the exact limits are 0 and 1, and rounding must not cut the share itself out of its interval.
	return { low: share === 0 ? 0 : (middle - reach) / scale, high: share === 1 ? 1 : (middle + reach) / scale };
}

/**
 * The share of successes, from each task's share over its repeats. Repeats of one task resemble each other, so they are not counted as trials of
 * their own: the effective number of trials is the one that gives the variance which is seen between tasks (Kish 1965; in Wilson's interval, Korn and
 * Graubard 1998), no less than the tasks and no more than all attempts. With one attempt at each task this is Wilson's interval as it is.
 */
export function shareOf(tasks: readonly number[], attempts: number): Estimate {
	const value = mean(tasks);
	const spread = varianceOf(tasks) / tasks.length;
	const trials = spread > 0 ? (value * (1 - value)) / spread : attempts;
	const certain = value === 0 || value === 1;
	return { value, ...wilson(value, certain ? tasks.length : Math.min(attempts, Math.max(tasks.length, trials))), units: tasks.length };
}

/** The mean with Student's interval; without limits for a single task, of which nothing can be said. */
export function meanOf(tasks: readonly number[]): Estimate {
	const value = mean(tasks);
	if (tasks.length < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, units: tasks.length };
	const reach = studentQuantile(tasks.length - 1) * Math.sqrt(varianceOf(tasks) / tasks.length);
	return { value, low: value - reach, high: value + reach, units: tasks.length };
}

/** How far from 0 lie 95 % of Student's distribution with a whole number of degrees of freedom. */
export function studentQuantile(degrees: number): number {
	let [low, high] = [0, 16];
	// 60 halvings are as exact as the numbers are.
	for (let halving = 0; halving < 60; halving += 1) {
		const middle = (low + high) / 2;
		if (studentWithin(middle, degrees) < CONFIDENCE) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/** The part of Student's distribution between -t and t (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4). */
function studentWithin(t: number, degrees: number): number {
	const angle = Math.atan(t / Math.sqrt(degrees));
	const square = Math.cos(angle) ** 2;
	const odd = degrees % 2 === 1;
	let term = odd ? Math.cos(angle) : 1;
	let sum = 0;
	for (let power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
		sum += term;
		term *= square * ((power + 1) / (power + 2));
	}
	return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample; 0 for less than two. */
function varianceOf(values: readonly number[]): number {
	if (values.length < 2) return 0;
	const middle = mean(values);
	return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
