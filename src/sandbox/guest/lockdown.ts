import { construct, NativeError, NativeEvalError, NativeTypeError } from './primordials.ts';

/**
 * Takes away what reaches around the limits or makes equal runs differ:
 * shared and resizable memory (allocated where the isolate's memory limit does not look), waiting natively, garbage-collection
 * callbacks, and code from strings. The intrinsics behind the removed names are unreachable afterwards: every `constructor` on the way is replaced.
 */
export function lockDown(): void {
	for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef', 'ShadowRealm', 'eval']) {
		Reflect.deleteProperty(globalThis, name);
	}
	fixArrayBuffer();
	forbidCodeFromStrings();
}

function fixArrayBuffer(): void {
	const NativeArrayBuffer = ArrayBuffer;
	const prototype = NativeArrayBuffer.prototype;
	const wrapper = function FixedArrayBuffer(this: unknown, length: number): unknown {
		if (new.target === undefined) throw new NativeTypeError("Constructor ArrayBuffer requires 'new'");
		// The second argument, which makes it resizable, goes nowhere.
		return construct(NativeArrayBuffer, [length], new.target);
	};
	Object.defineProperties(wrapper, {
		name: { value: 'ArrayBuffer' },
		prototype: { value: prototype, writable: false },
		isView: { value: NativeArrayBuffer.isView, writable: true, configurable: true },
		[Symbol.species]: { ...Object.getOwnPropertyDescriptor(NativeArrayBuffer, Symbol.species) },
	});
	for (const method of ['resize', 'transfer', 'transferToFixedLength', 'transferToImmutable', 'sliceToImmutable']) {
		Reflect.deleteProperty(prototype, method);
	}
	replaceConstructor(prototype, wrapper, 'ArrayBuffer');
}

function forbidCodeFromStrings(): void {
	const functions: [name: string, prototype: object][] = [
		['Function', Function.prototype],
		['AsyncFunction', Object.getPrototypeOf(async () => {})],
		['GeneratorFunction', Object.getPrototypeOf(function* () {})],
		['AsyncGeneratorFunction', Object.getPrototypeOf(async function* () {})],
	];
	for (const [name, prototype] of functions) {
		const refuse = function refuse(): never {
			throw new NativeEvalError('Code cannot be made from strings here.');
		};
		Object.defineProperties(refuse, { name: { value: name }, prototype: { value: prototype, writable: false } });
		replaceConstructor(prototype, refuse, name);
	}
}

function replaceConstructor(prototype: object, replacement: object, name: string): void {
	Object.defineProperty(prototype, 'constructor', { value: replacement, writable: false, configurable: false });
	if (!Object.hasOwn(globalThis, name)) return;
	Object.defineProperty(globalThis, name, { value: replacement, writable: true, configurable: true });
	if (Reflect.get(globalThis, name) !== replacement) throw new NativeError(`${name} could not be replaced.`);
}
