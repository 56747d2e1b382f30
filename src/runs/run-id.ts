import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so an id can be read out and typed. In ascending order of its characters, as ids must be. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BITS = 80n;
export const RUN_ID_LENGTH = 26;
const TIME_DIGITS = 10;

/**
 * A source of ids as in https://github.com/ulid/spec: 26 characters, 48 bits of milliseconds and 80 random bits. Those of one source ascend
 * strictly, within a millisecond and when the clock is set back too.
 */
export function createRunIds(clock: () => number = Date.now): () => string {
	let last = -1n;
	return () => {
		const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
		const next = (BigInt(clock()) << RANDOM_BITS) | random;
		last = next >> RANDOM_BITS > last >> RANDOM_BITS ? next : last + 1n;
		return encode(last);
	};
}

/** Orders the other way round: the newest id first. Its own inverse. */
export function invertRunId(id: string): string {
	return Array.from(id, (digit) => DIGITS[DIGITS.length - 1 - DIGITS.indexOf(digit)]).join('');
}

/** Less than all ids of that time and later, greater than all before: for ranges. No id itself. */
export function runIdBound(time: number): string {
	return encode(BigInt(time) << RANDOM_BITS);
}

/** When an id was made: milliseconds since 1970. NaN for a text that is none. */
export function timeOf(id: string): number {
	const digits = Array.from(id.slice(0, TIME_DIGITS), (digit) => DIGITS.indexOf(digit));
	if (digits.length < TIME_DIGITS || digits.includes(-1)) return Number.NaN;
	return digits.reduce((time, digit) => time * DIGITS.length + digit, 0);
}

function encode(value: bigint): string {
	let text = '';
	for (let rest = value, place = 0; place < RUN_ID_LENGTH; place++, rest >>= 5n) text = DIGITS[Number(rest & 31n)] + text;
	return text;
}
