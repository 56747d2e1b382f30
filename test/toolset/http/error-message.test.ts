import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { JsonValue } from '../../../src/json.ts';
import { errorMessage } from '../../../src/toolset/http/error-message.ts';

suite('errorMessage', () => {
	const bodies: [name: string, JsonValue, string][] = [
		[
			'TMDB',
			{ success: false, status_code: 34, status_message: 'The resource you requested could not be found.' },
			'The resource you requested could not be found.',
		],
		[
			'GitHub',
			{ message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }] },
			'Validation Failed; resource: Issue; field: title; code: missing_field',
		],
		['Stripe', { error: { code: 'parameter_missing', message: 'Missing required param: amount.' } }, 'Missing required param: amount.'],
		['Spotify', { error: { status: 401, message: 'Invalid access token' } }, 'Invalid access token'],
		['Google', { error: { code: 400, message: 'API key not valid.', errors: [{ message: 'API key not valid.' }] } }, 'API key not valid.'],
		['OAuth', { error: 'invalid_grant', error_description: 'Token has expired' }, 'Token has expired; invalid_grant'],
		['problem details', { type: 'about:blank', title: 'Not enough credit', detail: 'Balance is 30' }, 'Balance is 30; Not enough credit'],
		['FastAPI', { detail: [{ loc: ['query', 'page'], msg: 'value is not a valid integer' }] }, 'value is not a valid integer'],
		['Rails', { errors: { title: ['is too short'], year: ['is not a number'] } }, 'title: is too short; year: is not a number'],
		['JSON:API', { errors: [{ title: 'Bad', detail: 'Page is negative' }] }, 'Page is negative; Bad'],
		['GraphQL', { errors: [{ message: 'Cannot query field' }, { message: 'Other' }] }, 'Cannot query field; Other'],
		['a list', ['first', 'second'], 'first; second'],
		['a text', 'plainly wrong', 'plainly wrong'],
		['unknown', { code: 7 }, '{"code":7}'],
	];
	for (const [name, body, expected] of bodies) {
		test(name, () => {
			const message = errorMessage(400, body, false);
			assert.ok(message.startsWith(`400 Bad Request: ${expected}`), message);
		});
	}

	test('an empty body leaves the status', () => {
		assert.equal(errorMessage(404, null, false), '404 Not Found');
		assert.equal(errorMessage(599, '', false), '599');
	});

	test('an HTML page is reduced to what is visible', () => {
		const page =
			'<html><head><title>502 Bad Gateway</title><style>a{}</style></head><body><script>alert(1)</script><h1>nginx</h1></body></html>';
		assert.equal(errorMessage(502, page, true), '502 Bad Gateway: 502 Bad Gateway nginx');
	});

	test('hostile pages and bodies stay short and cheap', () => {
		for (const page of ['<'.repeat(1_000_000), '<title>'.repeat(100_000), `<script>${'<'.repeat(500_000)}`, 'x'.repeat(5_000_000)]) {
			assert.ok(errorMessage(500, page, true).length < 1_200);
		}
		assert.ok(errorMessage(500, { message: 'm'.repeat(100_000) }, false).length < 1_200);
	});

	test('control characters and terminal sequences are removed', () => {
		assert.equal(errorMessage(400, { message: 'a\u001b[31mb\r\nc\u202e\0' }, false), '400 Bad Request: a [31mb c');
	});

	test('401, 403 and 429 say what it means here', () => {
		assert.match(errorMessage(401, null, false), /credential/);
		assert.match(errorMessage(403, null, false), /credential/);
		assert.match(errorMessage(429, null, false), /fewer calls/);
	});
});
