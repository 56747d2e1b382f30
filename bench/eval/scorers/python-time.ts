import type { JsonValue } from '../../../src/json.ts';

const DAY = '(\\d{4})-(1[0-2]|0[1-9]|[1-9])-(3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])';
const FORMATS = {
	day: { text: '%Y-%m-%d', pattern: new RegExp(`^${DAY}`) },
	time: { text: '%Y-%m-%d %H:%M:%S', pattern: new RegExp(`^${DAY}\\s+(2[0-3]|[01]\\d|\\d):([0-5]\\d|\\d):(6[01]|[0-5]\\d|\\d)`) },
};

/** What `strptime` says of a text that is no such time. */
class TimeError extends Error {}

/**
 * A day or time in its one notation, as API-Bank's rules normalise it: spaces around it and missing zeros do not count. Throws for a text that is none,
 * as `strptime` of Python 3.11 does: two wrong texts are alike to the rules when they are wrong in the same words.
 */
export function normalTime(value: string, kind: keyof typeof FORMATS): string {
	const { text: format, pattern } = FORMATS[kind];
	const [year = '', ...others] = value.trim().split('-');
	const text = others.length === 2 ? [year.padStart(4, '0'), ...others].join('-') : value.trim();
	const found = pattern.exec(text);
	if (!found) throw new TimeError(`time data ${text} does not match format ${format}`);
	if (found[0].length < text.length) throw new TimeError(`unconverted data remains: ${text.slice(found[0].length)}`);
	const [y = 0, month = 0, day = 0, hour, minute = 0, second = 0] = found.slice(1).map(Number);
	if (y === 0) throw new TimeError('year 0 is out of range');
	const date = new Date(0);
	date.setUTCFullYear(y, month - 1, day);
	if (date.getUTCMonth() !== month - 1) throw new TimeError('day is out of range for month');
	if (second > 59) throw new TimeError('second must be in 0..59');
	// Its strftime does not pad years.
	const normalDay = `${y}-${padded(month)}-${padded(day)}`;
	return hour === undefined ? normalDay : `${normalDay} ${[hour, minute, second].map(padded).join(':')}`;
}

/** The same, with the words of the failure where it is none. Never throws. */
export function normalTimeOrError(value: JsonValue, kind: keyof typeof FORMATS): string {
	if (typeof value !== 'string') return `${value === null ? 'null' : typeof value} has no attribute 'strip'`;
	try {
		return normalTime(value, kind);
	} catch (error) {
		if (error instanceof TimeError) return `error: ${error.message}`;
		throw error;
	}
}

/** Month and day of `2023-03-31` or `03-31`; any other text itself. */
export function dayOfYear(value: string): string {
	for (const text of [value, `2000-${value.trim()}`]) {
		try {
			return normalTime(text, 'day').slice(5);
		} catch (error) {
			if (!(error instanceof TimeError)) throw error;
		}
	}
	return value.trim();
}

function padded(number: number): string {
	return String(number).padStart(2, '0');
}
