import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { JsonSchema } from '../../src/toolset/tool.ts';
import { validateArguments } from '../../src/toolset/validate-arguments.ts';

const definitions: Record<string, JsonSchema> = {
	Genre: { type: 'string', enum: ['drama', 'comedy', 'crime'] },
	Person: {
		type: 'object',
		properties: {
			id: { type: 'integer', readOnly: true },
			name: { type: 'string', minLength: 1 },
			friends: { type: 'array', items: { $ref: '#/$defs/Person' } },
		},
		required: ['id', 'name'],
		additionalProperties: false,
	},
	Loop: { $ref: '#/$defs/Loop' },
	Bush: { anyOf: [{ $ref: '#/$defs/BushA' }, { $ref: '#/$defs/BushB' }] },
	BushA: { type: 'array', items: { $ref: '#/$defs/Bush' }, allOf: [{ $ref: '#/$defs/Bush2' }] },
	BushB: { type: 'array', items: { $ref: '#/$defs/Bush' }, allOf: [{ $ref: '#/$defs/Bush2' }] },
	Bush2: { items: { $ref: '#/$defs/Bush' } },
};

const input = (properties: JsonObject, required: string[] = []): JsonSchema => ({ type: 'object', properties, required });
const check = (schema: JsonValue, value: JsonValue) => validateArguments(input({ value: schema }), definitions, { value });
const message = (schema: JsonValue, value: JsonValue) => {
	const result = check(schema, value);
	return result.ok ? assert.fail(`accepted as ${JSON.stringify(result.args)}`) : result.message;
};
const accepted = (schema: JsonValue, value: JsonValue) => {
	const result = check(schema, value);
	return result.ok ? result.args.value : assert.fail(result.message);
};

