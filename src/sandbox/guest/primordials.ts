/**
 * The built-ins the guest code works with, captured before the program runs. A program may replace or poison anything it can reach
 * (`Promise.prototype.then`, `Object.prototype.toJSON`, array setters), so guest code running after it has started uses only these, strings,
 * numbers and objects without a prototype.
 */
type Uncurried<This, Args extends unknown[], Result> = (self: This, ...args: Args) => Result;

/** Turns a method into a function of its receiver; calling the result looks nothing up. */
export const uncurry = Function.prototype.bind.bind(Function.prototype.call) as unknown as <This, Args extends unknown[], Result>(
	method: (this: This, ...args: Args) => Result,
) => Uncurried<This, Args, Result>;

export const { apply, construct, defineProperty, deleteProperty } = Reflect;
export const { create, freeze } = Object;
export const { isArray } = Array;
export const { isFinite: isFiniteNumber, isSafeInteger } = Number;
export const { parse, stringify } = JSON;
export const toText = String;
export const toNumber = Number;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeEvalError = EvalError;
export const NativePromise = Promise;
export const NativeMap = Map;
export const NativeSet = Set;

export const AsyncFunction = (async () => {}).constructor as new (body: string) => () => Promise<unknown>;

export const slice = uncurry(String.prototype.slice as (this: string, start: number, end?: number) => string);
export const mapForEach = uncurry(Map.prototype.forEach as (this: unknown, visit: (value: unknown, key: unknown) => void) => void);
export const setForEach = uncurry(Set.prototype.forEach as (this: unknown, visit: (value: unknown) => void) => void);

/** A WeakMap whose methods cannot be replaced. */
export interface Registry<Value> {
	get(key: object): Value | undefined;
	set(key: object, value: Value): void;
}

const weakGet = uncurry(WeakMap.prototype.get as (this: WeakMap<object, unknown>, key: object) => unknown);
const weakSet = uncurry(WeakMap.prototype.set as (this: WeakMap<object, unknown>, key: object, value: unknown) => unknown);

export function createRegistry<Value>(): Registry<Value> {
	const map = new WeakMap<object, unknown>();
	return freeze({
		get: (key: object) => weakGet(map, key) as Value | undefined,
		set: (key: object, value: Value) => void weakSet(map, key, value),
	});
}

/** Adds to the end without running a setter that the program may have put on `Array.prototype`. */
export function append(list: unknown[], value: unknown): void {
	defineProperty(list, list.length, { value, writable: true, enumerable: true, configurable: true, __proto__: null } as PropertyDescriptor);
}

export function isObject(value: unknown): value is object {
	return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
