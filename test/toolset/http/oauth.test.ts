import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { createEgress, type EgressOptions } from '../../../src/toolset/http/egress.ts';
import { createOAuth2Source, type OAuth2Options } from '../../../src/toolset/http/oauth.ts';
import { json, type LocalServer, serve } from './local-server.ts';
import { CLIENT_ID, CLIENT_SECRET, startTokenServer, type TokenServerOptions } from './token-server.ts';

const ORIGIN = 'https://api.test';
const signal = new AbortController().signal;
/** However a server could repeat the client's secret. */
const SECRET_FORMS = [
	CLIENT_SECRET,
	encodeURIComponent(CLIENT_SECRET),
	new URLSearchParams({ s: CLIENT_SECRET }).toString().slice(2),
	btoa(new URLSearchParams([[CLIENT_ID, CLIENT_SECRET]]).toString().replace('=', ':')),
];

function open(
	context: TestContext,
	tokenUrl: string,
	more: Partial<OAuth2Options> & { scope?: string; secret?: string } = {},
	by: Partial<EgressOptions> = {},
) {
	const egress = createEgress({ allowPrivateHosts: [], allowLoopback: true, ...by });
	context.after(() => egress.close());
	const { scope, secret = CLIENT_SECRET, ...options } = more;
	const told: string[] = [];
	const client = { id: CLIENT_ID, secret, tokenUrl, ...(scope !== undefined && { scope }) };
	const source = createOAuth2Source({ client, origin: ORIGIN, egress, onToken: (token) => told.push(token), ...options });
	const token = async () => {
		const given = await source.current(signal);
		return given.ok ? given.credential.secret : assert.fail(given.message);
	};
	const failure = async () => {
		const given = await source.current(signal);
		if (given.ok) return assert.fail('a token');
		for (const form of SECRET_FORMS) assert.ok(!given.message.includes(form), given.message);
		return given;
	};
	return { source, told, token, failure, egress };
}

async function withServer(context: TestContext, options: TokenServerOptions = {}) {
	const server = await startTokenServer(options);
	context.after(() => server.close());
	return server;
}

async function answering(context: TestContext, handle: Parameters<typeof serve>[0]): Promise<LocalServer> {
	const server = await serve(handle);
	context.after(() => server.close());
	return server;
}

