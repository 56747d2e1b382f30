import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import type { JsonSchema } from '../../../src/toolset/tool.ts';
import { documentOf, fixture, load, propertyOf, toolOf } from './document.ts';

/** What becomes of a schema: as the argument `a` and as the response of a tool, with the definitions it needs. */
function read(
	schema: JsonValue,
	schemas: JsonObject = {},
): { input: JsonSchema; output: JsonSchema | undefined; definitions: Readonly<Record<string, JsonSchema>> } {
	const operation = {
		requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { a: schema } } } } },
		responses: { 200: { description: '', content: { 'application/json': { schema } } } },
	};
	const toolset = load(documentOf({ '/x': { post: operation } }, { components: { schemas } }));
	const tool = toolOf(toolset, 'postX');
	return { input: propertyOf(tool.input, 'a'), output: tool.output, definitions: toolset.definitions };
}

describe('schemas', () => {
	const cases: [what: string, schema: JsonValue, expected: JsonSchema][] = [
		['nothing known', {}, {}],
		['nonsense', 'x', {}],
		['a reference to nowhere', { $ref: '#/components/schemas/None' }, {}],
		['a reference to another file', { $ref: 'other.json#/A', description: 'kept' }, { description: 'kept' }],
		['a reference to another server', { $ref: 'https://evil.example/a.json' }, {}],
		['unknown types', { type: 'any' }, {}],
		['types of other languages', { type: 'int' }, { type: 'integer' }],
		['several types', { type: ['string', 'null', 'string'] }, { type: ['string', 'null'] }],
		['nullable in 3.1', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
		['nullable alternatives', { nullable: true, anyOf: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
		['oneOf as anyOf', { oneOf: [{ type: 'integer' }, { type: 'number' }] }, { anyOf: [{ type: 'integer' }, { type: 'number' }] }],
		['numbers listed for texts', { type: 'string', enum: [0, 1] }, { type: 'string', enum: ['0', '1'] }],
		['texts listed for numbers', { type: 'integer', enum: ['1', '2'] }, { type: 'integer', enum: [1, 2] }],
		['null listed where it is allowed', { type: ['string', 'null'], enum: ['a'] }, { type: ['string', 'null'], enum: ['a', null] }],
		['an empty list of values', { type: 'string', enum: [] }, { type: 'string' }],
		['constraints only a server can judge', { type: 'string', pattern: '^(a+)+$', not: { const: 'x' } }, { type: 'string' }],
		['bounds', { type: 'string', minLength: -1, maxLength: 3 }, { type: 'string', maxLength: 3 }],
		['a list without a type', { items: { type: 'string' } }, { type: 'array', items: { type: 'string' } }],
		[
			'a tuple of older drafts',
			{ type: 'array', items: [{ type: 'string' }, { type: 'number' }] },
			{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
		],
		['a map', { type: 'object', additionalProperties: {} }, { type: 'object', additionalProperties: true }],
		[
			'patterns of property names',
			{ type: 'object', patternProperties: { '^a': { type: 'string' } } },
			{ type: 'object', additionalProperties: true },
		],
		['formats a caller can use', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
		['formats of machines', { type: 'integer', format: 'int64' }, { type: 'integer' }],
		[
			'markup in descriptions',
			{ type: 'string', description: 'The *name*\nof [it](x)' },
			{ type: 'string', description: 'The name of it' },
		],
		['one member of allOf', { allOf: [{ type: 'string' }], description: 'd' }, { type: 'string', description: 'd' }],
		['allOf that cannot be merged', { allOf: [{ type: 'string' }, { minLength: 2 }] }, { allOf: [{ type: 'string' }, { minLength: 2 }] }],
	];
	for (const [what, schema, expected] of cases) {
		it(`reads ${what}`, () => assert.deepEqual(read(schema).input, expected));
	}

	it('merges objects that add properties to one another', () => {
		const { output, definitions } = read(
			{
				allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { b: { type: 'string' }, id: {} }, required: ['b'] }],
				description: 'Both',
			},
			{ Base: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } },
		);
		assert.deepEqual(output, {
			type: 'object',
			properties: { id: { type: 'integer' }, b: { type: 'string' } },
			required: ['id', 'b'],
			description: 'Both',
		});
		assert.deepEqual(definitions, {});
	});

	it('keeps both sides of a property that two bases declare', () => {
		const { output } = read({ allOf: [{ properties: { a: { type: 'string' } } }, { properties: { a: { enum: ['x'] } } }] });
		assert.deepEqual(propertyOf(output, 'a'), { allOf: [{ type: 'string' }, { enum: ['x'] }] });
	});

	it('shows readOnly properties in outputs only and writeOnly ones in inputs only, through references too', () => {
		const schemas = {
			User: {
				type: 'object',
				required: ['id', 'password'],
				properties: {
					id: { type: 'integer', readOnly: true },
					password: { type: 'string', writeOnly: true },
					made: { $ref: '#/components/schemas/Made' },
				},
			},
			Made: { type: 'string', readOnly: true },
			Team: { type: 'array', items: { $ref: '#/components/schemas/User' } },
			Plain: { type: 'object', properties: { x: { type: 'string' } } },
		};
		const { input, output, definitions } = read(
			{ type: 'object', properties: { team: { $ref: '#/components/schemas/Team' }, plain: { $ref: '#/components/schemas/Plain' } } },
			schemas,
		);
		assert.deepEqual(propertyOf(input, 'team'), { $ref: '#/$defs/TeamInput' });
		assert.deepEqual(propertyOf(output, 'team'), { $ref: '#/$defs/Team' });
		assert.deepEqual(definitions.UserInput, { type: 'object', properties: { password: { type: 'string' } }, required: ['password'] });
		assert.deepEqual(definitions.User?.required, ['id']);
		assert.deepEqual(Object.keys(definitions).sort(), ['Made', 'Plain', 'Team', 'TeamInput', 'User', 'UserInput']);
	});

	it('follows references with siblings, escapes, chains and into any part of the document', () => {
		const schemas = {
			'a/b~c %': { type: 'string' },
			Chain: { $ref: '#/components/schemas/a~1b~0c%20%25' },
			Deep: { type: 'object', properties: { x: { type: 'number' } } },
		};
		const { output, definitions } = read(
			{
				type: 'object',
				properties: {
					chain: { $ref: '#/components/schemas/Chain', description: 'Sibling' },
					deep: { $ref: '#/components/schemas/Deep/properties/x' },
				},
			},
			schemas,
		);
		assert.deepEqual(propertyOf(output, 'chain'), { $ref: '#/$defs/Chain', description: 'Sibling' });
		assert.deepEqual(definitions.Chain, { $ref: '#/$defs/a_b_c_' });
		assert.deepEqual(definitions.a_b_c_, { type: 'string' });
		assert.deepEqual(propertyOf(output, 'deep'), { $ref: '#/$defs/components-schemas-Deep-properties-x' });
	});

	it('keeps recursion through properties and lists, and cuts references that only lead back to themselves', () => {
		const library = load(fixture('library.yaml'));
		assert.deepEqual(propertyOf(library.definitions.Author, 'books'), { type: 'array', items: { $ref: '#/$defs/Book' } });
		assert.deepEqual(propertyOf(library.definitions.Book, 'author'), { $ref: '#/$defs/Author', description: 'Who wrote it' });
		const { Loop, Pool, Itself } = library.definitions;
		assert.deepEqual(Loop, { $ref: '#/$defs/Pool' });
		assert.deepEqual(Pool, {});
		assert.deepEqual(Itself, { type: 'object', properties: { a: { type: 'string' } } });
	});

	it('survives a chain of bases in which everything refers to everything', () => {
		const schemas = Object.fromEntries(
			Array.from({ length: 60 }, (_, index) => [
				`S${index}`,
				{
					allOf: [1, 2, 3].map((step) => ({ $ref: `#/components/schemas/S${index + step}` })),
					properties: { [`p${index}`]: { type: 'string' } },
					type: 'object',
				},
			]),
		);
		const { output } = read({ $ref: '#/components/schemas/S0' }, schemas);
		assert.deepEqual(output, { $ref: '#/$defs/S0' });
	});
});
