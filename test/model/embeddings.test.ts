import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { createEmbedder, type EmbedderOptions } from '../../src/model/embeddings.ts';
import { type Answer, errorBody, sendJson, startServer } from './model-server.ts';

const { signal } = new AbortController();

function embedderOf(baseUrl: string, options: Partial<EmbedderOptions> = {}) {
	const logger = pino({ level: 'silent' });
	return createEmbedder({ apiKey: 'sk-secret', baseUrl, model: 'embed-1', timeoutMs: 5000, logger, retry: { baseMs: 1 }, ...options });
}

async function ask(context: TestContext, answer: Answer, options: Partial<EmbedderOptions> = {}) {
	const server = await startServer(context, answer);
	return { server, embed: (texts: readonly string[]) => embedderOf(server.baseUrl, options).embed(texts, signal) };
}

const body = (...embeddings: unknown[]) => ({ data: embeddings.map((embedding, index) => ({ index, embedding })) });

describe('a reply that holds no vectors', () => {
	for (const [name, reply] of Object.entries({
		'an empty object': {},
		'no list': { data: 'none' },
		'fewer than texts': body([1, 2]),
		'more than texts': body([1, 2], [1, 2], [1, 2]),
		'of several lengths': body([1, 2], [1, 2, 3]),
		'of no length': body([], []),
		'of other things than numbers': body([1, null], [1, 2]),
		base64: body('AACAPwAAAEA=', 'AACAPwAAAEA='),
	})) {
		test(`is an error for people: ${name}`, async (context) => {
			const { embed } = await ask(context, (response) => sendJson(response, 200, reply));
			await assert.rejects(
				embed(['a', 'b']),
				(error) => error instanceof UserError && /EMBEDDING_MODEL \(embed-1\)/.test(error.userMessage),
			);
		});
	}

	test('is an error when it is a page', async (context) => {
		const { embed } = await ask(context, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'));
		await assert.rejects(embed(['a']), UserError);
	});
});

describe('a server', () => {
	test('is asked for plain numbers, and its order is put right', async (context) => {
		const { server, embed } = await ask(context, (response) =>
			sendJson(response, 200, {
				data: [
					{ index: 1, embedding: [0, 1] },
					{ index: 0, embedding: [1, 0] },
				],
			}),
		);
		assert.deepEqual(
			(await embed(['a', 'b'])).map((vector) => [...vector]),
			[
				[1, 0],
				[0, 1],
			],
		);
		assert.deepEqual(server.requests[0]?.body, { model: 'embed-1', input: ['a', 'b'], encoding_format: 'float' });
		assert.equal(server.requests[0]?.url, '/v1/embeddings');
	});

	test('that is busy is asked again, one that refuses the key is not', async (context) => {
		const busy = await ask(context, (response, index) =>
			index === 0 ? sendJson(response, 429, errorBody('busy')) : sendJson(response, 200, body([1])),
		);
		assert.equal((await busy.embed(['a'])).length, 1);
		const refusing = await ask(context, (response) => sendJson(response, 401, errorBody('raw words')));
		await assert.rejects(refusing.embed(['a']), { code: 'configuration' });
		assert.equal(refusing.server.requests.length, 1);
	});

	test('that hangs is given up at its limit, or when nobody wants the answer any more', async (context) => {
		const hanging = await ask(context, () => {}, { timeoutMs: 30 });
		await assert.rejects(hanging.embed(['a']), { code: 'model-unavailable' });
		const stop = new AbortController();
		const embedding = embedderOf(hanging.server.baseUrl).embed(['a'], stop.signal);
		stop.abort(new Error('not wanted'));
		await assert.rejects(embedding, /not wanted/);
	});
});
