import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { readDocument } from '../../../src/toolset/openapi/read-document.ts';
import { securityOf, tokenUrlsOf } from '../../../src/toolset/openapi/security.ts';
import { documentOf, fixture, load, namesOf, toolOf } from './document.ts';

const readSecurity = (text: string) => securityOf(readDocument(text));
const readTokenUrls = (text: string, sourceUrl?: string) => tokenUrlsOf(readDocument(text, sourceUrl), sourceUrl);

const schemes = (securitySchemes: JsonObject, rest: JsonObject = {}, paths: JsonObject = { '/a': { get: {} } }) =>
	readSecurity(documentOf(paths, { components: { securitySchemes }, ...rest }));

describe('securityOf', () => {
	it('leaves out what cannot be sent', () => {
		const unusable: JsonValue[] = [
			null,
			{ type: 'mutualTLS' },
			{ type: 'http', scheme: 'digest' },
			{ type: 'apiKey', in: 'header', name: 'X\r\nEvil' },
			{ type: 'apiKey', in: 'body', name: 'k' },
			{ type: 'apiKey', in: 'query' },
			{ $ref: 'other.yaml#/x' },
			{ $ref: '#/nowhere' },
		];
		assert.deepEqual(schemes(Object.fromEntries(unusable.map((scheme, index) => [`s${index}`, scheme]))), []);
		assert.deepEqual(readSecurity(documentOf({ '/a': {} })), []);
	});

	it('reduces every kind to what is sent', () => {
		const read = schemes({
			header: { type: 'apiKey', in: 'header', name: 'X-Key' },
			query: { type: 'apiKey', in: 'query', name: 'api key' },
			cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
			bearer: { type: 'http', scheme: 'Bearer' },
			basic: { type: 'http', scheme: 'basic' },
			oauth: { type: 'oauth2', flows: {} },
			oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://a.example' },
			reference: { $ref: '#/components/securitySchemes/basic' },
		});
		assert.deepEqual(
			read.map(({ name, scheme }) => [name, scheme.type]),
			[
				['header', 'apiKey'],
				['query', 'apiKey'],
				['cookie', 'apiKey'],
				['bearer', 'bearer'],
				['basic', 'basic'],
				['oauth', 'bearer'],
				['oidc', 'bearer'],
				['reference', 'basic'],
			],
		);
	});

	it('gives those in use only, the most used first', () => {
		const all = { a: { type: 'http', scheme: 'basic' }, b: { type: 'http', scheme: 'bearer' }, c: { type: 'oauth2' } };
		const paths: JsonObject = { '/a': { get: { security: [{ b: [] }] }, put: { security: [{ b: [] }, { a: [] }] } } };
		assert.deepEqual(
			schemes(all, {}, paths).map(({ name }) => name),
			['b', 'a'],
		);
		assert.deepEqual(
			schemes(all, { security: [{ c: [] }] }).map(({ name }) => name),
			['c'],
		);
	});

	it('reads all versions, and never offers a credential as an argument', () => {
		assert.deepEqual(readSecurity(fixture('pets-v2.yaml')), [{ name: 'basicAuth', scheme: { type: 'basic' } }]);
		assert.deepEqual(readSecurity(fixture('library.yaml')), [{ name: 'x-key', scheme: { type: 'apiKey', in: 'header', name: 'X-Key' } }]);
		const films = load(fixture('films.json'));
		assert.deepEqual(films.security, [{ name: 'api_key', scheme: { type: 'apiKey', in: 'query', name: 'api_key' } }]);
		assert.deepEqual(namesOf(toolOf(films, 'searchPerson').input), ['query', 'page']);
	});
});

describe('tokenUrlsOf', () => {
	const flow = (tokenUrl: JsonValue): JsonObject => ({ type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: {} } } });
	const urls = (securitySchemes: JsonObject, sourceUrl?: string) =>
		readTokenUrls(documentOf({ '/a': { get: {} } }, { components: { securitySchemes } }), sourceUrl);

	it('leaves out what no token can be asked for at', () => {
		const unusable: JsonValue[] = [7, '', '/token', 'file:///etc/passwd', 'javascript:1', 'https://u:p@a.example/', 'https://', {}];
		assert.deepEqual(urls(Object.fromEntries(unusable.map((tokenUrl, index) => [`s${index}`, flow(tokenUrl)]))), []);
		const other = { type: 'oauth2', flows: { authorizationCode: { tokenUrl: 'https://a.example/token' } } };
		assert.deepEqual(urls({ other, basic: { type: 'http', scheme: 'basic' }, none: { type: 'oauth2' } }), []);
	});

	it('gives each address once, relative ones by where the document came from', () => {
		const all = {
			a: flow('https://a.example/token#x'),
			b: flow('https://a.example/token'),
			c: flow('/oauth'),
			d: { $ref: '#/components/securitySchemes/a' },
		};
		assert.deepEqual(urls(all, 'https://docs.example/api/openapi.json'), ['https://a.example/token', 'https://docs.example/oauth']);
	});

	it('knows what Swagger 2 calls it', () => {
		const swagger = {
			swagger: '2.0',
			info: { title: 'A', version: '1' },
			host: 'api.example',
			schemes: ['https'],
			paths: { '/a': { get: { responses: { 200: { description: 'ok' } } } } },
			securityDefinitions: { s: { type: 'oauth2', flow: 'application', tokenUrl: 'https://a.example/token', scopes: {} } },
		};
		assert.deepEqual(readTokenUrls(JSON.stringify(swagger)), ['https://a.example/token']);
	});
});
