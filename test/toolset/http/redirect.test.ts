import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { EgressRequest } from '../../../src/toolset/http/egress.ts';
import { nextRequest } from '../../../src/toolset/http/redirect.ts';

const request = (more: Partial<EgressRequest> = {}): EgressRequest => ({
	method: 'GET',
	url: 'https://api.test/v1/a',
	headers: {},
	...more,
});

suite('nextRequest', () => {
	test('never goes from https to http with a credential, in whatever form', () => {
		const withCredentials = [
			request({ headers: { Authorization: 'Bearer s' } }),
			request({ headers: { cookie: 'a=b' } }),
			request({ headers: { 'x-key': 's' }, credentials: { headers: ['x-key'], query: [] } }),
			request({ credentials: { headers: [], query: ['api_key'] } }),
		];
		for (const each of withCredentials) assert.equal(nextRequest(each, 302, 'http://api.test/v1/a').kind, 'refuse');
		assert.equal(nextRequest(request(), 302, 'http://api.test/v1/a').kind, 'follow');
	});

	test('another port or scheme is another origin', () => {
		for (const location of ['https://api.test:8443/', 'http://api.test/']) {
			const next = nextRequest(request({ headers: { 'x-key': 's' } }), 302, location);
			assert.deepEqual(next.kind === 'follow' && next.request.headers, {}, location);
		}
	});

	test('leaves a signed address as it is when it holds no credential of ours', () => {
		const signed = 'https://files.test/x?sig=a%20b~c&expires=1';
		const next = nextRequest(request({ credentials: { headers: [], query: ['api_key'] } }), 302, signed);
		assert.equal(next.kind === 'follow' && next.request.url, signed);
	});

	test('relative locations and fragments', () => {
		const next = nextRequest(request(), 302, '../b?c#d');
		assert.equal(next.kind === 'follow' && next.request.url, 'https://api.test/b?c');
	});

	test('a HEAD stays a HEAD on 303', () => {
		const next = nextRequest(request({ method: 'HEAD' }), 303, '/b');
		assert.equal(next.kind === 'follow' && next.request.method, 'HEAD');
	});

	test('what is no redirect is none', () => {
		for (const status of [200, 201, 300, 304, 305, 404]) assert.equal(nextRequest(request(), status, '/b').kind, 'none', String(status));
		assert.equal(nextRequest(request(), 302, undefined).kind, 'none');
	});
});
