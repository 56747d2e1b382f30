import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { nextArguments } from '../../../src/toolset/http/paging.ts';
import type { Operation } from '../../../src/toolset/openapi/operation.ts';
import { documentOf, load, operationOf } from '../openapi/document.ts';

const ADDRESS = 'https://api.example/v1/things';

/** `page:integer` or `cursor`, which is a string; `-x` in a header. */
async function operationWith(parameters: readonly string[], more: JsonObject = {}): Promise<Operation> {
	const declared = parameters.map((text) => {
		const [name = '', type = 'string'] = text.split(':');
		const schema: JsonObject = type === 'list' ? { type: 'array', items: { type: 'integer' } } : type === 'any' ? {} : { type };
		return { name, in: 'query', schema, ...(type === 'object' ? { style: 'deepObject' } : {}) };
	});
	const toolset = load(documentOf({ '/things': { get: { operationId: 'list', parameters: declared, ...more } } }));
	return operationOf(toolset, 'list');
}

async function next(
	parameters: readonly string[],
	args: JsonObject,
	response: { body?: JsonValue; link?: string },
): Promise<JsonObject | undefined> {
	const operation = await operationWith(parameters);
	const headers: Record<string, string> = response.link === undefined ? {} : { link: response.link };
	return nextArguments(operation, args, { ok: true, status: 200, headers, body: new Uint8Array(), url: ADDRESS }, response.body ?? null);
}

suite('from a Link header', () => {
	const github =
		'<https://api.example/repositories/1/issues?state=open&page=3&per_page=5>; rel="next", <https://api.example/x?page=9>; rel="last"';
	const parameters = ['state', 'page:integer', 'per_page:integer', 'ids:list', 'filter:object', 'deep:boolean'];

	test('the query becomes arguments, of the types that the operation has', async () => {
		assert.deepEqual(await next(parameters, { state: 'open', page: 2, per_page: 5 }, { link: github }), {
			state: 'open',
			page: 3,
			per_page: 5,
		});
	});

	test('relative addresses, and rel among others, unquoted, in capitals, after parameters with commas', async () => {
		for (const link of [
			'<?page=2>; rel=next',
			'</v1/things?page=2>; title="a, b; rel=x"; REL="prev NEXT"',
			'<?page=1>; rel="prev" , ,<?page=2>;rel="next"',
		])
			assert.deepEqual(await next(parameters, {}, { link }), { page: 2 }, link);
	});

	test('what the link leaves out is left out, what it repeats stays as it was given', async () => {
		const args = { filter: { a: 'x y', b: { c: 1 } }, ids: [1, 2], page: 1, state: 'all' };
		const link = '<?filter[a]=x+y&filter[b][c]=1&ids=1&ids=2&page=2&deep=true>; rel=next';
		const { state: _, ...kept } = args;
		assert.deepEqual(await next(parameters, args, { link }), { ...kept, page: 2, deep: true });
		assert.deepEqual(await next(parameters, {}, { link: '<?ids=3&ids=4>; rel=next' }), { ids: [3, 4] });
	});

	test('what leads elsewhere, nowhere or to the same page is none', async () => {
		for (const link of [
			'<https://evil.example/v1/things?page=2>; rel=next',
			'<https://api.example:8443/v1/things?page=2>; rel=next',
			'<//evil.example/?page=2>; rel=next',
			'<javascript:page=2>; rel=next',
			'<http://[>; rel=next',
			'<?page=1>; rel=next',
			'<?unknown=2>; rel=next',
			'<?page=2>; rel=prev',
			'<?page=2>',
			'?page=2; rel=next',
			'<?page=2',
			`<${'?'.repeat(50_000)}`,
			`${'<>,'.repeat(20_000)}<?page=2>; rel=next`,
			'',
		])
			assert.equal(await next(parameters, { page: 1 }, { link }), undefined, link.slice(0, 60));
	});

	test('http in the link of an https service is a proxy’s mistake', async () => {
		assert.deepEqual(await next(parameters, {}, { link: '<http://api.example/v1/things?page=2>; rel=next' }), { page: 2 });
	});
});

