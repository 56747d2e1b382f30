import { answerJson } from './json.ts';
import { freeze, isObject, NativeError, slice, stringify, toText } from './primordials.ts';

/** More of one value than this is no help in a log. */
const MAX_SHOWN = 4000;

export interface Logs {
	/** The lines since the last time, as JSON array text. */
	take(): string;
	readonly console: object;
}

/** A console that keeps at most a little more than `maxLength` UTF-16 units; the host cuts exactly and marks the cut. */
export function createLogs(maxLength: number): Logs {
	let lines = '';
	let length = 0;
	const log = (...values: unknown[]): void => {
		if (length > maxLength) return;
		let line = '';
		for (let index = 0; index < values.length; index++) line += (index === 0 ? '' : ' ') + show(values[index]);
		line = slice(line, 0, maxLength - length + 1);
		// An empty line counts as well, or a program could log without end.
		length += line.length + 1;
		lines += (lines === '' ? '' : ',') + stringify(line);
	};
	return {
		take() {
			const taken = `[${lines}]`;
			lines = '';
			return taken;
		},
		console: freeze({ log, info: log, warn: log, error: log, debug: log }),
	};
}

function show(value: unknown): string {
	if (typeof value === 'string') return value;
	try {
		if (value instanceof NativeError) return slice(`${toText(value.name)}: ${toText(value.message)}`, 0, MAX_SHOWN);
		if (isObject(value) && typeof value !== 'function') return answerJson(value, MAX_SHOWN) ?? toText(value);
		return slice(toText(value), 0, MAX_SHOWN);
	} catch {
		return '[a value that cannot be shown, or is too long]';
	}
}
