import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import pino from 'pino';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { UserError } from '../../src/errors.ts';
import { createModelClient } from '../../src/model/client.ts';
import { completionsOf } from '../../src/model/model-error.ts';
import { type Answer, ask, completionBody, errorBody, quickClient, sendJson, startServer } from './model-server.ts';

/** The UserError a promise rejects with; fails when it does not, or when the message gives the key or the server's words away. */
async function failureOf(promise: Promise<unknown>): Promise<UserError> {
	const error = await promise.then(
		() => assert.fail('expected a rejection'),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof UserError, `expected a UserError, got ${String(error)}`);
	assert.doesNotMatch(error.userMessage, /sk-secret|raw words/);
	return error;
}

/** What one client hears from a server that always gives the same answer, and how often it asked. */
async function hear(context: TestContext, answer: Answer, options: Parameters<typeof quickClient>[1] = {}) {
	const server = await startServer(context, answer);
	const error = await failureOf(quickClient(server.baseUrl, options).complete(ask()));
	return { error, asked: server.requests.length, origin: server.origin };
}

describe('a wrong configuration', () => {
	const options = { model: 'm1', timeoutMs: 1000, logger: pino({ level: 'silent' }) };
	for (const baseUrl of ['localhost:11434', 'ftp://x/v1', '', 'http://user:sk-secret@127.0.0.1/v1', 'http://sk-secret@127.0.0.1/v1']) {
		it(`is refused at once: OPENAI_BASE_URL ${JSON.stringify(baseUrl)}`, async () => {
			const error = await failureOf(Promise.try(() => createModelClient({ ...options, baseUrl })));
			assert.equal(error.code, 'configuration');
			assert.match(error.userMessage, /OPENAI_BASE_URL/);
		});
	}
	for (const apiKey of ['', 'sk-secret\n', 'sk secret', '„sk-secret“']) {
		it(`is refused at once: OPENAI_API_KEY ${JSON.stringify(apiKey)}`, async () => {
			const error = await failureOf(Promise.try(() => createModelClient({ ...options, apiKey })));
			assert.equal(error.code, 'configuration');
			assert.match(error.userMessage, /OPENAI_API_KEY/);
		});
	}
});

describe('an HTTP error', () => {
	const cases: [name: string, status: number, body: unknown, code: string, message: RegExp][] = [
		['a refused key', 401, errorBody('raw words sk-secret'), 'configuration', /refused the key.*OPENAI_API_KEY/],
		['a forbidden model', 403, errorBody('raw words'), 'configuration', /HTTP 403.*OPENAI_API_KEY.*m1/],
		['an unknown model', 404, errorBody('raw words', { code: 'model_not_found' }), 'configuration', /model m1.*MODEL.*OPENAI_BASE_URL/],
		['an unknown path', 404, 'raw words', 'configuration', /OPENAI_BASE_URL.*\/v1/],
		['a wrong method', 405, '', 'configuration', /OPENAI_BASE_URL/],
		[
			'a long prompt (OpenAI)',
			400,
			errorBody('raw words', { code: 'context_length_exceeded' }),
			'model-unavailable',
			/too long for the model m1/,
		],
		[
			'a long prompt (vLLM)',
			400,
			errorBody("raw words: This model's maximum context length is 4096 tokens."),
			'model-unavailable',
			/too long for the model m1/,
		],
		[
			'a long prompt (llama.cpp)',
			400,
			errorBody('raw words', { type: 'exceed_context_size_error' }),
			'model-unavailable',
			/too long for the model m1/,
		],
		['a large body', 413, '', 'model-unavailable', /too long for the model m1/],
		['any other refusal', 400, errorBody('raw words'), 'model-unavailable', /HTTP 400.*MODEL \(m1\)/],
		['a quota that is used up', 429, errorBody('raw words', { code: 'insufficient_quota' }), 'model-unavailable', /quota.*billing/],
		['a credit that is used up', 402, errorBody('raw words'), 'model-unavailable', /credit.*billing/],
		['what the server has not got', 501, errorBody('raw words'), 'model-unavailable', /HTTP 501/],
	];
	for (const [name, status, body, code, message] of cases) {
		it(`is explained and not repeated: ${name}`, async (context) => {
			const { error, asked } = await hear(context, (response) => sendJson(response, status, body));
			assert.equal(error.code, code);
			assert.match(error.userMessage, message);
			assert.equal(asked, 1);
			assert.ok(error.cause instanceof Error);
		});
	}

	for (const status of [408, 409, 429, 500, 502, 503, 529]) {
		it(`is repeated four times, then explained: ${status}`, async (context) => {
			const { error, asked, origin } = await hear(context, (response) => sendJson(response, status, errorBody('raw words')));
			assert.equal(error.code, 'model-unavailable');
			assert.ok(error.userMessage.includes(origin));
			assert.match(error.userMessage, /Try again/);
			assert.equal(asked, 4);
		});
	}

	it('says that a key is wanted when none was sent', async (context) => {
		const { error } = await hear(context, (response) => sendJson(response, 401, errorBody('raw words')), { apiKey: undefined });
		assert.equal(error.code, 'configuration');
		assert.match(error.userMessage, /asks for a key.*Set OPENAI_API_KEY/);
	});

	it('inside a success is treated like one', async (context) => {
		const { error, asked } = await hear(context, (response) => sendJson(response, 200, errorBody('raw words', { code: 401 })));
		assert.equal(error.code, 'configuration');
		assert.equal(asked, 1);
		const gateway = await hear(context, (response) => sendJson(response, 200, { choices: [errorBody('raw words', { code: 7 })] }));
		assert.equal(gateway.error.code, 'model-unavailable');
		assert.equal(gateway.asked, 4);
	});
});

