import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Where a delimiter is noted that no style of OpenAPI 3 has. Documents cannot write it themselves: `mend` drops their extensions. */
export const DELIMITER = 'x-delimiter';

/** Swagger 2, Parameter Object, `collectionFormat`. */
const delimiters: Readonly<Record<string, string>> = { ssv: ' ', tsv: '\t', pipes: '|' };

/**
 * A Swagger 2 document whose lists keep their delimiter through the conversion to OpenAPI 3, which loses it where OpenAPI 3 has no style for it (tabs;
 * blanks and pipes in paths and headers), and forgets that a form's lists are comma-separated unless the document says otherwise.
 */
export function keepCollectionFormats(document: JsonObject): JsonObject {
	const paths = mapObject(document.paths, (pathItem) => withMarks(mapObject(pathItem, withMarks)));
	return {
		...document,
		...(isJsonObject(document.paths) ? { paths } : {}),
		...(isJsonObject(document.parameters) ? { parameters: mapObject(document.parameters, marked) } : {}),
	};
}

/** A path or an operation. */
function withMarks(node: JsonObject): JsonObject {
	if (!Array.isArray(node.parameters)) return node;
	return { ...node, parameters: node.parameters.map((each) => (isJsonObject(each) ? marked(each) : each)) };
}

function marked(parameter: JsonObject): JsonObject {
	const { type, in: place, collectionFormat = 'csv' } = parameter;
	if (type !== 'array') return parameter;
	if (place === 'formData') return { ...parameter, collectionFormat };
	const delimiter = Object.hasOwn(delimiters, String(collectionFormat)) ? delimiters[String(collectionFormat)] : undefined;
	const hasStyle = place === 'query' && collectionFormat !== 'tsv';
	return delimiter === undefined || hasStyle ? parameter : { ...parameter, collectionFormat: 'csv', [DELIMITER]: delimiter };
}

function mapObject(node: JsonValue | undefined, change: (inner: JsonObject) => JsonObject): JsonObject {
	const entries = Object.entries(isJsonObject(node) ? node : {});
	return Object.fromEntries(entries.map(([key, value]) => [key, isJsonObject(value) ? change(value) : value]));
}