suite('what a token server may do wrong', () => {
	const answers: [name: string, status: number, body: unknown, kind: string, message: RegExp][] = [
		['nothing of a token', 200, { hello: 1 }, 'refused', /without an access_token/],
		['a list', 200, [], 'refused', /with no token/],
		['no JSON', 200, undefined, 'refused', /with no token/],
		['a token of another type', 200, { access_token: 'a-good-token', token_type: 'mac' }, 'refused', /another type than Bearer/],
		['a token that cannot be sent', 200, { access_token: 'line\r\nx-evil: 1' }, 'refused', /without an access_token that can be sent/],
		['a token that could be a word', 200, { access_token: 'error' }, 'refused', /without an access_token that can be sent/],
		['a token that fits no header', 200, { access_token: 'x'.repeat(20_000) }, 'refused', /without an access_token that can be sent/],
		['more than a token', 200, { access_token: 'x'.repeat(200_000) }, 'too-large', /larger than/],
		['a wrong scope', 400, { error: 'invalid_scope' }, 'refused', /status 400 \(invalid_scope\).*scope/],
		['a wrong address', 404, { message: 'no' }, 'refused', /status 404\..*token address/],
		['trouble', 500, { error: 'oh no', error_description: 'again: \u001b[2J down' }, 'refused', /status 500 \(again: {2}?\[2J down\)/],
	];
	for (const [name, status, body, kind, message] of answers) {
		test(`${name} is said, and asked for once`, async (context) => {
			const server = await answering(context, (_, response) =>
				body === undefined ? response.end('<html>') : json(response, body, status),
			);
			const { failure, told } = open(context, `${server.origin}/token`);
			const given = await failure();
			assert.equal(given.kind, kind);
			assert.match(given.message, /^No access token: .*127\.0\.0\.1:\d+ /);
			assert.match(given.message, message);
			assert.deepEqual([server.requests.length, told], [1, []]);
		});
	}

	test('a client that is refused either way is told what to check, without a character of its secret', async (context) => {
		const server = await withServer(context, { secret: 'another secret' });
		const given = await open(context, server.tokenUrl).failure();
		assert.match(given.message, /status 401 \(invalid_client: no: Basic \[secret\].*\)\. Check the client id and the client secret/);
		assert.equal(server.requests.length, 2);
	});

	test('the secret cut through by a long answer is not shown either', async (context) => {
		const server = await answering(context, (_, response) =>
			json(response, { error: 'x', error_description: 'y'.repeat(290) + CLIENT_SECRET }, 403),
		);
		assert.doesNotMatch((await open(context, `${server.origin}/`).failure()).message, /cl1ent/);
	});

	test('a redirect to another server gets nothing of the client, and gives no token', async (context) => {
		const evil = await answering(context, (_, response) => json(response, { access_token: 'an-evil-token' }));
		for (const status of [301, 302, 303, 307, 308]) {
			const server = await answering(context, (_, response) => response.writeHead(status, { location: `${evil.origin}/token` }).end());
			assert.match((await open(context, `${server.origin}/token`).failure()).message, /another server/);
		}
		for (const { headers, body } of evil.requests) assert.deepEqual([headers.authorization, body], [undefined, '']);
	});

	test('an address that must not be called is not, and one where nobody listens is said', async (context) => {
		const canary = await answering(context, (_, response) => json(response, { access_token: 'a-local-token' }));
		const refused = await open(context, `${canary.origin}/token`, {}, { allowLoopback: false }).failure();
		assert.deepEqual([refused.kind, canary.requests.length], ['refused', 0]);
		assert.match(refused.message, /ALLOW_PRIVATE_HOSTS/);
		await canary.close();
		assert.deepEqual((await open(context, `${canary.origin}/token`).failure()).kind, 'network');
	});
});

suite('a client', () => {
	test('shows itself in the header, as the standard encodes it, and asks for its scope', async (context) => {
		const server = await withServer(context, { takes: ['basic'] });
		const { token } = open(context, server.tokenUrl, { scope: 'read write' });
		assert.equal(await token(), server.issued[0]);
		const [request] = server.requests;
		assert.equal(request?.body, 'grant_type=client_credentials&scope=read+write');
		assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded');
	});

	test('shows itself in the body where the header is refused, and goes on so', async (context) => {
		const server = await withServer(context, { takes: ['post'], fields: {} });
		let clock = 0;
		const { token } = open(context, server.tokenUrl, { now: () => clock });
		await token();
		clock = 600_000;
		assert.equal(await token(), server.issued[1]);
		assert.deepEqual(
			server.requests.map(({ headers, body }) => [headers.authorization !== undefined, body.includes('client_secret=')]),
			[
				[true, false],
				[false, true],
				[false, true],
			],
		);
	});
});

suite('a token', () => {
	test('is asked for once by calls at the same time, and kept until shortly before it ends', async (context) => {
		const server = await withServer(context, { fields: { expires_in: '100' } });
		let clock = 0;
		const { token, told, source } = open(context, server.tokenUrl, { now: () => clock });
		const [first, ...others] = await Promise.all(Array.from({ length: 20 }, token));
		assert.deepEqual(others, Array(19).fill(first));
		clock = 89_000;
		assert.equal(await token(), first);
		assert.equal(server.requests.length, 1);
		clock = 91_000;
		assert.notEqual(await token(), first);
		assert.deepEqual(told, server.issued);
		assert.ok(
			server.issued.every((issued) => source.secrets().includes(issued)),
			'the former may still be shown',
		);
	});

	for (const [fields, lifetime] of [
		[{}, 300_000],
		[{ expires_in: 0 }, 300_000],
		[{ expires_in: 'soon' }, 300_000],
		[{ expires_in: 86_400 }, 86_400_000],
	] as const) {
		test(`of ${JSON.stringify(fields)} lives ${lifetime / 1000} s`, async (context) => {
			const server = await withServer(context, { fields });
			let clock = 0;
			const { token } = open(context, server.tokenUrl, { now: () => clock });
			await token();
			clock = lifetime - 30_001;
			await token();
			assert.equal(server.issued.length, 1);
			clock = lifetime - 29_999;
			await token();
			assert.equal(server.issued.length, 2);
		});
	}

	test('that was refused is replaced once, however many calls say so', async (context) => {
		const server = await withServer(context);
		const { source, token } = open(context, server.tokenUrl);
		const given = await source.current(signal);
		const refused = given.ok ? given.credential : assert.fail();
		assert.ok(source.refused(refused));
		const second = await token();
		assert.ok(source.refused(refused), 'a call that was late');
		assert.equal(await token(), second);
		assert.deepEqual(server.issued, [refused.secret, second]);
	});

	test('whose request failed is asked for again', async (context) => {
		let down = true;
		const server = await answering(context, (_, response) =>
			down ? json(response, {}, 503) : json(response, { access_token: 'a-good-token' }),
		);
		const { failure, token } = open(context, server.origin);
		await failure();
		down = false;
		assert.equal(await token(), 'a-good-token');
	});

	test('is still asked for by the others when one of them stops', { timeout: 10_000 }, async (context) => {
		const { promise: asked, resolve: told } = Promise.withResolvers<void>();
		const { promise: released, resolve: release } = Promise.withResolvers<void>();
		const server = await withServer(context, {
			beforeIssuing: async () => {
				told();
				await released;
			},
		});
		const { source, token } = open(context, server.tokenUrl);
		const controller = new AbortController();
		const [stopped, waiting] = [source.current(controller.signal), token()];
		await asked;
		controller.abort();
		assert.deepEqual(await stopped, { ok: false, kind: 'stopped', message: 'The request was stopped.' });
		const late = await source.current(controller.signal);
		assert.equal(!late.ok && late.kind, 'stopped');
		release();
		assert.equal(await waiting, server.issued[0]);
		assert.equal(server.requests.length, 1);
	});
});
