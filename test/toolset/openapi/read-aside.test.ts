import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/json.ts';
import { type ApiText, readApi } from '../../../src/toolset/openapi/read-api.ts';
import { type AsideLimits, readAside } from '../../../src/toolset/openapi/read-aside.ts';
import { documentOf, fixture } from './document.ts';

const inThread = (text: string, rest: Partial<ApiText> = {}, limits: AsideLimits = {}) =>
	readAside({ name: 'api', text, ...rest }, { largeCharacters: 0, ...limits });

/** What `readApi` throws for the same text. */
function thrownFor(text: string, rest: Partial<ApiText> = {}): UserError {
	try {
		readApi({ name: 'api', text, ...rest });
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
	throw new Error('it can be read');
}

/** How often timers of 1 ms fire while it is waited for. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
	let turns = 0;
	const timer = setInterval(() => {
		turns += 1;
	}, 1);
	await work.finally(() => clearInterval(timer));
	return turns;
}

const MANY = documentOf(
	Object.fromEntries(Array.from({ length: 3000 }, (_, number) => [`/a${number}`, { get: { summary: 'A thing of many. '.repeat(5) } }])),
);

describe('readAside', () => {
	const unusable: readonly [what: string, text: string, rest?: Partial<ApiText>][] = [
		['nothing', ''],
		['a web page', '<!doctype html><title>API</title>'],
		['JSON that ends too early', '{"openapi": "3.1.0", '],
		['a mistake in line 3', 'openapi: 3.1.0\npaths:\n\t/a: {}\n'],
		['another format', '{"swaggerVersion": "1.2"}'],
		['no operation that can be called', documentOf({ '/a': { trace: {} } })],
		['no server', JSON.stringify({ openapi: '3.1.0', paths: { '/a': { get: {} } } })],
		['a base URL that is none', documentOf({ '/a': { get: {} } }), { baseUrl: 'nowhere' }],
		['deep nesting', `{"openapi":"3.1.0","paths":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
	];
	for (const [what, text, rest] of unusable) {
		it(`says of ${what} what is said without a thread`, async () => {
			const expected = thrownFor(text, rest);
			await assert.rejects(inThread(text, rest), (error) => {
				assert.ok(error instanceof UserError);
				assert.deepEqual([error.code, error.userMessage, error.message], [expected.code, expected.userMessage, expected.message]);
				assert.equal(error.cause instanceof Error, expected.cause instanceof Error);
				return true;
			});
		});
	}

	it('gives up what takes too long, and reads the next document', async () => {
		await assert.rejects(inThread(MANY, {}, { timeoutMs: 1 }), {
			code: 'document',
			userMessage: /longer than 0\.001 s .* only the operations/,
		});
		assert.equal((await inThread(fixture('films.json'))).address, readApi({ name: 'api', text: fixture('films.json') }).address);
	});

	it('gives up what takes too much memory, and reads the next document', async () => {
		await assert.rejects(inThread(MANY, {}, { memoryMb: 8 }), { code: 'document', userMessage: /more than 8 MB of memory/ });
		assert.equal((await inThread(fixture('films.json'))).skipped.length, 0);
	});

	for (const name of ['films.json', 'library.yaml', 'pets-v2.yaml']) {
		it(`makes of ${name} what is made without a thread`, async () => {
			const options = { sourceUrl: 'http://api.example/document', baseUrl: 'https://api.example/v2' };
			assert.deepEqual(await inThread(fixture(name), options), readApi({ name: 'api', text: fixture(name), ...options }));
			assert.deepEqual(await inThread(fixture(name), { sourceUrl: options.sourceUrl }), {
				...readApi({ name: 'api', text: fixture(name), sourceUrl: options.sourceUrl }),
			});
		});
	}

	it('keeps odd names, what may be empty, and cycles', async () => {
		const properties = JSON.parse(
			'{"__proto__": {"type": "string"}, "constructor": {"type": "null"}, "": {"default": null}}',
		) as JsonObject;
		const node = { type: 'object', properties: { ...properties, next: { $ref: '#/components/schemas/Node' } } };
		Object.defineProperty(node.properties, '__proto__', { value: { type: 'string' }, enumerable: true });
		const content = { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } };
		const text = documentOf(
			{ '/a': { post: { requestBody: { content }, responses: { 200: { content } } } } },
			{ components: { schemas: { Node: node } } },
		);
		assert.match(text, /"__proto__"/);
		const read = await inThread(text);
		const expected = readApi({ name: 'api', text });
		assert.deepEqual(read, expected);
		assert.equal(JSON.stringify([...read.tools]), JSON.stringify([...expected.tools]));
	});

	it('lets the event loop turn while it reads', async () => {
		assert.ok((await turnsDuring(inThread(MANY))) > 3);
		// What is small is not worth a thread, and over before any timer.
		assert.equal(await turnsDuring(readAside({ name: 'api', text: fixture('films.json') })), 0);
	});

	it('reads several at a time, each its own', async () => {
		const read = await Promise.all(
			Array.from({ length: 5 }, (_, number) => inThread(documentOf({ [`/a${number}`]: { get: { operationId: `get${number}` } } }))),
		);
		assert.deepEqual(
			read.flatMap(({ tools }) => [...tools.keys()]),
			['get0', 'get1', 'get2', 'get3', 'get4'],
		);
	});
});
