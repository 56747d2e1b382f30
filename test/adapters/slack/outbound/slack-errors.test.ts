import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebAPIRequestError } from '@slack/web-api';
import { pino } from 'pino';
import { createWebClient } from '../../../../adapters/slack/access/web-client.ts';
import { explainSlackError } from '../../../../adapters/slack/outbound/slack-errors.ts';
import { failureOf, refusalOf } from '../../../../adapters/slack/outbound/slack-failure.ts';
import { UserError } from '../../../../src/errors.ts';
import { type Fault, startWebApi, type WebApi } from '../web-api-server.ts';

const logger = pino({ level: 'silent' });

describe('a failed call of the Web API', () => {
	let api: WebApi;
	beforeEach(async () => {
		api = await startWebApi();
	});
	afterEach(() => api.close());

	async function failureWith(fault: Fault, timeoutMs?: number): Promise<unknown> {
		api.fail('auth.test', fault);
		const client = createWebClient('xoxb-1', { apiUrl: api.url, logger, timeoutMs });
		try {
			await client.auth.test();
		} catch (error) {
			return error;
		}
		return assert.fail('the call should have failed');
	}

	const failures: readonly (readonly [name: string, fault: Fault, kind: object])[] = [
		['429 with a time', { status: 429, headers: { 'retry-after': '7' } }, { kind: 'rate-limited', retryAfterMs: 7000 }],
		['429 without a time', { status: 429 }, { kind: 'rate-limited', retryAfterMs: 1000 }],
		[
			'429 with a date',
			{ status: 429, headers: { 'retry-after': 'Fri, 21 Nov 2025 07:00:00 GMT' } },
			{ kind: 'rate-limited', retryAfterMs: 1000 },
		],
		['429 with no time to wait', { status: 429, headers: { 'retry-after': '0' } }, { kind: 'rate-limited', retryAfterMs: 1000 }],
		['ratelimited with status 200', { error: 'ratelimited' }, { kind: 'rate-limited', retryAfterMs: 1000 }],
		['a refusal', { error: 'is_archived' }, { kind: 'refused', error: 'is_archived' }],
		['a missing scope', { error: 'missing_scope', needed: 'im:write' }, { kind: 'refused', error: 'missing_scope', needed: 'im:write' }],
		['an error inside Slack', { error: 'internal_error' }, { kind: 'unknown' }],
		['a catastrophe inside Slack', { error: 'fatal_error' }, { kind: 'unknown' }],
		['500', { status: 500 }, { kind: 'unknown' }],
		['503 with a page', { status: 503, body: '<html>' }, { kind: 'unknown' }],
		['403 of a proxy', { status: 403 }, { kind: 'refused', error: 'http_403' }],
		['a page with status 200', { status: 200, body: '<html><h1>Sign in</h1></html>' }, { kind: 'unknown' }],
		['nothing with status 200', { status: 200, body: '' }, { kind: 'unknown' }],
		['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, { kind: 'unknown' }],
		['a connection cut before it was processed', { cut: 'before' }, { kind: 'unknown' }],
		['a connection cut afterwards', { cut: 'after' }, { kind: 'unknown' }],
		['a connection cut in the middle of the answer', { cut: 'body' }, { kind: 'unknown' }],
	];
	for (const [name, fault, kind] of failures) {
		it(`is told from others: ${name}`, async () => assert.deepEqual(failureOf(await failureWith(fault)), kind));
	}

	it('is told from others: no answer in time', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		assert.deepEqual(failureOf(await failureWith({ hold: promise }, 100)), { kind: 'unknown' });
		resolve();
	});

	it('is told from others: nobody listens', async () => {
		const closed = createServer().listen(0, '127.0.0.1');
		await once(closed, 'listening');
		const address = closed.address();
		assert.ok(address && typeof address === 'object');
		closed.close();
		await once(closed, 'close');
		const client = createWebClient('xoxb-1', { apiUrl: `http://127.0.0.1:${address.port}/api/`, logger });
		await assert.rejects(client.auth.test(), (error) => failureOf(error)?.kind === 'unreached');
	});

	it('is told from others: nobody listens at any address of the host', () => {
		const refused = (code: string) => Object.assign(new Error('connect'), { code });
		const failed = (...codes: string[]) =>
			failureOf(new WebAPIRequestError(new TypeError('fetch failed', { cause: new AggregateError(codes.map(refused)) })));
		assert.deepEqual(failed('ECONNREFUSED', 'ENETUNREACH'), { kind: 'unreached' });
		assert.deepEqual(failed('ECONNREFUSED', 'ECONNRESET'), { kind: 'unknown' });
	});

	it('is sent once only', async () => {
		await failureWith({ status: 500 });
		await failureWith({ status: 429, headers: { 'retry-after': '1' } });
		assert.equal(api.calls.length, 2);
	});

	const explained: readonly (readonly [error: string, code: string, words: RegExp])[] = [
		['not_in_channel', 'not-allowed', /\/invite/],
		['channel_not_found', 'not-found', /private/],
		['is_archived', 'not-allowed', /archived/],
		['msg_too_long', 'bad-input', /too long/],
		['msg_blocks_too_long', 'bad-input', /too long/],
		['invalid_auth', 'configuration', /token/],
		['token_revoked', 'configuration', /token/],
		['account_inactive', 'configuration', /Install the app again/],
		['restricted_action', 'not-allowed', /rules/],
		['restricted_action_read_only_channel', 'not-allowed', /rules/],
		['expired_trigger_id', 'bad-input', /again/],
		['something_new', 'internal', /something_new/],
	];
	for (const [error, code, words] of explained) {
		it(`is explained: ${error}`, async () => {
			const told = explainSlackError(await failureWith({ error }));
			assert.equal(told?.code, code);
			assert.match(told?.userMessage ?? '', words);
			assert.equal(refusalOf(told?.cause), error);
		});
	}

	it('names the scope that is missing, and no other text of Slack', async () => {
		const named = explainSlackError(await failureWith({ error: 'missing_scope', needed: 'channels:history,groups:history' }));
		assert.match(named?.userMessage ?? '', /permission channels:history or groups:history/);
		const odd = explainSlackError(await failureWith({ error: 'missing_scope', needed: '<!channel> xoxb-1' }));
		assert.match(odd?.userMessage ?? '', /lacks a Slack permission/);
		assert.doesNotMatch(odd?.userMessage ?? '', /channel>|xoxb/);
	});

	it('is explained when nobody refused it', async () => {
		assert.match(explainSlackError(await failureWith({ status: 502, body: 'secret page' }))?.userMessage ?? '', /did not answer/);
		assert.match(explainSlackError(await failureWith({ status: 429 }))?.userMessage ?? '', /few minutes/);
		const page = explainSlackError(await failureWith({ status: 200, body: '<html>secret page</html>' }));
		assert.doesNotMatch(page?.userMessage ?? '', /secret/);
	});

	it('is all that is explained', () => {
		for (const other of [
			new Error('x'),
			new UserError('storage', 'x'),
			new TypeError('x'),
			undefined,
			'x',
			{ code: 'slack_webapi_platform_error' },
		]) {
			assert.equal(explainSlackError(other), undefined);
		}
	});
});
