import { apply, construct, NativeError } from './primordials.ts';

/** Fixes every source of the present time and of chance that the language has, so that equal runs stay equal. */
export function fixTimeAndChance(now: number, seed: number): void {
	replaceDate(now);
	fixDateFormat(now);
	Object.defineProperty(Math, 'random', { value: seededRandom(seed), writable: true, configurable: true });
	// Its `Now` is another clock.
	Reflect.deleteProperty(globalThis, 'Temporal');
	Reflect.deleteProperty(Date.prototype, 'toTemporalInstant');
}

function replaceDate(now: number): void {
	const NativeDate = Date;
	const prototype = NativeDate.prototype;
	function SeededDate(...parts: unknown[]): unknown {
		if (new.target === undefined) return new NativeDate(now).toString();
		return parts.length === 0 ? construct(NativeDate, [now], new.target) : construct(NativeDate, parts, new.target);
	}
	Object.defineProperties(SeededDate, {
		name: { value: 'Date' },
		length: { value: 7 },
		prototype: { value: prototype, writable: false },
		now: { value: () => now, writable: true, configurable: true },
		parse: { value: NativeDate.parse, writable: true, configurable: true },
		UTC: { value: NativeDate.UTC, writable: true, configurable: true },
	});
	Object.defineProperty(prototype, 'constructor', { value: SeededDate, writable: true, configurable: true });
	Object.defineProperty(globalThis, 'Date', { value: SeededDate, writable: true, configurable: true });
}

/** Without a date, `format()` and `formatToParts()` show the present. */
function fixDateFormat(now: number): void {
	const prototype = Intl.DateTimeFormat.prototype;
	const getFormat = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
	const toParts = prototype.formatToParts;
	if (getFormat === undefined) throw new NativeError('Intl.DateTimeFormat has no format getter.');
	Object.defineProperty(prototype, 'format', {
		get(this: Intl.DateTimeFormat) {
			const format = apply(getFormat, this, []) as Intl.DateTimeFormat['format'];
			return (date?: Date | number) => format(date === undefined ? now : date);
		},
		configurable: true,
	});
	Object.defineProperty(prototype, 'formatToParts', {
		value: function formatToParts(this: Intl.DateTimeFormat, date?: Date | number) {
			return apply(toParts, this, [date === undefined ? now : date]);
		},
		writable: true,
		configurable: true,
	});
}

/** A counter through a 32-bit integer hash: even in the first values for neighbouring seeds, and nothing that must stay secret. */
function seededRandom(seed: number): () => number {
	const { floor, imul } = Math;
	const word = 0x1_0000_0000;
	// Seeds that differ only in a fraction, or only beyond 32 bits, are different seeds too.
	let state = ((seed >>> 0) ^ (floor((seed % 1) * word) >>> 0) ^ imul(floor(seed / word) >>> 0, 0x27d4eb2f)) >>> 0;
	return () => {
		state = (state + 0x9e3779b9) >>> 0;
		let mixed = imul(state ^ (state >>> 16), 0x85ebca6b);
		mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		return ((mixed ^ (mixed >>> 16)) >>> 0) / word;
	};
}
