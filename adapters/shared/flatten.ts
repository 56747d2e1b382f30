import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';

/** Objects of more fields, or of anything but texts, numbers and truth values, stay in one cell. */
const SPREAD_FIELDS = 6;

export interface Flattened {
	/** Every field that any record has, in the order they come. */
	readonly columns: readonly string[];
	/** As many cells as there are columns; null where a record has nothing. */
	readonly rows: readonly (readonly JsonValue[])[];
}

/** Records as rows of equal length. Small objects in them become columns of their own: `{ born: { year: 1971 } }` has the column `born.year`. */
export function flattenRecords(records: readonly JsonObject[]): Flattened {
	const flat = records.map((record) => new Map(Object.entries(record).flatMap(([name, value]) => spread(record, name, value))));
	const columns = [...new Set(flat.flatMap((fields) => [...fields.keys()]))];
	return { columns, rows: flat.map((fields) => columns.map((column) => fields.get(column) ?? null)) };
}

function spread(record: JsonObject, name: string, value: JsonValue): (readonly [string, JsonValue])[] {
	if (!isJsonObject(value)) return [[name, value]];
	const inner = Object.entries(value).map(([field, content]) => [`${name}.${field}`, content] as const);
	const small =
		inner.length > 0 && inner.length <= SPREAD_FIELDS && inner.every(([, content]) => typeof content !== 'object' || content === null);
	// A field may be named with a dot itself; two values cannot share a column.
	return small && inner.every(([path]) => !Object.hasOwn(record, path)) ? inner : [[name, value]];
}
