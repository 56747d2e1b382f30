import type { JsonValue } from '../json.ts';
import { propertyKey, stringLiteral } from './declare-text.ts';

/** A JSON value as a person would write it in a program, on one line: `{ name: 'Ada', years: [1, 2] }`. It may be no deeper than a program. */
export function valueLiteral(value: JsonValue): string {
	if (typeof value === 'string') return stringLiteral(value);
	if (Array.isArray(value)) return `[${value.map(valueLiteral).join(', ')}]`;
	if (typeof value !== 'object' || value === null) return String(value);
	// `__proto__: x` in a literal is no property.
	const fields = Object.entries(value).map(
		([name, field]) => `${name === '__proto__' ? "['__proto__']" : propertyKey(name)}: ${valueLiteral(field)}`,
	);
	return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