// The shapes are those of the services named, with values made up.
const bodies: [what: string, parameters: string[], args: JsonObject, body: JsonValue, expected: JsonObject | undefined][] = [
	['Google: nextPageToken', ['pageToken', 'q'], { q: 'x' }, { items: [], nextPageToken: 't2' }, { q: 'x', pageToken: 't2' }],
	[
		'Slack: response_metadata',
		['cursor', 'limit:integer'],
		{},
		{ ok: true, response_metadata: { next_cursor: 'dXNl' } },
		{ cursor: 'dXNl' },
	],
	['Slack: the last page', ['cursor'], { cursor: 'a' }, { response_metadata: { next_cursor: '' } }, undefined],
	[
		'Kubernetes: metadata.continue',
		['continue', 'limit:integer'],
		{ limit: 5 },
		{ metadata: { continue: 'abc', remainingItemCount: 3 } },
		{ limit: 5, continue: 'abc' },
	],
	['Kubernetes: the last page', ['continue'], { continue: 'abc' }, { metadata: { continue: '' } }, undefined],
	[
		'Stripe: has_more and the last id',
		['starting_after', 'ending_before', 'limit:integer'],
		{ limit: 2 },
		{ data: [{ id: 'a' }, { id: 'b' }], has_more: true },
		{ limit: 2, starting_after: 'b' },
	],
	['Stripe: the last page', ['starting_after'], {}, { data: [{ id: 'a' }], has_more: false }, undefined],
	['Stripe: an empty page', ['starting_after'], {}, { data: [], has_more: true }, undefined],
	[
		'Stripe search: next_page is a token',
		['page', 'query'],
		{ query: 'q' },
		{ data: [], has_more: true, next_page: 'WzE' },
		{ query: 'q', page: 'WzE' },
	],
	['OpenAI: last_id', ['after'], {}, { data: [{ id: 'x' }], last_id: 'l9', has_more: true }, { after: 'l9' }],
	['Notion: next_cursor for start_cursor', ['start_cursor'], {}, { results: [], next_cursor: 'n', has_more: true }, { start_cursor: 'n' }],
	['Amazon: NextToken', ['NextToken', 'MaxResults:integer'], {}, { Things: [], NextToken: 't' }, { NextToken: 't' }],
	['Amazon: NextMarker', ['Marker'], { Marker: 'm1' }, { Marker: 'm1', NextMarker: 'm2' }, { Marker: 'm2' }],
	['HubSpot: paging.next.after', ['after'], {}, { results: [], paging: { next: { after: '20', link: '?after=20' } } }, { after: '20' }],
	[
		'Zendesk: links.next',
		['page[after]', 'page[size]:integer'],
		{ 'page[size]': 2 },
		{ links: { next: `${ADDRESS}?page[after]=z&page[size]=2` } },
		{ 'page[after]': 'z', 'page[size]': 2 },
	],
	['Zendesk: meta.after_cursor', ['page[after]'], {}, { meta: { has_more: true, after_cursor: 'z' } }, { 'page[after]': 'z' }],
	['Twitter: meta.next_token', ['pagination_token'], {}, { data: [], meta: { next_token: 'n' } }, { pagination_token: 'n' }],
	[
		'Asana: next_page.uri',
		['offset', 'limit:integer'],
		{},
		{ next_page: { offset: 'ey', path: '/x', uri: `${ADDRESS}?offset=ey` } },
		{ offset: 'ey' },
	],
	['Airtable: offset is a token', ['offset'], {}, { records: [], offset: 'itr/rec' }, { offset: 'itr/rec' }],
	[
		'Spotify: next is an address',
		['offset:integer', 'limit:integer'],
		{ limit: 2 },
		{ items: [], next: `${ADDRESS}?offset=2&limit=2`, offset: 0, limit: 2, total: 5 },
		{ limit: 2, offset: 2 },
	],
	['HAL: _links.next.href', ['page:integer'], {}, { _links: { self: { href: '/x' }, next: { href: '/v1/things?page=1' } } }, { page: 1 }],
	[
		'links as a list',
		['page:integer'],
		{},
		{
			links: [
				{ rel: 'self', href: '/x' },
				{ rel: 'next', href: '?page=4' },
			],
		},
		{ page: 4 },
	],
	['OData: @odata.nextLink', ['$skip:integer'], {}, { '@odata.nextLink': `${ADDRESS}?$skip=20` }, { $skip: 20 }],
	['Reddit: data.after', ['after'], {}, { data: { after: 't3_x', children: [] } }, { after: 't3_x' }],
	['Square: cursor', ['cursor'], { cursor: 'a' }, { cursor: 'b' }, { cursor: 'b' }],
	['a cursor that is only repeated', ['cursor'], { cursor: 'a' }, { cursor: 'a' }, undefined],
	[
		'TMDB: page of total_pages',
		['page:integer', 'query'],
		{ query: 'x' },
		{ page: 1, results: [], total_pages: 3, total_results: 50 },
		{ query: 'x', page: 2 },
	],
	['TMDB: the last page', ['page:integer'], { page: 3 }, { page: 3, results: [], total_pages: 3 }, undefined],
	['a page beyond the last one', ['page:integer'], { page: 9 }, { results: [], total_pages: 3 }, undefined],
	['Spring: pages from 0', ['page:integer', 'size:integer'], {}, { content: [], number: 0, totalPages: 2, last: false }, { page: 1 }],
	['Spring: the last page', ['page:integer'], { page: 1 }, { content: [], page: { number: 1, totalPages: 2 } }, undefined],
	['page 0 of 2', ['page:integer'], { page: 0 }, { total_pages: 2, page: 0 }, { page: 1 }],
	['page 1 of 2 from 0', ['page:integer'], { page: 0 }, { total_pages: 1 }, undefined],
	['next_page is a number', ['page:integer'], {}, { next_page: 2 }, { page: 2 }],
	[
		'page, size and total',
		['page:integer', 'per_page:integer'],
		{ per_page: 2 },
		{ data: [1, 2], meta: { total: 5 } },
		{ per_page: 2, page: 2 },
	],
	['page, size and total at the end', ['page:integer', 'per_page:integer'], { per_page: 2, page: 3 }, { data: [1], total: 5 }, undefined],
	['page and has_more', ['page:integer'], { page: 4 }, { data: [1], has_more: true }, { page: 5 }],
	[
		'Jira: startAt and total',
		['startAt:integer', 'maxResults:integer'],
		{},
		{ startAt: 0, maxResults: 2, total: 5, issues: [1, 2] },
		{ startAt: 2 },
	],
	['an offset at the end', ['offset:integer'], { offset: 4 }, { items: [1], total: 5 }, undefined],
	['an empty page with more to come', ['offset:integer'], { offset: 4 }, { items: [], total: 50 }, undefined],
	[
		'SCIM: startIndex from 1',
		['startIndex:integer', 'count:integer'],
		{},
		{ totalResults: 5, startIndex: 1, itemsPerPage: 2, Resources: [1, 2] },
		{ startIndex: 3 },
	],
	['a body that says nothing', ['page:integer'], {}, { results: [1, 2, 3] }, undefined],
	['a list', ['page:integer'], {}, [1, 2, 3], undefined],
	['a text', ['page:integer'], {}, 'next_page: 2', undefined],
	['what no argument takes', ['q'], {}, { next_cursor: 'n', page: 1, total_pages: 4 }, undefined],
	['an address elsewhere', ['page:integer'], {}, { next: 'https://evil.example/?page=2' }, undefined],
	['a token that is an object', ['cursor'], {}, { next_cursor: { id: 'x' } }, undefined],
	[
		'names that every object has',
		['page:integer'],
		{},
		JSON.parse('{"__proto__": {"next_page": 2}, "constructor": {"total_pages": 5}}'),
		undefined,
	],
];

suite('from a body', () => {
	for (const [what, parameters, args, body, expected] of bodies) {
		test(what, async () => assert.deepEqual(await next(parameters, args, { body }), expected));
	}

	test('the Link header counts before the body', async () => {
		assert.deepEqual(await next(['page:integer'], {}, { link: '<?page=5>; rel=next', body: { next_page: 2 } }), { page: 5 });
	});
});
