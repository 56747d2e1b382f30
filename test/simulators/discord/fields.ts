/** A JSON object that came over the wire and was not looked at yet. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under a name; undefined when there is none. */
export function text(fields: Fields | undefined, name: string): string | undefined {
	const value = fields?.[name];
	return typeof value === 'string' ? value : undefined;
}

export function integer(fields: Fields | undefined, name: string): number | undefined {
	const value = fields?.[name];
	return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function nested(fields: Fields | undefined, name: string): Fields | undefined {
	const value = fields?.[name];
	return isFields(value) ? value : undefined;
}

export function list(fields: Fields | undefined, name: string): readonly Fields[] {
	const value = fields?.[name];
	return Array.isArray(value) ? value.filter(isFields) : [];
}

export function strings(fields: Fields | undefined, name: string): readonly string[] {
	const value = fields?.[name];
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
