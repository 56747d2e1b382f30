import { canonicalJson, hashJson, isJsonObject } from '../../json.ts';
import type { Effect, JsonSchema } from '../tool.ts';
import { referredKey } from './definitions.ts';

/** Say nothing about which values are right. */
const annotations = new Set(['description', 'default', 'deprecated', 'examples', 'title']);

/** A schema without its references, and what it refers to, in the order of its canonical text. */
interface Shape {
	readonly hash: string;
	readonly references: readonly string[];
}

/**
 * A function for the hash of tools: the same when input, output and effect are the same, through all references and cycles, whatever the definitions
 * are called, in whatever order properties stand, and whatever descriptions say. Each definition is read once.
 */
export function createSchemaHash(
	definitions: ReadonlyMap<string, JsonSchema>,
): (tool: { input: JsonSchema; output?: JsonSchema; effect: Effect }) => string {
	const shapes = new Map<string, Shape>();

	const shapeOfDefinition = (key: string): Shape => {
		const shape = shapes.get(key) ?? shapeOf(definitions.get(key) ?? {});
		shapes.set(key, shape);
		return shape;
	};

	return ({ input, output, effect }) => {
		const numbers = new Map<string, number>();
		const parts: unknown[] = [effect, output === undefined];
		const add = ({ hash, references }: Shape): void => {
			for (const key of references) if (!numbers.has(key)) numbers.set(key, numbers.size);
			parts.push(
				hash,
				references.map((key) => numbers.get(key)),
			);
		};
		add(shapeOf(input));
		if (output !== undefined) add(shapeOf(output));
		// The map grows while its definitions are read, and hands out the new ones too.
		for (const key of numbers.keys()) add(shapeOfDefinition(key));
		return hashJson(parts);
	};
}

function shapeOf(schema: JsonSchema): Shape {
	const references: string[] = [];

	const strip = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(strip);
		return isJsonObject(value) ? stripSchema(value) : value;
	};
	const stripSchema = (inner: JsonSchema): JsonSchema => {
		const kept = Object.keys(inner)
			.filter((keyword) => !annotations.has(keyword))
			.sort();
		return Object.fromEntries(kept.map((keyword) => [keyword, stripKeyword(keyword, inner)]));
	};
	const stripKeyword = (keyword: string, inner: JsonSchema): unknown => {
		const value = inner[keyword];
		const key = keyword === '$ref' ? referredKey(inner) : undefined;
		if (key !== undefined) references.push(key);
		if (keyword === '$ref' || keyword === 'const') return key === undefined ? value : true;
		if ((keyword === 'required' || keyword === 'enum') && Array.isArray(value)) return value.map(canonicalJson).sort();
		if (keyword !== 'properties' || !isJsonObject(value)) return strip(value);
		return Object.fromEntries(
			Object.keys(value)
				.sort()
				.map((name) => [name, strip(value[name])]),
		);
	};
	return { hash: hashJson(stripSchema(schema)), references };
}
