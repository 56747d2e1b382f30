import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placeholderOf, WITHHELD } from '../../src/toolset/placeholder.ts';
import type { JsonSchema } from '../../src/toolset/tool.ts';

const definitions: Readonly<Record<string, JsonSchema>> = {
	Playlist: {
		type: 'object',
		properties: {
			id: { type: 'string' },
			tracks: { type: 'array', items: { type: 'string' } },
			owner: { $ref: '#/$defs/Person' },
			parent: { $ref: '#/$defs/Playlist' },
		},
	},
	Person: { allOf: [{ type: 'object', properties: { name: { type: ['null', 'string'] } } }, { properties: { age: { type: 'integer' } } }] },
	Loop: { $ref: '#/$defs/Loop' },
};

describe('a placeholder for a response', () => {
	const cases: readonly [string, JsonSchema | undefined, unknown][] = [
		['an object where nobody says what comes', undefined, {}],
		['a text shows where it is passed on', { type: 'string' }, WITHHELD],
		['the first of listed values', { type: 'string', enum: ['a', 'b'] }, 'a'],
		['a constant', { const: 7 }, 7],
		['numbers', { type: 'integer' }, 0],
		['yes or no', { type: 'boolean' }, false],
		['a list', { type: 'array', items: { type: 'number' } }, []],
		['nothing', { type: 'null' }, null],
		['the first alternative', { anyOf: [{ type: 'number' }, { type: 'string' }] }, 0],
		['a schema that leads to itself', { $ref: '#/$defs/Loop' }, {}],
		['a schema that does not exist', { $ref: '#/$defs/Nobody' }, {}],
	];
	for (const [what, output, expected] of cases)
		test(what, () => assert.deepEqual(placeholderOf({ ...(output && { output }) }, { definitions }), expected));

	test('an object has what programs read of it, with its bases, and ends', () => {
		const value = placeholderOf({ output: { $ref: '#/$defs/Playlist' } }, { definitions }) as Record<string, unknown>;
		assert.equal(value.id, WITHHELD);
		assert.deepEqual(value.tracks, []);
		assert.deepEqual(value.owner, { name: WITHHELD, age: 0 });
		assert.ok(JSON.stringify(value).length < 1000);
	});
});
