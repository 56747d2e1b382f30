import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/json.ts';
import { mend } from '../../../src/toolset/openapi/mend.ts';

describe('mend', () => {
	it('refuses what nests too deeply', () => {
		let deep: JsonObject = {};
		for (let level = 0; level < 300; level += 1) deep = { a: deep };
		assert.throws(
			() => mend(deep),
			(error) => error instanceof UserError && /nests deeper than 200/.test(error.userMessage),
		);
	});

	it('refuses what grows beyond measure when shared parts are written out', () => {
		const ten = (value: JsonObject): JsonObject => Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, value]));
		let shared: JsonObject = { a: 1 };
		for (let level = 0; level < 8; level += 1) shared = ten(shared);
		assert.throws(
			() => mend(shared),
			(error) => error instanceof UserError && /4000000 values/.test(error.userMessage),
		);
	});

	const cases: [what: string, source: JsonObject, expected: JsonObject][] = [
		[
			'texts that mean booleans',
			{ required: 'true', explode: 'False', additionalProperties: 'true' },
			{ required: true, explode: false, additionalProperties: true },
		],
		['texts that mean numbers', { minimum: '0', maximum: '-1.5', maxLength: 'many' }, { minimum: 0, maximum: -1.5 }],
		[
			'exclusive bounds of both kinds',
			{ exclusiveMinimum: 'true', exclusiveMaximum: '5' },
			{ exclusiveMinimum: true, exclusiveMaximum: 5 },
		],
		['empty entries', { paths: { '/a': { get: null } } }, { paths: { '/a': {} } }],
		['extensions, tags, links and long examples', { 'x-a': 1, tags: ['a'], examples: [1], example: { a: 1 }, title: 'T' }, { title: 'T' }],
		['a short example', { example: 'abc' }, { example: 'abc' }],
		['x-nullable', { type: 'string', 'x-nullable': true }, { type: 'string', nullable: true }],
		['texts that are none', { description: { a: 1 }, title: 7 }, { title: '7' }],
	];
	for (const [what, source, expected] of cases) {
		it(`mends ${what}`, () => assert.deepEqual(mend(source), expected));
	}

	it('leaves names and data alone, whatever they look like', () => {
		const source = {
			properties: {
				example: { type: 'string' },
				'x-id': { type: 'string' },
				required: { type: 'boolean' },
				tags: { type: 'array' },
				default: { type: 'string' },
			},
			default: { required: 'true', example: { a: 1 } },
			enum: ['true', '1'],
			security: [{ 'x-key': [] }],
			responses: { default: { description: 'd' } },
		};
		assert.deepEqual(mend(source), source);
	});

	it('never sets a prototype', () => {
		const mended = mend(
			JSON.parse('{"__proto__": {"polluted": true}, "properties": {"__proto__": {"type": "string"}}, "default": {"__proto__": 1}}'),
		);
		assert.equal(Object.getPrototypeOf(mended), Object.prototype);
		assert.deepEqual(mended, { properties: {}, default: {} });
		assert.equal(Object.hasOwn(mended.properties as object, '__proto__'), false);
	});
});
