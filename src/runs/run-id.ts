import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so an id can be read out and typed. In ascending order of its characters, as ids must be. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BITS = 80n;

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

function encode(value: bigint): string {
	let text = '';
	for (let rest = value, place = 0; place < 26; place++, rest >>= 5n) text = DIGITS[Number(rest & 31n)] + text;
	return text;
}
