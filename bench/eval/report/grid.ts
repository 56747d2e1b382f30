/** A table before it is drawn: the terminal's and the Markdown's are the same. */
export interface Grid {
	readonly title: string;
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** Sentences below it. */
	readonly notes: readonly string[];
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `82.0` */
export function percent(share: number): string {
	return (100 * share).toFixed(1);
}

/** `0.42`, `12.5`, `3,408`: three digits, or all before the point. `–` for what is unknown. */
export function amount(value: number): string {
	if (!Number.isFinite(value)) return '–';
	const size = Math.abs(value);
	if (size >= 100) return WHOLE.format(value);
	return value.toFixed(size >= 10 ? 1 : 2);
}

/** `+0.42`, `−3.1`, `0.00` */
export function signed(value: number, format: (value: number) => string): string {
	const text = format(Math.abs(value));
	if (!/[1-9]/.test(text)) return text;
	return `${value < 0 ? '−' : '+'}${text}`;
}
