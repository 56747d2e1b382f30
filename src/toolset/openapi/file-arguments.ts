import { isJsonObject } from '../../json.ts';
import { FILE_HANDLE_SCHEMA } from '../file-handle.ts';
import { mediaKind } from '../media-kind.ts';
import type { JsonSchema } from '../tool.ts';
import { referredKey } from './definitions.ts';
import type { BodyBinding } from './operation.ts';

/** The same schema, or a file of the run. */
export function orFile(schema: JsonSchema): JsonSchema {
	const { description, deprecated, ...rest } = schema;
	return {
		anyOf: [rest, FILE_HANDLE_SCHEMA],
		...(description === undefined ? {} : { description }),
		...(deprecated === undefined ? {} : { deprecated }),
	};
}

/**
 * The fields of a multipart body, where binary ones also take a file: those of `format: binary`, alone or in a list, and those whose encoding names a
 * media type that is no text (OpenAPI 3.1.1, section 4.8.15).
 */
export function withFiles(
	fields: ReadonlyMap<string, JsonSchema>,
	encoding: BodyBinding['encoding'],
	definitions: ReadonlyMap<string, JsonSchema>,
): Map<string, JsonSchema> {
	const behind = (schema: JsonSchema, hops = 0): JsonSchema => {
		const target = definitions.get(referredKey(schema) ?? '');
		return target === undefined || hops > 5 ? schema : behind(target, hops + 1);
	};
	return new Map(
		[...fields].map(([name, schema]) => {
			const target = behind(schema);
			const declared = Object.hasOwn(encoding, name) ? encoding[name]?.contentType?.split(/[,;]/)[0] : undefined;
			const isFile = (each: JsonSchema) => each.format === 'binary' || (declared !== undefined && isBinary(declared));
			if (target.type === 'array' && isJsonObject(target.items)) {
				const items = behind(target.items);
				return [name, isFile(items) ? { ...target, items: orFile(items) } : schema];
			}
			return [name, isFile(target) ? orFile(schema) : schema];
		}),
	);
}

function isBinary(mediaType: string): boolean {
	const kind = mediaKind(mediaType);
	return kind === 'binary' || (kind === 'unknown' && mediaType.includes('/'));
}