describe('a connection', () => {
	it('that is refused names the server and asks whether it runs', async () => {
		const baseUrl = await closedPort();
		const error = await failureOf(quickClient(`${baseUrl}/v1`).complete(ask()));
		assert.equal(error.code, 'model-unavailable');
		assert.ok(error.userMessage.startsWith(`Nothing answers at ${baseUrl}. Is the model server running?`));
	});

	it('that speaks no TLS is explained', async (context) => {
		const server = await startServer(context, (response) => response.end());
		const error = await failureOf(quickClient(server.baseUrl.replace('http:', 'https:')).complete(ask()));
		assert.match(error.userMessage, /No secure connection.*certificate.*OPENAI_BASE_URL/);
	});

	it('that is reset is tried again', async (context) => {
		const server = await startServer(context, (response, index) => {
			if (index < 2) response.socket?.resetAndDestroy();
			else sendJson(response, 200, completionBody('hello'));
		});
		assert.equal((await quickClient(server.baseUrl).complete(ask())).text, 'hello');
		assert.equal(server.requests.length, 3);
	});

	it('that breaks off inside the body is tried again, then explained', async (context) => {
		const { error, asked } = await hear(context, (response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
			response.write('{"choices": [{"message"', () => response.socket?.resetAndDestroy());
		});
		assert.equal(error.code, 'model-unavailable');
		assert.match(error.userMessage, /broke off/);
		assert.equal(asked, 4);
	});
});

