import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { declarationNotes, declareTool, declareToolset, indexLine } from '../../src/code/declarations.ts';
import { estimateTokens } from '../../src/code/declare-text.ts';
import type { JsonSchema, Tool, Toolset } from '../../src/toolset/tool.ts';
import { fixture, load, toolOf } from '../toolset/openapi/document.ts';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** What the TypeScript compiler says about these files; empty when it accepts them. */
async function typeErrors(context: TestContext, files: Record<string, string>): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'declarations-'));
	context.after(() => rm(folder, { recursive: true }));
	for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
	const options = '--noEmit --strict --target esnext --module esnext --lib ES2024 --pretty false'.split(' ');
	return new Promise((resolve) => {
		execFile(process.execPath, [tsc, ...options, '--types', '', ...Object.keys(files)], { cwd: folder }, (_, output) => resolve(output));
	});
}

const fixtures = ['films.json', 'pets-v2.yaml', 'library.yaml', 'hostile.json'].map((file) =>
	load(fixture(file), { name: file.split(/[.-]/)[0] ?? '' }),
);

const object = (properties: Record<string, JsonSchema>, required?: string[]): JsonSchema => ({
	type: 'object',
	properties,
	...(required ? { required } : {}),
});

function toolsetOf(tool: Partial<Tool>, definitions: Record<string, JsonSchema> = {}): { toolset: Toolset; tool: Tool } {
	const whole: Tool = {
		toolset: 'api',
		name: 'run',
		summary: 'Runs it.',
		effect: 'read',
		input: object({}),
		schemaHash: '',
		origin: '',
		...tool,
	};
	const toolset: Toolset = {
		name: 'api',
		title: '',
		address: '',
		tools: new Map([[whole.name, whole]]),
		definitions,
		skipped: [],
		call: async () => ({ ok: true, value: null }),
		preview: () => ({ method: '', url: '' }),
	};
	return { toolset, tool: whole };
}

const compact = (tool: Partial<Tool>, definitions: Record<string, JsonSchema> = {}, options?: Parameters<typeof declareTool>[2]) => {
	const made = toolsetOf(tool, definitions);
	return declareTool(made.toolset, made.tool, options);
};
/** The type that a response of this schema is shown with. */
const shown = (output: JsonSchema, definitions?: Record<string, JsonSchema>) =>
	/Promise<(.*)>$/s.exec(compact({ output }, definitions))?.[1];

const hostileText = 'a */ b /* c\n```\nd\u2028e\u202ef `g`';

