/** What a program finds without declaring it: ECMAScript, less what the sandbox takes away, and the functions it adds. */
const GUEST_GLOBALS: ReadonlySet<string> = new Set(
	`globalThis undefined NaN Infinity arguments isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI encodeURIComponent
	AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry Float32Array
	Float64Array Function Int8Array Int16Array Int32Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect
	RegExp Set String Symbol SyntaxError TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array URIError WeakMap WeakRef WeakSet
	console answer nextPage ToolError`.split(/\s+/),
);

/** Methods that values have and toolsets hardly do: those of lists, and the commonest of texts and numbers. */
const VALUE_METHODS: ReadonlySet<string> = new Set([
	...Object.getOwnPropertyNames(Array.prototype),
	...'endsWith padEnd padStart replace replaceAll split startsWith toFixed toISOString toLowerCase toUpperCase trim then'.split(' '),
]);

export function isGuestGlobal(name: string): boolean {
	return GUEST_GLOBALS.has(name);
}

export function isValueMethod(name: string): boolean {
	return VALUE_METHODS.has(name);
}
