import { answerJson } from './json.ts';
import { isObject, slice, stringify, toText } from './primordials.ts';
import { framesOfError } from './stack.ts';

const MAX_MESSAGE = 2000;
const MAX_NAME = 100;

/** JSON text of a `threw` ending for anything thrown. Runs getters of the program's, so it must run where the timers see it. Never throws. */
export function describeThrown(thrown: unknown): string {
	const name = isObject(thrown) ? textOf(thrown, 'name') : undefined;
	const message = isObject(thrown) ? (textOf(thrown, 'message') ?? shown(thrown)) : primitiveText(thrown);
	const frames = framesOfError(thrown).json;
	return `{"kind":"threw","name":${stringify(slice(name || 'Uncaught', 0, MAX_NAME))},"message":${stringify(slice(message, 0, MAX_MESSAGE))},"frames":${frames}}`;
}

function textOf(thrown: object, property: 'name' | 'message'): string | undefined {
	try {
		const value = (thrown as Record<string, unknown>)[property];
		return value === undefined ? undefined : toText(value);
	} catch {
		return undefined;
	}
}

/** For `throw { code: 5 }`. */
function shown(thrown: object): string {
	try {
		return answerJson(thrown, MAX_MESSAGE) ?? 'a function';
	} catch {
		return 'an object that cannot be shown';
	}
}

function primitiveText(thrown: unknown): string {
	return typeof thrown === 'string' ? thrown : toText(thrown);
}
