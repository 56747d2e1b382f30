import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { probeServer } from '../../src/model/probe.ts';
import { type Answer, errorBody, sendJson, startServer } from './model-server.ts';

const idle = () => new AbortController().signal;

async function probe(context: TestContext, answer: Answer) {
	const { baseUrl, origin, requests } = await startServer(context, answer);
	const outcome = await probeServer({ apiKey: 'sk-secret', baseUrl, model: 'm1' }, idle()).catch((error: unknown) => error);
	assert.ok(outcome === origin || outcome instanceof UserError, String(outcome));
	if (outcome instanceof UserError) assert.doesNotMatch(outcome.userMessage, /raw words|sk-secret/);
	return { outcome: outcome instanceof UserError ? outcome : undefined, requests };
}

describe('a look at the model server', () => {
	it('finds a key that is refused', async (context) => {
		const { outcome } = await probe(context, (response) => sendJson(response, 401, errorBody('raw words')));
		assert.equal(outcome?.code, 'configuration');
		assert.match(outcome?.userMessage ?? '', /Check OPENAI_API_KEY/);
	});

	it('finds an address that leads to web pages', async (context) => {
		const { outcome } = await probe(context, (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
		assert.equal(outcome?.code, 'configuration');
		assert.match(outcome?.userMessage ?? '', /OPENAI_BASE_URL is probably wrong/);
	});

	for (const status of [429, 500, 503]) {
		it(`does not take a server in trouble (${status}) for a wrong setting, and asks once`, async (context) => {
			const { outcome, requests } = await probe(context, (response) => sendJson(response, status, errorBody('raw words')));
			if (status !== 429) assert.equal(outcome?.code, 'model-unavailable');
			assert.equal(requests.length, 1);
		});
	}

	it('is content with a server that lists no models, or not to everybody', async (context) => {
		for (const status of [200, 403, 404, 405]) {
			const { outcome, requests } = await probe(context, (response) => sendJson(response, status, { data: [] }));
			assert.equal(outcome, undefined);
			assert.equal(requests[0]?.url, '/v1/models');
		}
	});

	it('refuses what can be no address, without asking', async () => {
		await assert.rejects(probeServer({ baseUrl: 'http://user:sk-secret@127.0.0.1/v1', model: 'm1' }, idle()), { code: 'configuration' });
	});
});
