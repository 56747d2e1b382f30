import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import type { JsonValue } from '../../../src/json.ts';
import { chooseServers, type ServerOptions } from '../../../src/toolset/openapi/servers.ts';

const choose = (servers: JsonValue | undefined, options: ServerOptions = {}) =>
	chooseServers(servers === undefined ? { paths: {} } : { paths: {}, servers }, options);

describe('chooseServers', () => {
	const unusable: [what: string, servers: JsonValue | undefined, options: ServerOptions][] = [
		['no server and no source', undefined, {}],
		['an empty list and no source', [], {}],
		['a relative server and no source', [{ url: '/v1' }], {}],
		['a variable without a value', [{ url: 'https://{tenant}.example' }], { sourceUrl: 'https://docs.example/openapi.json' }],
		['another scheme', [{ url: 'ftp://a.example' }, { url: 'javascript:alert(1)' }, { url: 'file:///etc' }], {}],
		['nonsense', [null, {}, { url: 7 }, 'https://a.example'], {}],
	];
	for (const [what, servers, options] of unusable) {
		it(`asks for a base URL when there is ${what}`, () => {
			assert.throws(
				() => choose(servers, options),
				(error) => error instanceof UserError && error.code === 'document' && /base URL/.test(error.userMessage),
			);
		});
	}

	it('refuses a base URL that is none', () => {
		for (const baseUrl of ['', 'api.example', 'ftp://a.example', 'http://']) {
			assert.throws(
				() => choose([{ url: 'https://a.example' }], { baseUrl }),
				(error) => error instanceof UserError && error.code === 'bad-input',
			);
		}
	});

	const sourceUrl = 'https://docs.example/specs/openapi.json';
	const bases: [what: string, servers: JsonValue | undefined, options: ServerOptions, expected: string][] = [
		[
			'the first usable server',
			[{ url: '{x}' }, { url: 'https://a.example/v1/' }, { url: 'https://b.example' }],
			{},
			'https://a.example/v1',
		],
		[
			'defaults of variables',
			[{ url: 'https://{r}.a.example:{p}', variables: { r: { enum: ['eu'] }, p: { default: 8443 } } }],
			{},
			'https://eu.a.example:8443',
		],
		['a server relative to the source', [{ url: '../v2/' }], { sourceUrl }, 'https://docs.example/v2'],
		['a root-relative server', [{ url: '/' }], { sourceUrl }, 'https://docs.example'],
		['the origin of the source without servers', undefined, { sourceUrl }, 'https://docs.example'],
		[
			'the base URL before everything',
			[{ url: 'https://a.example' }],
			{ sourceUrl, baseUrl: 'http://127.0.0.1:8080/s/1/' },
			'http://127.0.0.1:8080/s/1',
		],
		['https for a server without a scheme that came from nowhere', [{ url: '//a.example/v1' }], {}, 'https://a.example/v1'],
		['no credentials, query or fragment', [{ url: 'https://me:secret@a.example/x?key=1#y' }], {}, 'https://a.example/x'],
	];
	for (const [what, servers, options, expected] of bases) {
		it(`takes ${what}`, () => assert.equal(choose(servers, options).baseUrl, expected));
	}

	it('lets operations and paths have servers on the same origin only', () => {
		const servers = choose([{ url: 'https://a.example/v1' }]);
		const at = (...urls: string[]) => ({ servers: urls.map((url) => ({ url })) });
		assert.equal(servers.forOperation({}, {}), 'https://a.example/v1');
		assert.equal(servers.forOperation(at('https://a.example/v2'), {}), 'https://a.example/v2');
		assert.equal(servers.forOperation(at('https://a.example/v2'), at('https://a.example/v3')), 'https://a.example/v3');
		assert.equal(servers.forOperation({}, at('/v4')), 'https://a.example/v4');
		assert.equal(servers.forOperation({}, at('https://b.example', 'https://a.example/v5')), 'https://a.example/v5');
		for (const url of ['https://b.example', 'http://a.example', 'https://a.example:444', 'https://a.example.evil', '//b.example']) {
			assert.equal(servers.forOperation({}, at(url)), undefined, url);
		}
	});

	it('sends everything to the base URL when one is given, and still nothing that belongs elsewhere', () => {
		const servers = choose([{ url: 'https://a.example/v1' }], { baseUrl: 'http://127.0.0.1:1/x' });
		assert.equal(servers.forOperation({}, { servers: [{ url: 'https://a.example/v2' }] }), 'http://127.0.0.1:1/x');
		assert.equal(servers.forOperation({}, { servers: [{ url: 'https://b.example' }] }), undefined);
	});

	it('takes https for the document that came over http and has servers without a scheme', () => {
		const servers = choose([{ url: '//a.example' }], { sourceUrl: 'http://a.example/openapi.json' });
		assert.equal(servers.baseUrl, 'http://a.example');
		assert.equal(servers.forOperation({}, { servers: [{ url: 'https://a.example/v2' }] }), 'https://a.example/v2');
	});
});