describe('the time limit', () => {
	const stalls: [name: string, answer: Answer][] = [
		['without a response', () => {}],
		['inside the body', (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices": [')],
		['inside the body of an error', (response) => void response.writeHead(400, { 'content-type': 'application/json' }).write('{"error"')],
		[
			'with a body that trickles',
			(response) => {
				response.writeHead(200, { 'content-type': 'application/json' });
				const timer = setInterval(() => response.write(' '), 10);
				response.on('close', () => clearInterval(timer));
			},
		],
	];
	for (const [name, answer] of stalls) {
		it(`ends a request ${name}, without another attempt`, async (context) => {
			const { error, asked } = await hear(context, answer, { timeoutMs: 100 });
			assert.equal(error.code, 'model-unavailable');
			assert.match(error.userMessage, /within 0\.1 seconds.*MODEL_TIMEOUT_SECONDS|HTTP 400/);
			assert.equal(asked, 1);
		});
	}
});

describe('the limits of fetch itself', () => {
	it('do not count: timeoutMs alone does', async (context) => {
		const before = getGlobalDispatcher();
		setGlobalDispatcher(new Agent({ headersTimeout: 40 }));
		context.after(() => setGlobalDispatcher(before));
		// undici counts these limits in seconds.
		const server = await startServer(context, (response) => {
			setTimeout(() => sendJson(response, 200, completionBody('hello')), 1300);
		});
		const limited = assert.rejects(fetch(server.origin, { method: 'POST' }), 'they are in force for everybody else');
		assert.equal((await quickClient(server.baseUrl).complete(ask())).text, 'hello');
		await limited;
	});
});

describe('a reply that is none', () => {
	it('is refused: a web page with status 200', async (context) => {
		const { error, asked } = await hear(context, (response) =>
			response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><html>raw words</html>'),
		);
		assert.equal(error.code, 'configuration');
		assert.match(error.userMessage, /web page.*OPENAI_BASE_URL.*\/v1/);
		assert.equal(asked, 1);
	});

	for (const body of [null, [], {}, { choices: [] }, { choices: 'raw words' }, { choices: [null] }, 'raw words', 7]) {
		it(`is refused: ${JSON.stringify(body)}`, async (context) => {
			const { error } = await hear(context, (response) => sendJson(response, 200, body));
			assert.equal(error.code, 'configuration');
			assert.match(error.userMessage, /not with a chat completion.*OPENAI_BASE_URL/);
		});
	}

	it('is refused: an empty body', async (context) => {
		const { error } = await hear(context, (response) => response.writeHead(204).end());
		assert.equal(error.code, 'configuration');
	});

	it('is tried again and then refused: JSON that breaks off', async (context) => {
		const { error, asked } = await hear(context, (response) =>
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"message": {"content": "raw words'),
		);
		assert.equal(error.code, 'model-unavailable');
		assert.match(error.userMessage, /broken/);
		assert.equal(asked, 4);
	});

	for (const reason of [null, undefined, '', 7]) {
		it(`is refused: finish_reason ${JSON.stringify(reason)}, with what it cost`, async (context) => {
			const { error } = await hear(context, (response) => sendJson(response, 200, completionBody('half a pro', { finish_reason: reason })));
			assert.equal(error.code, 'model-unavailable');
			assert.match(error.userMessage, /broke off/);
			assert.deepEqual(
				completionsOf(error).map(({ text, usage }) => [text, usage.completionTokens]),
				[['half a pro', 3]],
			);
		});
	}

	for (const [reason, message] of [
		['length', /output limit/],
		['content_filter', /content filter/],
	] as const) {
		it(`is refused: finish_reason ${reason}`, async (context) => {
			const { error, asked } = await hear(context, (response) =>
				sendJson(response, 200, completionBody('half a pro', { finish_reason: reason })),
			);
			assert.equal(error.code, 'model-reply');
			assert.match(error.userMessage, message);
			assert.equal(asked, 1);
			assert.equal(completionsOf(error).length, 1);
		});
	}
});

describe('a reply', () => {
	it('comes with its usage; the request holds nothing that local servers refuse', async (context) => {
		const server = await startServer(context, (response) => sendJson(response, 200, completionBody('hello')));
		const completion = await quickClient(`${server.baseUrl}/`).complete(ask());
		assert.equal(completion.text, 'hello');
		assert.deepEqual(completion.usage, { promptTokens: 12, completionTokens: 3, estimated: false });
		assert.ok(Number.isInteger(completion.ms) && completion.ms >= 0);
		assert.deepEqual(server.requests[0]?.body, { model: 'm1', messages: ask().messages, temperature: 0 });
		assert.equal(server.requests[0]?.url, '/v1/chat/completions');
		assert.equal(server.requests[0]?.headers.authorization, 'Bearer sk-secret');
	});

	it('needs no key', async (context) => {
		const server = await startServer(context, (response) => sendJson(response, 200, completionBody('hello')));
		await quickClient(server.baseUrl, { apiKey: undefined }).complete(ask());
		assert.equal(server.requests[0]?.headers.authorization, 'Bearer none');
	});

	for (const usage of [
		undefined,
		null,
		{},
		{ prompt_tokens: 0, completion_tokens: 0 },
		{ prompt_tokens: 'many', completion_tokens: -1 },
		{ prompt_tokens: 5 },
		{ prompt_tokens: 5.5, completion_tokens: 1 },
	]) {
		it(`has an estimated usage when the server says ${JSON.stringify(usage)}`, async (context) => {
			const server = await startServer(context, (response) => sendJson(response, 200, { ...completionBody('x'.repeat(40)), usage }));
			const completion = await quickClient(server.baseUrl).complete(ask());
			assert.equal(completion.usage.estimated, true);
			assert.equal(completion.usage.completionTokens, 10);
			assert.ok(completion.usage.promptTokens > 0);
		});
	}

	it('may be JSON that calls itself text, in parts, or empty', async (context) => {
		const parts = [
			{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
			{ type: 'text', text: 'a' },
			{ type: 'text', text: 'b' },
		];
		const server = await startServer(context, (response, index) => {
			const body = completionBody([' hello', parts, null][index]);
			response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(body));
		});
		const model = quickClient(server.baseUrl);
		assert.equal((await model.complete(ask())).text, ' hello');
		assert.equal((await model.complete(ask())).text, 'ab');
		assert.equal((await model.complete(ask())).text, '');
	});

	it('comes from a server that follows OpenAI closely (aimock), after a failure', async (context) => {
		const mock = await LLMock.create({ port: 0 });
		context.after(() => mock.stop());
		mock.onMessage('How many?', { content: 'hello', usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } });
		mock.nextRequestError(503, { message: 'raw words' });
		const completion = await quickClient(`${mock.url}/v1`).complete(ask());
		assert.equal(completion.text, 'hello');
		assert.deepEqual(completion.usage, { promptTokens: 7, completionTokens: 2, estimated: false });
		mock.nextRequestError(401, { message: 'raw words' });
		assert.equal((await failureOf(quickClient(`${mock.url}/v1`).complete(ask()))).code, 'configuration');
	});
});

describe('a parameter that is refused', () => {
	const refusal = (param: string | null, message: string) => errorBody(message, { param, code: 'unsupported_value' });

	it('is left out from then on', async (context) => {
		const server = await startServer(context, (response, _index, { body }) => {
			if ('temperature' in body) sendJson(response, 400, refusal('temperature', 'raw words'));
			else sendJson(response, 200, completionBody('hello'));
		});
		const model = quickClient(server.baseUrl);
		await model.complete(ask());
		await model.complete(ask());
		assert.deepEqual(
			server.requests.map(({ body }) => 'temperature' in body),
			[true, false, false],
		);
	});

	it('is known by the words of the server too; max_tokens gives way to max_completion_tokens', async (context) => {
		const server = await startServer(context, (response, _index, { body }) => {
			if ('max_tokens' in body) sendJson(response, 400, refusal(null, "'max_tokens' is not supported, use 'max_completion_tokens'"));
			else if ('temperature' in body) sendJson(response, 422, refusal(null, 'temperature is not supported'));
			else sendJson(response, 200, completionBody('hello'));
		});
		await quickClient(server.baseUrl, { maxOutputTokens: 500 }).complete(ask());
		assert.deepEqual(server.requests.at(-1)?.body, { model: 'm1', messages: ask().messages, max_completion_tokens: 500 });
		assert.equal(server.requests.length, 3);
	});

	it('ends in an error when the server refuses what is left', async (context) => {
		const { error, asked } = await hear(context, (response) => sendJson(response, 400, refusal(null, 'temperature max_tokens raw words')));
		assert.equal(error.code, 'model-unavailable');
		assert.equal(asked, 2);
	});
});

describe('Retry-After', () => {
	it('of a moment is waited for', async (context) => {
		const server = await startServer(context, (response, index) => {
			if (index === 0) sendJson(response, 429, errorBody('raw words'), { 'retry-after': '0.05' });
			else sendJson(response, 200, completionBody('hello'));
		});
		const startedAt = performance.now();
		await quickClient(server.baseUrl).complete(ask());
		assert.ok(performance.now() - startedAt >= 49);
	});

	it('beyond the limit fails at once and says when to try again', async (context) => {
		const { error, asked } = await hear(context, (response) => sendJson(response, 429, errorBody('raw words'), { 'retry-after': '3600' }));
		assert.match(error.userMessage, /Try again in 60 minutes/);
		assert.equal(asked, 1);
	});

	it('as a date is measured by the clock of the server', async (context) => {
		const { error, asked } = await hear(context, (response) =>
			sendJson(response, 503, errorBody('raw words'), {
				date: 'Wed, 01 Jan 2020 00:00:00 GMT',
				'retry-after': 'Wed, 01 Jan 2020 00:05:00 GMT',
			}),
		);
		assert.match(error.userMessage, /Try again in 5 minutes/);
		assert.equal(asked, 1);
	});
});

describe('stopping', () => {
	async function stopped(complete: (signal: AbortSignal) => Promise<unknown>, when: (abort: () => void) => void): Promise<void> {
		const controller = new AbortController();
		const completing = complete(controller.signal);
		when(() => controller.abort());
		assert.equal((await failureOf(completing)).code, 'stopped');
	}

	it('before the request', async (context) => {
		const server = await startServer(context, (response) => sendJson(response, 200, completionBody('hello')));
		const error = await failureOf(quickClient(server.baseUrl).complete(ask({ signal: AbortSignal.abort() })));
		assert.equal(error.code, 'stopped');
		assert.equal(server.requests.length, 0);
	});

	it('while the server works, and inside the body', async (context) => {
		let arrived = () => {};
		const server = await startServer(context, (response, index) => {
			if (index === 1) response.writeHead(200, { 'content-type': 'application/json' }).write('{');
			setTimeout(() => arrived(), 20);
		});
		const model = quickClient(server.baseUrl);
		for (const _ of [0, 1]) {
			await stopped(
				(signal) => model.complete(ask({ signal })),
				(abort) => {
					arrived = abort;
				},
			);
		}
		assert.equal(server.requests.length, 2);
	});

	it('while it backs off', async (context) => {
		let arrived = () => {};
		const server = await startServer(context, (response) => {
			sendJson(response, 500, errorBody('raw words'));
			setTimeout(() => arrived(), 50);
		});
		const model = quickClient(server.baseUrl, { retry: { baseMs: 15_000 } });
		await stopped(
			(signal) => model.complete(ask({ signal })),
			(abort) => {
				arrived = abort;
			},
		);
		assert.equal(server.requests.length, 1);
	});

	it('while it waits for its turn', async (context) => {
		const server = await startServer(context, () => {});
		const model = quickClient(server.baseUrl, { maxConcurrency: 1 });
		const first = new AbortController();
		const busy = model.complete(ask({ signal: first.signal }));
		await stopped(
			(signal) => model.complete(ask({ signal })),
			(abort) => setImmediate(abort),
		);
		first.abort();
		assert.equal((await failureOf(busy)).code, 'stopped');
	});
});

describe('maxConcurrency', () => {
	it('bounds the requests at one time, and every one is answered', async (context) => {
		let open = 0;
		let most = 0;
		const server = await startServer(context, (response) => {
			open += 1;
			most = Math.max(most, open);
			setTimeout(() => {
				open -= 1;
				sendJson(response, 200, completionBody('hello'));
			}, 10);
		});
		const model = quickClient(server.baseUrl, { maxConcurrency: 2 });
		await Promise.all(Array.from({ length: 6 }, () => model.complete(ask())));
		assert.equal(most, 2);
		assert.equal(server.requests.length, 6);
	});
});

describe('the log', () => {
	it('says what is tried again, without the key or the words of the server', async (context) => {
		const lines: string[] = [];
		const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
		await hear(context, (response) => sendJson(response, 500, errorBody('raw words sk-secret')), { logger });
		const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === pino.levels.values.warn);
		assert.equal(warnings.length, 3);
		assert.doesNotMatch(lines.join(''), /sk-secret|raw words/);
	});
});

/** An address where nothing listens: that of a server which has just been closed. */
async function closedPort(): Promise<string> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	assert.ok(address && typeof address === 'object');
	await new Promise((resolve) => server.close(resolve));
	return `http://127.0.0.1:${address.port}`;
}