suite('names', () => {
	const search = input({ query: { type: 'string' }, page_size: { type: 'integer' } }, ['query']);

	test('an unknown argument is refused with the one that was meant', () => {
		const result = validateArguments(search, {}, { query: 'x', pageSize: 2 });
		assert.equal(result.ok ? '' : result.message, 'There is no argument `pageSize`. Did you mean `page_size`?');
	});

	test('an unknown argument like none is refused with all there are', () => {
		const result = validateArguments(search, {}, { query: 'x', colour: 2 });
		assert.equal(result.ok ? '' : result.message, 'There is no argument `colour`. There are: query, page_size.');
	});

	test('a missing required argument is named with its type', () => {
		const empty: JsonObject[] = [{}, { query: null }];
		for (const args of empty) {
			const result = validateArguments(search, {}, args);
			assert.equal(result.ok ? '' : result.message, 'The required argument `query` (string) is missing.');
		}
	});

	test('names that every object has are no arguments', () => {
		for (const name of ['constructor', 'toString', '__proto__']) {
			const args = JSON.parse(`{"query":"x","${name}":1}`) as JsonObject;
			assert.equal(validateArguments(search, {}, args).ok, false, name);
			assert.equal(validateArguments(input({}, [name]), {}, {}).ok, false, name);
		}
	});

	test('an operation without arguments takes none', () => {
		assert.deepEqual(validateArguments({ type: 'object' }, {}, {}), { ok: true, args: {} });
		assert.equal(validateArguments({ type: 'object' }, {}, { a: 1 }).ok, false);
	});

	test('what is no object is refused', () => {
		for (const args of [null, [], 'x', 1]) assert.equal(validateArguments(search, {}, args as unknown as JsonObject).ok, false);
	});

	test('every problem is named, up to a limit', () => {
		const args = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}${'y'.repeat(50)}`, 1]));
		const result = validateArguments(search, {}, args);
		assert.match(result.ok ? '' : result.message, /And 496 more\.$/);
		assert.ok(!result.ok && result.message.length <= 2_000);
	});
});

suite('null', () => {
	test('is left out where it is not accepted', () => {
		assert.deepEqual(validateArguments(input({ a: { type: 'string' }, b: { $ref: '#/$defs/Genre' } }), definitions, { a: null, b: null }), {
			ok: true,
			args: {},
		});
	});

	test('is kept where it is', () => {
		const nullable: JsonObject[] = [
			{ type: ['string', 'null'] },
			{ anyOf: [{ type: 'null' }, { type: 'string' }] },
			{},
			{ type: 'string', nullable: true },
		];
		for (const schema of nullable) {
			assert.deepEqual(check(schema, null), { ok: true, args: { value: null } }, JSON.stringify(schema));
		}
	});
});

suite('messages', () => {
	const cases: [JsonValue, JsonValue, string][] = [
		[{ type: 'integer' }, 'abc', 'The argument `value` must be an integer, but got "abc".'],
		[{ type: 'integer' }, 1.5, 'The argument `value` must be an integer, but got 1.5.'],
		[{ type: ['string', 'integer'] }, {}, 'The argument `value` must be a string or an integer, but got {}.'],
		[{ $ref: '#/$defs/Genre' }, 'horror', 'The argument `value` must be one of "drama", "comedy", "crime", but got "horror".'],
		[{ type: 'integer', minimum: 1, maximum: 9 }, 0, 'The argument `value` must be at least 1, but got 0.'],
		[{ type: 'array', items: { type: 'integer' } }, [1, 'x'], 'The argument `value[1]` must be an integer, but got "x".'],
		[{ type: 'array', maxItems: 1 }, [1, 2], 'The argument `value` must have at most 1 items, but got [1,2].'],
		[{ $ref: '#/$defs/Person' }, {}, 'The argument `value` needs the property name, but got {}.'],
		[
			{ $ref: '#/$defs/Person' },
			{ name: 'A', friends: [{ name: '' }] },
			'The argument `value.friends[0].name` must have at least 1 characters, but got "".',
		],
		[{ $ref: '#/$defs/Person' }, { name: 'A', friend: [] }, 'The argument `value.friend` is not known; `friends` is.'],
		[{ $ref: '#/$defs/Person' }, { name: 'A', zzz: 1 }, 'The argument `value.zzz` is not known; known are id, name, friends.'],
		[{ anyOf: [{ type: 'integer' }, { type: 'array' }] }, {}, 'The argument `value` must be an integer, or must be an array, but got {}.'],
		[
			{ oneOf: [{ type: 'integer' }, { type: 'boolean' }] },
			'x',
			'The argument `value` must be an integer, or must be a boolean, but got "x".',
		],
		[{ const: 'a' }, 'b', 'The argument `value` must be "a", but got "b".'],
	];
	for (const [schema, value, expected] of cases) test(expected, () => assert.equal(message(schema, value), expected));

	test('a long value is shortened', () => assert.ok(message({ type: 'integer' }, 'x'.repeat(10_000)).length < 200));
});

suite('coercion', () => {
	const cases: [JsonValue, JsonValue, JsonValue][] = [
		[{ type: 'string' }, 5, '5'],
		[{ type: 'string' }, true, 'true'],
		[{ type: 'integer' }, '42', 42],
		[{ type: 'number' }, '-1.5', -1.5],
		[{ type: 'boolean' }, 'false', false],
		[{ type: 'array', items: { type: 'string' } }, [1, 'a'], ['1', 'a']],
		[{ type: 'string', enum: ['1', '2'] }, 1, '1'],
		[{ enum: ['1', '2'] }, 2, '2'],
		[{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, '7', 7],
		[{ type: 'integer' }, '12345678901234567890', '12345678901234567890'],
	];
	for (const [schema, value, expected] of cases) {
		test(`${JSON.stringify(value)} for ${JSON.stringify(schema)}`, () => assert.deepEqual(accepted(schema, value), expected));
	}

	test('never changes what is accepted as it is', () => {
		for (const [schema, value] of [
			[{ type: ['string', 'integer'] }, '5'],
			[{}, '5'],
			[{ type: 'number' }, 5],
			[{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'true'],
		] as const) {
			assert.deepEqual(accepted(schema as JsonValue, value), value);
		}
	});

	test('does not guess', () => {
		for (const [schema, value] of [
			[{ type: 'integer' }, '0x10'],
			[{ type: 'integer' }, ''],
			[{ type: 'boolean' }, 'yes'],
			[{ type: 'boolean' }, 1],
			[{ type: 'string' }, {}],
			[{ type: 'number' }, ' 5'],
		] as const) {
			message(schema as JsonValue, value as JsonValue);
		}
	});
});

suite('patterns', () => {
	test('are checked, also in lists and behind references', () => {
		const schema = { type: 'string', pattern: '^[a-z]{2}$' };
		assert.equal(message(schema, 'deu'), 'The argument `value` must match the pattern ^[a-z]{2}$, but got "deu".');
		assert.match(message({ type: 'array', items: schema }, ['de', 'x']), /`value\[1\]` must match/);
		accepted(schema, 'de');
	});

	test('that never end, or are none, count as matched', () => {
		for (const pattern of ['^(a+)+$', '(x+x+)+y', '[', '(?<n>a)(?<n>b)', '\\p{Nope}', '('.repeat(2_000)])
			accepted({ type: 'string', pattern }, `${'a'.repeat(60)}${'x'.repeat(60)}!`);
	});

	test('of legacy syntax are understood', () => assert.match(message({ type: 'string', pattern: '^[\\w\\-\\@]+$' }, 'a b'), /pattern/));
});

suite('hostile and careless schemas', () => {
	const schemas: JsonObject[] = [
		{ type: 'file' },
		{ type: 'any' },
		{ type: 42 },
		{ type: ['string', 'file'] },
		{ required: true },
		{ enum: 'a' },
		{ enum: [] },
		{ minimum: '1', maxLength: null, multipleOf: 'x', minItems: {} },
		{ properties: [], items: 5, anyOf: {}, allOf: 'x', oneOf: [] },
		{ $ref: '#/$defs/Missing' },
		{ $ref: 'https://evil.test/schema.json' },
		{ $ref: '#/$defs/constructor' },
		{ $ref: '#/$defs/__proto__' },
		{ $id: 'https://evil.test/', id: 5, $schema: 'x', $anchor: 'a' },
		{ example: { $id: 'x', $ref: 'y' }, default: { $ref: 'z' } },
		{ format: 'url' },
		{ not: { pattern: 'x' } },
		{ patternProperties: { '(a+)+$': false }, additionalProperties: false },
		JSON.parse('{ "if": { "pattern": "x" }, "then": false }'),
		{ exclusiveMinimum: true, minimum: 0 },
		{ anyOf: [null, 5] },
		{ uniqueItems: true },
	];
	for (const schema of schemas) {
		test(`${JSON.stringify(schema)} accepts what it does not clearly forbid`, () => {
			for (const value of ['text', `http://${'a'.repeat(60)}!`]) accepted(schema, value);
		});
	}

	test('definitions and schemas are not changed, and may be frozen', () => {
		const frozen: Readonly<Record<string, JsonSchema>> = Object.freeze({
			A: Object.freeze({ type: 'object', properties: Object.freeze({ id: Object.freeze({ type: 'integer' }) }) }),
		});
		const text = JSON.stringify(frozen);
		assert.equal(validateArguments(input({ value: { $ref: '#/$defs/A' } }), frozen, { value: { id: 1 } }).ok, true);
		assert.equal(JSON.stringify(frozen), text);
		assert.deepEqual(Object.getOwnPropertyNames(frozen.A ?? {}), ['type', 'properties']);
	});

	test('a schema that refers to itself without end is a message', () => {
		assert.match(message({ $ref: '#/$defs/Loop' }, 'x'), /refers to itself without end/);
		let value: JsonValue = [];
		for (let depth = 0; depth < 40; depth += 1) value = [value];
		assert.match(message({ $ref: '#/$defs/Bush' }, value), /refers to itself without end/);
	});

	test('arguments nested without end are a message', () => {
		let value: JsonValue = 1;
		for (let depth = 0; depth < 100_000; depth += 1) value = [value];
		assert.match(message({}, value), /nested more than 64 levels/);
	});

	test('a property name that is no text is a message', () => {
		assert.match(message({ type: 'object', additionalProperties: { type: 'integer' } }, { '\ud800': 'x' }), /lone surrogate/);
	});

	test('a property marked readOnly is not required', () => {
		accepted({ $ref: '#/$defs/Person' }, { name: 'Ada' });
	});
});
