import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSchemaHash } from '../../../src/toolset/openapi/schema-hash.ts';
import type { JsonSchema } from '../../../src/toolset/tool.ts';

const input: JsonSchema = { type: 'object', properties: { a: { $ref: '#/$defs/A' } }, required: ['a'] };
const base: Record<string, JsonSchema> = {
	A: { type: 'object', properties: { b: { $ref: '#/$defs/B' }, self: { $ref: '#/$defs/A' } } },
	B: { type: 'array', items: { $ref: '#/$defs/A' } },
};
const hash = (
	definitions: Record<string, JsonSchema>,
	tool: Parameters<ReturnType<typeof createSchemaHash>>[0] = { input, effect: 'read' },
) => createSchemaHash(new Map(Object.entries(definitions)))(tool);

describe('schema hash', () => {
	const same: [what: string, changed: string][] = [
		[
			'definitions are renamed',
			hash(
				{
					Z: { type: 'object', properties: { b: { $ref: '#/$defs/Y' }, self: { $ref: '#/$defs/Z' } } },
					Y: { type: 'array', items: { $ref: '#/$defs/Z' } },
				},
				{ input: { ...input, properties: { a: { $ref: '#/$defs/Z' } } }, effect: 'read' },
			),
		],
		[
			'properties change places',
			hash({ ...base, A: { properties: { self: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/B' } }, type: 'object' } }),
		],
		['texts change', hash({ ...base, B: { ...base.B, description: 'new', default: [], deprecated: true, examples: [1] } })],
		['something else is added', hash({ ...base, C: { type: 'string' } })],
	];
	for (const [what, changed] of same) it(`stays the same when ${what}`, () => assert.equal(changed, hash(base)));

	const different: [what: string, changed: string][] = [
		['a referred schema changes', hash({ ...base, B: { type: 'array', items: { type: 'string' } } })],
		[
			'a reference leads elsewhere',
			hash({ ...base, A: { type: 'object', properties: { b: { $ref: '#/$defs/A' }, self: { $ref: '#/$defs/B' } } } }),
		],
		[
			'a property named like an annotation is added',
			hash({ ...base, A: { ...base.A, properties: { b: { $ref: '#/$defs/B' }, self: { $ref: '#/$defs/A' }, description: {} } } }),
		],
		['an argument becomes optional', hash(base, { input: { ...input, required: [] }, effect: 'read' })],
		['the effect changes', hash(base, { input, effect: 'write' })],
		['an output appears', hash(base, { input, output: {}, effect: 'read' })],
		['input and output change places', hash(base, { input: {}, output: input, effect: 'read' })],
	];
	for (const [what, changed] of different) it(`changes when ${what}`, () => assert.notEqual(changed, hash(base)));

	it('ignores the order of listed values', () => {
		const of = (values: string[]) => hash({}, { input: { type: 'string', enum: values }, effect: 'read' });
		assert.equal(of(['a', 'b']), of(['b', 'a']));
		assert.notEqual(of(['a', 'b']), of(['a', 'c']));
	});
});