describe('declareToolset', () => {
	it('is valid TypeScript for every document', async (context) => {
		const files = Object.fromEntries(fixtures.map((toolset) => [`${toolset.name}.d.ts`, declareToolset(toolset)]));
		assert.equal(await typeErrors(context, files), '');
	});

	it('lets reasonable programs pass, and stops wrong ones', async (context) => {
		const program = `
			async function right() {
				const people = await films.searchPerson({ query: 'x' });
				const known = people.results[0]?.known_for[0];
				const name: string | undefined = known?.title ?? known?.name;
				if (known?.media_type === 'movie') known.title.length;
				const person = await films.getPerson({ person_id: people.results[0]!.id });
				person.anything[0].goes;
				(await pets.getPets())[0]!.id.toFixed();
				await pets.addPet({ name: 'Rex', owner: { name: 'Ann' } });
				const book = (await library.booksList({ filter: { year: 1 } }))[0]!;
				book.author?.books[0]?.title?.length;
				(await library.oddThings({ body: { id: 1, more: 'x' } })).map.x!.name.length;
				(await hostile.postA())['*/'].length + (await hostile.postA())['a b'].x.length;
				return name;
			}
			async function wrong() {
				// @ts-expect-error unknown tool
				await films.searchPeople({ query: 'x' });
				// @ts-expect-error missing argument
				await films.searchPerson({ page: 1 });
				// @ts-expect-error unknown argument
				await films.searchPerson({ query: 'x', pages: 1 });
				// @ts-expect-error wrong type
				await films.getPerson({ person_id: '1' });
				// @ts-expect-error no arguments at all
				await films.getPerson();
				// @ts-expect-error missing await
				films.searchPerson({ query: 'x' }).results;
				// @ts-expect-error unknown property
				(await films.searchPerson({ query: 'x' })).result;
				// @ts-expect-error read-only property
				await pets.addPet({ id: 1, name: 'Rex' });
				// @ts-expect-error null
				(await library.booksList())[0].title.length;
			}
			export { right, wrong };`;
		const files = Object.fromEntries(fixtures.map((toolset) => [`${toolset.name}.d.ts`, declareToolset(toolset)]));
		assert.equal(await typeErrors(context, { ...files, 'program.ts': program }), '');
	});

	it('gives names of definitions that collide, shadow or are no identifiers names of their own', async (context) => {
		const definitions = Object.fromEntries(
			['a-b', 'a_b', 'A.B', 'Promise', '1', 'string', '-'].map((key) => [key, object({ [key]: { type: 'string' } })]),
		);
		const output = object(Object.fromEntries(Object.keys(definitions).map((key) => [key, { $ref: `#/$defs/${key}` }])));
		const { toolset } = toolsetOf({ output }, definitions);
		const program =
			"const r = await api.run(); r['a-b']['a-b'].length + r['A.B']['A.B'].length + r.Promise.Promise.length + r['-']['-'].length; export {};";
		assert.equal(await typeErrors(context, { 'api.d.ts': declareToolset(toolset), 'program.ts': program }), '');
	});

	it('survives every kind of schema', async (context) => {
		const schemas: JsonSchema[] = [
			{ not: {} },
			{ type: 'null' },
			{ type: ['object', 'null'], properties: { a: {} } },
			{ enum: [{ a: 1 }, 'x'] },
			{ const: "it's" },
			{ type: 'array' },
			{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
			{ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] },
			{ type: 'object', properties: { a: { type: 'number' } }, additionalProperties: { type: 'string' } },
			{ type: 'object', additionalProperties: { $ref: '#/$defs/Self' } },
			{ type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }], properties: { a: { type: 'string' } } },
			{ allOf: [{ $ref: '#/$defs/Self' }, { type: 'object', properties: { extra: { type: 'string' } } }] },
			{ $ref: '#/$defs/Self', type: 'object', properties: { more: { type: 'string' } } },
			{ $ref: '#/$defs/Missing' },
		];
		const self: JsonSchema = {
			anyOf: [{ type: 'array', items: { $ref: '#/$defs/Self' } }, object({ self: { $ref: '#/$defs/Self' } }), { type: 'string' }],
		};
		const properties = object(Object.fromEntries(schemas.map((schema, index) => [`p${index}`, schema])));
		const { toolset } = toolsetOf({ input: properties, output: properties }, { Self: self });
		assert.equal(await typeErrors(context, { 'api.d.ts': declareToolset(toolset) }), '');
	});
});

