import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { FILE_HANDLE_SCHEMA } from '../../../src/toolset/file-handle.ts';
import { documentOf, fixture, load, namesOf, operationOf, propertyOf, toolOf } from './document.ts';

const json = (schema: JsonValue): JsonObject => ({ content: { 'application/json': { schema } } });
const parameter = (name: string, place: string, rest: JsonObject = {}): JsonObject => ({
	name,
	in: place,
	schema: { type: 'string' },
	...rest,
});
const inputOf = (operation: JsonObject, path = '/x/{id}') => {
	const [tool] = load(documentOf({ [path]: { post: operation } })).tools.values();
	return tool?.input ?? {};
};

describe('loadOpenApi', () => {
	const unusable: [what: string, text: string, message: RegExp][] = [
		['plain text', 'hello', /plain text/],
		['a list', '[1]', /a list/],
		['an empty object', '{}', /an empty object/],
		['another document', '{"foo": 1, "b<script>": 2}', /keys foo, bscript/],
		['a Postman collection', '{"info": {"name": "x"}, "item": []}', /Postman/],
		['AsyncAPI', 'asyncapi: 3.0.0', /AsyncAPI/],
		['a JSON Schema', '{"$schema": "x", "properties": {}}', /JSON Schema/],
		['an error reply', '{"message": "Not Found"}', /error reply/],
		['a future version', 'openapi: 4.0.0\npaths: {}', /version 4\.0\.0/],
		['an old version', 'swagger: "1.2"\npaths: {}', /version 1\.2/],
		['a version that is none', '{"openapi": {"a": 1}}', /without a known version/],
		['no paths', '{"openapi": "3.0.0"}', /no paths/],
		['empty paths', '{"openapi": "3.0.0", "paths": {}}', /no paths/],
		['paths that are none', '{"openapi": "3.0.0", "paths": [1]}', /no paths|malformed/],
		['no operation', documentOf({ '/a': { parameters: [] }, 'x-notes': { get: {} } }), /no operation/],
		['operations that all are elsewhere', documentOf({ '/a': { $ref: 'a.yaml' } }), /no operation.*\/a.*another document/],
		['malformed Swagger', '{"swagger": "2.0", "paths": {"/a": {"get": {"parameters": "x"}}}}', /malformed|server/],
		[
			'nesting',
			documentOf({ '/a': { get: { description: 'x', deep: JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`) } } }),
			/nests deeper/,
		],
	];
	for (const [what, text, message] of unusable) {
		it(`says what is wrong with ${what}`, () => {
			assert.throws(
				() => load(text),
				(error) => error instanceof UserError && error.code === 'document' && message.test(error.userMessage),
			);
		});
	}

	it('lists what cannot be called with the reason, and loads the rest', () => {
		const toolset = load(
			documentOf({
				'/ok': { get: {} },
				'/elsewhere': { $ref: 'https://evil.example/item.yaml' },
				'/nowhere': { $ref: '#/components/pathItems/None' },
				'/parameter': { get: { parameters: [{ $ref: 'parameters.yaml#/a' }] } },
				'/missing': { get: { parameters: [{ $ref: '#/components/parameters/None' }] } },
				'/body': { post: { requestBody: { $ref: 'bodies.yaml' } } },
				'/header': { get: { parameters: [parameter('a b', 'header', { required: true })] } },
				'/proto': { get: { parameters: [parameter('__proto__', 'query', { required: true })] } },
				'/place': { get: { parameters: [parameter('a', 'moon', { required: true })] } },
				'/server': { get: { servers: [{ url: 'https://other.example' }] } },
				'/trace': { trace: {} },
			}),
		);
		assert.deepEqual([...toolset.tools.keys()], ['getOk']);
		assert.deepEqual(
			toolset.skipped
				.map(({ origin, reason }) => `${origin}: ${/another document|does not exist|another address|no name|TRACE/.exec(reason)?.[0]}`)
				.sort(),
			[
				'/elsewhere: another document',
				'/nowhere: does not exist',
				'GET /header: no name',
				'GET /missing: does not exist',
				'GET /parameter: another document',
				'GET /place: no name',
				'GET /proto: no name',
				'GET /server: another address',
				'POST /body: another document',
				'TRACE /trace: TRACE',
			],
		);
	});

	it('tells operations of one path apart by a fragment, keeps fixed parameters, and does not mind a missing slash', async () => {
		const target = (value: string) => ({ parameters: [parameter('x-target', 'header', { required: true, schema: { enum: [value] } })] });
		const toolset = load(
			documentOf({
				'/#X-Target=Jobs.Start': { post: { operationId: 'Start', ...target('Jobs.Start') } },
				'/#X-Target=Jobs.Stop': { post: { operationId: 'Stop', ...target('Jobs.Stop') } },
				'/jobs?op=LIST': { get: {} },
				'/find/{kind}?q={term}&all=1&lang={lang}': { get: { parameters: [parameter('term', 'path', { required: true })] } },
				status: { get: {} },
				'x-notes': { get: {} },
			}),
		);
		const find = await operationOf(toolset, 'findQAll1Lang');
		assert.deepEqual(
			find.parameters.map(({ argument, name, in: place, required }) => [argument, place, name, required]),
			[
				['kind', 'path', 'kind', true],
				['term', 'query', 'q', true],
				['lang', 'query', 'lang', false],
			],
		);
		const paths = await Promise.all([...toolset.tools.keys()].map(async (name) => [name, (await operationOf(toolset, name)).path]));
		assert.deepEqual(paths, [
			['start', '/'],
			['stop', '/'],
			['getJobsOpList', '/jobs?op=LIST'],
			['findQAll1Lang', '/find/{kind}?all=1'],
			['getStatus', '/status'],
		]);
		assert.deepEqual(toolset.skipped, []);
	});

	it('reads OpenAPI 3.0 as it is published, mistakes and all', async () => {
		const films = load(fixture('films.json'));
		assert.equal(films.title, 'Film Database');
		assert.equal(films.address, 'https://films.example/3');
		assert.deepEqual([...films.tools.keys()], ['searchPerson', 'getPersonMovieCredits', 'getPerson']);
		const tool = toolOf(films, 'searchPerson');
		assert.equal(tool.summary, 'Search for people.');
		assert.equal(tool.origin, 'GET /search/person');
		assert.equal(tool.toolset, 'api');
		assert.deepEqual(tool.input.required, ['query']);
		assert.deepEqual(propertyOf(tool.input, 'page'), {
			type: 'integer',
			minimum: 1,
			maximum: 500,
			default: '1',
			description: 'Specify which page to query.',
		});
		assert.deepEqual(films.definitions['image-path'], { type: ['string', 'null'] });
		assert.equal(toolOf(films, 'getPerson').output, undefined);
		assert.deepEqual((await operationOf(films, 'searchPerson')).accepts, ['application/json']);
	});

	it('reads Swagger 2', async () => {
		const pets = load(fixture('pets-v2.yaml'));
		assert.equal(pets.address, 'https://pets.example/api');
		assert.deepEqual([...pets.tools.keys()], ['getPets', 'addPet', 'getPetsByPetId', 'deletePets', 'uploadPhoto']);
		assert.deepEqual(toolOf(pets, 'addPet').input, {
			type: 'object',
			properties: { name: { type: 'string' }, secret: { type: ['string', 'null'] }, owner: { $ref: '#/$defs/OwnerInput' } },
			required: ['name'],
			additionalProperties: false,
		});
		assert.equal(toolOf(pets, 'deletePets').summary, 'Deprecated: Removes a pet from the shop for good');
		assert.deepEqual(toolOf(pets, 'deletePets').output, { type: 'null' });
		const [limit, tags] = (await operationOf(pets, 'getPets')).parameters;
		assert.equal(limit?.name, 'limit');
		assert.deepEqual([tags?.style, tags?.explode], ['form', false]);
		const upload = await operationOf(pets, 'uploadPhoto');
		assert.deepEqual(upload.body, {
			contentType: 'multipart/form-data',
			required: true,
			from: { fields: ['caption', 'file'] },
			encoding: {},
		});
		assert.deepEqual(propertyOf(upload.input, 'file').anyOf, [{ type: 'string', format: 'binary' }, FILE_HANDLE_SCHEMA]);
	});

	it('fetches Swagger 2 documents without a scheme the way they came', () => {
		const text = '{"swagger": 2.0, "host": "a.example", "paths": {"/a": {"get": {"responses": {}}}}}';
		assert.equal(load(text, { sourceUrl: 'http://a.example/swagger.json' }).address, 'http://a.example');
		assert.equal(load(text).address, 'https://a.example');
	});

	it('reads OpenAPI 3.1 with styles, content parameters and variables', async () => {
		const library = load(fixture('library.yaml'));
		assert.equal(library.address, 'https://eu.library.example/v1');
		assert.deepEqual([...library.tools.keys()], ['booksList', 'booksReplace', 'oddThings']);
		const list = await operationOf(library, 'booksList');
		assert.deepEqual(
			list.parameters.map(({ name, style, explode, contentType }) => [name, style, explode, contentType]),
			[
				['filter', 'deepObject', true, undefined],
				['where', 'form', true, 'application/json'],
			],
		);
		assert.deepEqual(list.accepts, ['application/json', 'text/csv']);
		assert.deepEqual(toolOf(library, 'booksReplace').output, { type: 'null' });
	});

	it('sends and previews the operation behind a tool, with an input that needs nothing else', async () => {
		const library = load(fixture('library.yaml'));
		const operation = await operationOf(library, 'booksList');
		assert.deepEqual(operation.method, 'GET');
		assert.deepEqual(Object.keys(operation.input.$defs as object).sort(), ['Author', 'Book', 'Map']);
		assert.deepEqual(library.preview(toolOf(library, 'booksReplace'), { id: '1' }), {
			method: 'PUT',
			url: 'https://eu.library.example/v1/books/{id}',
			body: { id: '1' },
		});
		const other = { ...toolOf(library, 'booksList'), name: 'none' };
		const response = await library.call(other, {}, { signal: AbortSignal.timeout(1000) });
		assert.deepEqual(response.ok ? '' : response.kind, 'unknown-tool');
		assert.throws(() => library.preview(other, {}), UserError);
	});

	it('keeps only definitions that tools refer to', () => {
		const toolset = load(
			documentOf(
				{ '/a': { get: { responses: { 200: json({ $ref: '#/components/schemas/A' }) } } } },
				{ components: { schemas: { A: { type: 'string' }, B: { type: 'string' } } } },
			),
		);
		assert.deepEqual(toolset.definitions, { A: { type: 'string' } });
	});
});

describe('arguments', () => {
	it('keep their names, path and required ones first, and lose what the request decides', () => {
		const input = inputOf({
			parameters: [
				parameter('certification.lte', 'query'),
				parameter('q', 'query', { required: true }),
				parameter('id', 'path'),
				parameter('X-Trace', 'header'),
				parameter('Accept', 'header', { required: true }),
				parameter('AUTHORIZATION', 'header'),
				parameter('sid', 'cookie'),
			],
		});
		assert.deepEqual(namesOf(input), ['id', 'q', 'certification.lte', 'X-Trace', 'sid']);
		assert.deepEqual(input.required, ['id', 'q']);
		assert.equal(input.additionalProperties, false);
	});

	it('of an operation replace those of its path, and undeclared placeholders are texts', () => {
		const item = {
			parameters: [parameter('id', 'path', { schema: { type: 'integer' } }), parameter('a', 'query')],
			get: { parameters: [parameter('a', 'query', { required: true, schema: { type: 'number' } })] },
		};
		const [tool] = load(documentOf({ '/x/{id}/{other}': item })).tools.values();
		assert.deepEqual(tool?.input.properties, { id: { type: 'integer' }, other: { type: 'string' }, a: { type: 'number' } });
		assert.deepEqual(tool?.input.required, ['id', 'other', 'a']);
	});

	it('of one name in several places are told apart', async () => {
		const toolset = load(
			documentOf({
				'/x/{name}': {
					get: {
						parameters: [
							parameter('name', 'query'),
							parameter('name', 'path'),
							parameter('name', 'header'),
							parameter('name_query', 'query'),
						],
					},
				},
			}),
		);
		const { parameters } = await operationOf(toolset, 'getX');
		assert.deepEqual(
			parameters.map((binding) => [binding.argument, binding.name, binding.in]),
			[
				['name', 'name', 'path'],
				['name_query2', 'name', 'query'],
				['name_header', 'name', 'header'],
				['name_query', 'name_query', 'query'],
			],
		);
	});

	const object = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } } };
	const bodies: [what: string, schema: JsonObject, expected: string[]][] = [
		['a plain object', object, ['id', 'a', 'b']],
		['an object that says it is open', { ...object, additionalProperties: true }, ['id', 'a', 'b']],
		['an object with typed additions', { ...object, additionalProperties: { type: 'string' } }, ['id', 'body']],
		['alternatives', { ...object, anyOf: [{ required: ['a'] }] }, ['id', 'body']],
		['an object without properties', { type: 'object' }, ['id', 'body']],
		['a list', { type: 'array', items: { type: 'string' } }, ['id', 'body']],
		['an object with the name of a parameter', { type: 'object', properties: { id: { type: 'string' }, a: {} } }, ['id', 'body']],
		['merged bases', { allOf: [object, { type: 'object', properties: { c: { type: 'string' } } }] }, ['id', 'a', 'b', 'c']],
	];
	for (const [what, schema, expected] of bodies) {
		it(`of a body that is ${what}`, () => assert.deepEqual(namesOf(inputOf({ requestBody: json(schema) })), expected));
	}

	it('name the body otherwise when its name is taken', () => {
		const input = inputOf({ parameters: [parameter('body', 'query')], requestBody: { required: true, ...json({ type: 'array' }) } });
		assert.deepEqual(input.required, ['id', 'requestBody']);
	});

	it('make a body required that has required properties', async () => {
		const toolset = load(documentOf({ '/x': { post: { requestBody: json({ ...object, required: ['a', 'ghost'] }) } } }));
		assert.deepEqual(toolOf(toolset, 'postX').input.required, ['a']);
		assert.equal((await operationOf(toolset, 'postX')).body?.required, true);
	});

	const mediaTypes: [offered: string[], chosen: string, argument: string][] = [
		[['text/plain', 'application/xml', 'application/json; charset=utf-8'], 'application/json', 'a'],
		[['multipart/form-data', 'application/vnd.api+json'], 'application/vnd.api+json', 'a'],
		[['multipart/form-data', 'application/x-www-form-urlencoded'], 'application/x-www-form-urlencoded', 'a'],
		[['*/*'], 'application/json', 'a'],
		[['application/octet-stream', 'text/csv'], 'text/csv', 'body'],
	];
	for (const [offered, chosen, argument] of mediaTypes) {
		it(`prefer ${chosen} of ${offered.join(' and ')}`, async () => {
			const content = Object.fromEntries(offered.map((type) => [type, { schema: object }]));
			const toolset = load(documentOf({ '/x': { post: { requestBody: { content } } } }));
			assert.equal((await operationOf(toolset, 'postX')).body?.contentType, chosen);
			assert.equal(namesOf(toolOf(toolset, 'postX').input)[0], argument);
		});
	}

	it('of reads have no body', () => {
		const toolset = load(documentOf({ '/x': { get: { requestBody: json(object) } } }));
		assert.deepEqual(toolOf(toolset, 'getX').input.properties, {});
	});
});

describe('tools', () => {
	it('have the effect of their method', () => {
		const operations = Object.fromEntries(['get', 'head', 'options', 'post', 'put', 'patch', 'delete'].map((method) => [method, {}]));
		const tools = [...load(documentOf({ '/x': operations })).tools.values()];
		const effects = new Map(tools.map(({ origin, effect }) => [origin.split(' ')[0], effect]));
		for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.equal(effects.get(method), 'read');
		for (const method of ['POST', 'PUT', 'PATCH']) assert.equal(effects.get(method), 'write');
		assert.equal(effects.get('DELETE'), 'destructive');
	});

	const outputs: [what: string, responses: JsonObject, expected: JsonValue | undefined][] = [
		['no responses', {}, undefined],
		['failures only', { 404: json({ type: 'string' }) }, undefined],
		['200 before 201', { 201: json({ type: 'number' }), 200: json({ type: 'string' }) }, { type: 'string' }],
		['201 before 202', { 202: json({ type: 'number' }), 201: json({ type: 'string' }) }, { type: 'string' }],
		['2XX before default', { default: json({ type: 'number' }), '2XX': json({ type: 'string' }) }, { type: 'string' }],
		['default alone', { default: json({ type: 'number' }) }, { type: 'number' }],
		['JSON before an empty 200', { 200: { description: '' }, 201: json({ type: 'string' }) }, { type: 'string' }],
		['nothing', { 204: { description: '' } }, { type: 'null' }],
		['200 without content', { 200: { description: '' } }, undefined],
		['200 without content and 204', { 200: { description: '' }, 204: { description: '' } }, undefined],
		['text', { 200: { content: { 'text/plain': {} } } }, { type: 'string' }],
		['tables', { 200: { content: { 'text/csv': {}, 'application/xml': {} } } }, { type: 'string' }],
		['pictures', { 200: { content: { 'image/png': {} } } }, FILE_HANDLE_SCHEMA as JsonValue],
		['pictures and documents', { 200: { content: { 'image/*': {}, 'application/pdf': {} } } }, FILE_HANDLE_SCHEMA as JsonValue],
		['pictures or texts', { 200: { content: { 'image/png': {}, 'text/plain': {} } } }, undefined],
		['what no name tells', { 200: { content: { 'application/vnd.example.diff': {} } } }, undefined],
		[
			'a file among JSON',
			{ 200: json({ type: 'string', format: 'binary' }) },
			{ anyOf: [FILE_HANDLE_SCHEMA as JsonValue, { type: 'string' }] },
		],
		['JSON without a schema', { 200: { content: { 'application/json': {} } } }, undefined],
		['JSON of a vendor', { 200: { content: { 'application/hal+json': { schema: { type: 'string' } } } } }, { type: 'string' }],
		['a response elsewhere', { 200: { $ref: 'responses.yaml#/a' } }, undefined],
	];
	for (const [what, responses, expected] of outputs) {
		it(`read the output of ${what}`, () => {
			const [tool] = load(documentOf({ '/x': { get: { responses } } })).tools.values();
			assert.deepEqual(tool?.output, expected);
		});
	}

	const summaries: [operation: JsonObject, expected: string][] = [
		[{}, 'GET /x'],
		[{ summary: '  ' }, 'GET /x'],
		[{ description: 'First one. Second.' }, 'First one.'],
		[{ summary: 'Get Details', description: 'Get the details of a thing. More.' }, 'Get the details of a thing.'],
		[{ summary: 'List the repositories of an organisation', description: 'Lists.' }, 'List the repositories of an organisation'],
		[{ summary: 'x '.repeat(200) }, `${'x '.repeat(58)}x…`],
		[{ summary: 'Old', deprecated: 'true' }, 'Deprecated: Old'],
	];
	for (const [operation, expected] of summaries) {
		it(`summarise as ${expected.slice(0, 40)}`, () => {
			const [tool] = load(documentOf({ '/x': { get: operation } })).tools.values();
			assert.equal(tool?.summary, expected);
			assert.ok(tool.summary.length <= 120);
		});
	}

	it('of a hostile document have safe names, one-line texts and no prototype', () => {
		const hostile = load(fixture('hostile.json'));
		assert.equal(hostile.address, 'https://bad.example/a');
		assert.equal(hostile.title, 'Bad news rm');
		assert.deepEqual([...hostile.tools.keys()], ['postA', 'proto', 'getC', 'getD', 'get1stThing', 'getF']);
		for (const tool of hostile.tools.values()) assert.doesNotMatch(tool.summary, /[\n\r\u2028\u202e`]/);
		assert.deepEqual(namesOf(toolOf(hostile, 'postA').input), ["a'; evil(); '"]);
		assert.equal(Object.getPrototypeOf(toolOf(hostile, 'postA').input.properties), Object.prototype);
	});
});
