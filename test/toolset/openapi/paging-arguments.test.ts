import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { documentOf, load, operationOf } from './document.ts';

const query = (name: string, schema: JsonObject) => ({ name, in: 'query', schema });
const integer = { type: 'integer' };
const text = { type: 'string' };
const body = (properties: JsonObject) => ({
	requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } },
});

async function pagingOf(method: string, operation: JsonObject, rest: JsonObject = {}) {
	const toolset = load(documentOf({ '/x': { [method]: { operationId: 'act', ...operation } } }, rest));
	const { paging } = await operationOf(toolset, 'act');
	return { paging, paged: toolset.tools.get('act')?.paged };
}

describe('arguments that choose a page', () => {
	const unpaged: [what: string, method: string, operation: JsonObject][] = [
		['no arguments', 'get', {}],
		['a size alone', 'get', { parameters: [query('limit', integer)] }],
		['a page that is an object', 'get', { parameters: [query('page', { type: 'object' })] }],
		['a start that is a date', 'get', { parameters: [query('start', { type: 'string', format: 'date' })] }],
		['a list of offsets', 'get', { parameters: [query('offset', { type: 'array', items: integer })] }],
		['the offset of a time zone that is written', 'post', body({ offset: integer })],
		['a page that is written', 'post', body({ page: text })],
		['a cursor of a change', 'patch', body({ cursor: text })],
		['a link header of a change', 'patch', { responses: { 200: { description: '', headers: { Link: {} } } } }],
		['a link header of failures', 'get', { responses: { 404: { description: '', headers: { Link: {} } } } }],
	];
	for (const [what, method, operation] of unpaged) {
		it(`are not ${what}`, async () => assert.deepEqual(await pagingOf(method, operation), { paging: undefined, paged: undefined }));
	}

	const paged: [what: string, method: string, operation: JsonObject, expected: JsonObject][] = [
		[
			'page and size',
			'get',
			{ parameters: [query('page', integer), query('per_page', integer)] },
			{ cursors: [], page: 'page', size: 'per_page' },
		],
		[
			'brackets',
			'get',
			{ parameters: [query('page[after]', text), query('page[size]', integer)] },
			{ cursors: ['page[after]'], size: 'page[size]' },
		],
		[
			'offset and limit',
			'get',
			{ parameters: [query('$skip', integer), query('$top', integer)] },
			{ cursors: [], offset: '$skip', size: '$top' },
		],
		['several cursors', 'get', { parameters: [query('after', text), query('cursor', text)] }, { cursors: ['after', 'cursor'] }],
		[
			'a nullable reference',
			'get',
			{ parameters: [query('page', { anyOf: [{ $ref: '#/components/schemas/Page' }, { type: 'null' }] })] },
			{ cursors: [], page: 'page' },
		],
		['a cursor in the body of a search', 'post', body({ start_cursor: text, filter: {} }), { cursors: ['start_cursor'] }],
		['page and size in the body of a search', 'post', body({ page: integer, size: integer }), { cursors: [], page: 'page', size: 'size' }],
	];
	for (const [what, method, operation, expected] of paged) {
		it(`are ${what}`, async () => {
			assert.deepEqual(await pagingOf(method, operation, { components: { schemas: { Page: integer } } }), {
				paging: expected,
				paged: true,
			});
		});
	}

	it('may be missing where a Link header is announced', async () => {
		const operation = { responses: { 200: { description: '', headers: { link: { schema: text } } } } };
		assert.deepEqual(await pagingOf('get', operation), { paging: undefined, paged: true });
	});
});