describe('declareTool', () => {
	it('is what a person would note down', () => {
		const [films] = fixtures;
		assert.ok(films);
		assert.equal(
			declareTool(films, toolOf(films, 'searchPerson')),
			`/** Search for people. (paged) */
films.searchPerson(args: { query: string; page?: number /* max 500 */ }): Promise<{ '': { id: number; title: string; media_type: 'movie'; poster_path?: string | null }; page: number; results: { profile_path: string | null; id: number; known_for: { id: number; title?: string; name?: string /* media_type poster_path */ }[]; name: string }[]; total_results: number }>`,
		);
	});

	it('marks tools with pages, and explains the mark once and only then', () => {
		assert.match(compact({ paged: true }), /Runs it\. \(paged\) \*\//);
		const { tool } = toolsetOf({});
		assert.deepEqual(declarationNotes([tool]), []);
		assert.equal(declarationNotes([tool, { ...tool, paged: true }, { ...tool, paged: true }]).length, 1);
	});

	it('shows arguments only where there are some', () => {
		assert.match(compact({}), /api\.run\(\): Promise<unknown>$/);
		assert.match(compact({ input: object({ a: { type: 'string' } }) }), /run\(args\?: \{ a\?: string \}\)/);
		assert.match(compact({ input: object({ a: { type: 'string' } }, ['a']) }), /run\(args: \{ a: string \}\)/);
	});

	const types: [what: string, schema: JsonSchema, expected: string][] = [
		['nothing', {}, 'unknown'],
		['null', { type: 'null' }, 'null'],
		['an object without properties', { type: 'object' }, 'object'],
		['a map', { type: 'object', additionalProperties: { type: 'integer' } }, '{ [key: string]: number }'],
		['a nullable list', { type: ['array', 'null'], items: { type: 'string' } }, 'string[] | null'],
		['a list of nullables', { type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
		['values', { enum: ['a', "b's", 3, true] }, "'a' | 'b\\'s' | 3 | true"],
		[
			'many values',
			{ enum: Array.from({ length: 30 }, (_, index) => `v${index}`) },
			"'v0' | 'v1' | 'v2' | 'v3' | 'v4' | 'v5' | 'v6' | 'v7' | 'v8' | 'v9' | string",
		],
		['properties without a word on required ones', object({ a: { type: 'string' } }), '{ a: string }'],
		['optional properties', object({ a: { type: 'string' }, b: {} }, ['b']), '{ a?: string; b: unknown }'],
		['names that are no identifiers', object({ 'a-b': { type: 'string' }, '*/': {} }), "{ 'a-b': string; '*/': unknown }"],
		['alternatives', { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'number' }] }, 'string | number'],
		[
			'alternatives of objects',
			{ anyOf: [object({ a: {}, b: { type: 'string' } }), object({ b: { type: 'string' } }), { type: 'null' }] },
			'{ a?: unknown; b: string } | null',
		],
		['bases', { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'string' } })] }, '{ a: string; b: string }'],
	];
	for (const [what, schema, expected] of types) {
		it(`shows ${what}`, () => assert.equal(shown(schema), expected));
	}

	it('ends for recursive types, with what lies below in a comment', () => {
		const definitions = {
			Node: object({ id: { type: 'integer' }, name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } }),
		};
		assert.equal(
			shown({ $ref: '#/$defs/Node' }, definitions),
			'{ id: number; name: string; children: { id: number; name: string; children: { /* id name children */ }[] }[] }',
		);
		const endless = { A: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'array', items: { $ref: '#/$defs/A' } }] } };
		assert.ok((shown({ $ref: '#/$defs/A' }, endless) ?? '').length < 2000);
		const list = { A: { type: 'array', items: { $ref: '#/$defs/A' } } };
		assert.match(shown({ $ref: '#/$defs/A' }, list) ?? '', /^unknown(\[\])+$/);
	});

	it('takes schemas that branch at every step in its stride', () => {
		const branches = (keyword: string) =>
			Object.fromEntries(
				Array.from({ length: 40 }, (_, index) => [
					`S${index}`,
					{ [keyword]: Array.from({ length: 6 }, (_, step) => ({ $ref: `#/$defs/S${index + 1 + (step % 3)}` })) },
				]),
			);
		for (const keyword of ['anyOf', 'allOf'])
			assert.match(compact({ output: { $ref: '#/$defs/S0' } }, branches(keyword)), /Promise<unknown>$/);
	});

	it('keeps what identifies a thing and what one iterates, and names the rest', () => {
		const wide = object(
			Object.fromEntries(
				[...Array.from({ length: 30 }, (_, index) => `field_${index}`), 'id', 'name'].map((name) => [name, { type: 'string' }]),
			),
		);
		const output = object({ noise: { type: 'string' }, results: { type: 'array', items: wide }, next: { type: 'string' } });
		const text = shown(output) ?? '';
		assert.match(text, /results: \{.*\bid: string; name: string.*\/\* field_/);
		assert.match(text, /field_20.* … \*\//);
	});

	it('stays within its budget, required arguments included', () => {
		const level = (depth: number): JsonSchema =>
			depth === 0
				? { type: 'string', description: 'Some long and winding text about this field' }
				: object(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`property${index}`, level(depth - 1)])));
		for (const maxTokens of [60, 120, 260, 600]) {
			for (const tool of [
				{ output: level(4) },
				{ input: level(4) },
				{ input: { ...level(1), required: ['property3'] }, output: level(3) },
			]) {
				const text = compact(tool, {}, { maxTokens });
				assert.ok(estimateTokens(text) <= maxTokens, `${maxTokens}: ${text}`);
				assert.doesNotMatch(text, /: …/);
				if ('required' in (tool.input ?? {})) assert.match(text, /property3/);
			}
		}
		const many = Array.from({ length: 400 }, (_, index) => `argument${index}`);
		const input = object(Object.fromEntries(many.map((name) => [name, { type: 'string' }])), many);
		const text = compact({ input }, {}, { maxTokens: 200 });
		assert.ok(estimateTokens(text) <= 200, text);
		assert.match(text, /^api\.run\(args: object \/\* required: argument0 argument1 .* … \*\/\): Promise<unknown>$/);
	});

	it('shows less depth when asked to', () => {
		const output = object({ id: {}, a: object({ id: {}, b: object({ id: {} }) }) });
		assert.equal(/Promise<(.*)>$/.exec(compact({ output }, {}, { depth: 1 }))?.[1], '{ id: unknown; a: { /* id b */ } }');
		assert.equal(/Promise<(.*)>$/.exec(compact({ output }, {}, { depth: 0 }))?.[1], '{ /* id a */ }');
	});

	const notes: [name: string, schema: JsonSchema, expected: string][] = [
		[
			'time',
			{ description: 'The time for alarm. Format: %Y-%m-%d %H:%M:%S' },
			'unknown /* The time for alarm. Format: %Y-%m-%d %H:%M:%S */',
		],
		['page', { type: 'integer', description: 'Specify which page of a very long list of results you would like to see' }, 'number'],
		['limit', { type: 'integer', maximum: 50, description: 'The maximum number of items to return.' }, 'number /* max 50 */'],
		['query', { type: 'string', description: 'Pass a text query. This value should be URI encoded.' }, 'string'],
		['user_id', { type: 'string', description: "The user's ID." }, 'string'],
		['since', { type: 'string', format: 'date-time' }, 'string /* date-time */'],
		['code', { type: 'string', examples: ['AB-12'] }, 'string /* e.g. AB-12 */'],
		['text', { type: 'string', description: hostileText }, "string /* a * / b / * c ''' d e f 'g' */"],
	];
	for (const [name, schema, expected] of notes) {
		it(`notes about ${name} what its name and type do not say`, () => {
			assert.equal(/args: \{ .*?: (.*) \}\): /s.exec(compact({ input: object({ [name]: schema }, [name]) }))?.[1], expected);
		});
	}

	it('lets no text of a document end a comment, a line or a code fence', () => {
		const property = object({
			[hostileText]: { enum: [hostileText], description: hostileText },
			x: { examples: [hostileText], description: `${hostileText} ${hostileText}` },
		});
		for (const maxTokens of [60, 150, 1000]) {
			const text = compact(
				{
					summary: hostileText,
					input: property,
					output: object({ [hostileText]: { const: hostileText }, deep: object({ deeper: object({ deepest: property }) }) }),
				},
				{},
				{ maxTokens },
			);
			assert.doesNotMatch(text, /`|\u2028|\u202e/);
			assert.ok(text.split('\n').length <= 2, text);
			const code = text.replace(/'(\\.|[^'\\])*'|\/\*.*?\*\//gs, '');
			assert.doesNotMatch(code, /\*\/|\/\*/, text);
		}
		assert.doesNotMatch(indexLine(toolsetOf({ summary: `${hostileText} something new` }).tool), /`|\n|\u2028|\u202e|\*\//);
	});
});

