/** The arguments of a call, or any JSON object that came over the wire. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under a name; empty when there is none. */
export function text(fields: Fields | undefined, name: string): string {
	const value = fields?.[name];
	return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** An object or list under a name: forms carry them as JSON text. */
export function structure(fields: Fields, name: string): unknown {
	const value = fields[name];
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

export function nested(fields: Fields | undefined, name: string): Fields | undefined {
	const value = fields?.[name];
	return isFields(value) ? value : undefined;
}

export function list(fields: Fields | undefined, name: string): readonly Fields[] {
	const value = fields?.[name];
	return Array.isArray(value) ? value.filter(isFields) : [];
}

export function truthy(fields: Fields, name: string): boolean {
	return ['true', '1'].includes(String(fields[name] ?? ''));
}

/** A copy without the names whose value is undefined, as JSON would have it. */
export function defined(fields: Fields): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