describe('indexLine', () => {
	const ids = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
	const lines: [tool: Partial<Tool>, expected: string][] = [
		[
			{ name: 'searchPerson', summary: 'Search for people.', input: object(ids('query', 'page'), ['query']) },
			'api.searchPerson(query, page?): Search for people.',
		],
		[{ name: 'getMovie', summary: 'Get the movie details by id.', input: object(ids('movie_id'), ['movie_id']) }, 'api.getMovie(movie_id)'],
		[
			{ name: 'discover', summary: 'Discover', input: object(ids('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')) },
			'api.discover(a?, b?, c?, d?, e?, f?, g?, h?, …)',
		],
		[{ name: 'find', summary: 'Find', input: object(ids('a', 'b', 'c', 'd', 'e-f'), ['d', 'e-f']) }, "api.find(d, 'e-f', a?, b?, c?)"],
		[{ name: 'all', summary: 'All', input: object(ids('a', 'b', 'c', 'd', 'e'), ['a', 'b', 'c', 'd', 'e']) }, 'api.all(a, b, c, d, e)'],
		[
			{ name: 'ping', summary: `Answers ${'when asked nicely '.repeat(10)}` },
			'api.ping(): Answers when asked nicely when asked nicely when asked nicely when asked nicely when asked nicely…',
		],
	];
	for (const [tool, expected] of lines) {
		it(`is ${expected.slice(0, 50)}`, () => assert.equal(indexLine(toolsetOf(tool).tool), expected));
	}
});

describe('estimateTokens', () => {
	it('is close to a real tokenizer for declarations', () => {
		const texts = fixtures.flatMap((toolset) =>
			[...toolset.tools.values()].flatMap((tool) => [declareTool(toolset, tool), indexLine(tool)]),
		);
		const estimated = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
		const real = texts.reduce((sum, text) => sum + countTokens(text), 0);
		assert.ok(Math.abs(estimated / real - 1) < 0.1, `${estimated} for ${real}`);
	});
});
