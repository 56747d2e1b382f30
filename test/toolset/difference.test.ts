import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { differenceOf, isNone, isRisky, serverOf } from '../../src/toolset/difference.ts';
import { loadOpenApi } from '../../src/toolset/openapi/load.ts';
import type { Toolset } from '../../src/toolset/tool.ts';

type Operation = { readonly id?: string; readonly summary?: string; readonly body?: object; readonly output?: object };

/** `{ 'GET /users': { id: 'listUsers' } }` as a toolset. */
function load(operations: Readonly<Record<string, Operation>>, { url = 'https://api.test', title = 'T', schemas = {} } = {}): Toolset {
	const paths: Record<string, Record<string, object>> = {};
	for (const [origin, { id, summary, body, output }] of Object.entries(operations)) {
		const [method = '', path = ''] = origin.split(' ');
		const content = (schema: object) => ({ content: { 'application/json': { schema } } });
		paths[path] = {
			...paths[path],
			[method.toLowerCase()]: {
				operationId: id,
				summary,
				...(body && { requestBody: content(body) }),
				responses: { 200: { description: 'ok', ...(output && content(output)) } },
			},
		};
	}
	const text = JSON.stringify({ openapi: '3.1.0', info: { title, version: '1' }, servers: [{ url }], paths, components: { schemas } });
	const send = () => assert.fail('nothing is sent');
	return loadOpenApi({ name: 'crm', text, send, previewOperation: send });
}

const BASE = { 'GET /users': { id: 'listUsers' }, 'POST /users': { id: 'createUser' }, 'DELETE /users': { id: 'wipeUsers' } };
const changes = (before: Toolset, after: Toolset, policy = {}) =>
	differenceOf(before, after, policy).changed.map((change) => [change.before.name, change.after.name, ...change.parts]);

describe('differenceOf', () => {
	test('nothing', () => {
		const difference = differenceOf(load(BASE), load(BASE));
		assert.deepEqual([isNone(difference), isRisky(difference)], [true, false]);
	});

	test('what is added, removed or reworded', () => {
		const { 'DELETE /users': _, ...others } = BASE;
		const after = load({ ...others, 'GET /users': { id: 'listUsers', summary: 'All of them' }, 'GET /orders': { id: 'listOrders' } });
		const difference = differenceOf(load(BASE), after);
		const names = (tools: readonly { name: string }[]) => tools.map(({ name }) => name);
		assert.deepEqual(
			[names(difference.added), names(difference.removed), names(difference.reworded)],
			[['listOrders'], ['wipeUsers'], ['listUsers']],
		);
		assert.deepEqual([difference.changed, isNone(difference), isRisky(difference)], [[], false, true]);
		assert.equal(isRisky(differenceOf(after, load({ ...BASE, 'GET /orders': { id: 'listOrders' } }))), false, 'what is new is no risk');
	});

	test('the same operation under another name; not where two could be it', () => {
		const after = load({ ...BASE, 'POST /users': { id: 'addUser' } });
		assert.deepEqual(changes(load(BASE), after), [['createUser', 'addUser', 'name']]);
		assert.equal(isRisky(differenceOf(load(BASE), after)), true);
	});

	test('the same name for another operation, with what comes of it', () => {
		const { 'DELETE /users': _, ...others } = BASE;
		const after = load({ ...others, 'GET /wipe': { id: 'wipeUsers' } });
		const difference = differenceOf(load(BASE), after);
		assert.deepEqual(
			difference.changed.map(({ parts }) => parts),
			[['operation', 'effect', 'rule']],
		);
		assert.deepEqual([difference.loosened.length, isRisky(difference)], [1, true]);
		assert.deepEqual(differenceOf(after, load(BASE)).loosened, [], 'stricter is no risk');
		assert.equal(isRisky(differenceOf(after, load(BASE))), false);
	});

	test('input and output, each by what they refer to', () => {
		const using = (name: object, total: object) =>
			load(
				{
					...BASE,
					'POST /users': { id: 'createUser', body: { $ref: '#/components/schemas/User' }, output: { $ref: '#/components/schemas/Page' } },
				},
				{
					schemas: {
						User: { type: 'object', properties: { name, friend: { $ref: '#/components/schemas/User' } } },
						Page: { type: 'object', properties: { total } },
					},
				},
			);
		const [text, number] = [{ type: 'string' }, { type: 'integer' }];
		assert.deepEqual(changes(using(text, number), using({ ...text, description: 'x' }, number)), []);
		assert.deepEqual(changes(using(text, number), using(number, number)), [['createUser', 'createUser', 'input']]);
		assert.deepEqual(changes(using(text, number), using(text, text)), [['createUser', 'createUser', 'output']]);
		assert.deepEqual(changes(using(text, number), load(BASE)), [['createUser', 'createUser', 'input', 'output']]);
	});

	test('a rule of the policy that no longer meets what it was for', () => {
		const policy = { tools: { wipeUsers: 'block', gone: 'block' }, methods: { POST: 'ask-twice' } } as const;
		const after = load({ 'GET /users': { id: 'listUsers' }, 'PUT /users': { id: 'createUser' }, 'DELETE /users': { id: 'erase' } });
		const difference = differenceOf(load(BASE), after, policy);
		assert.deepEqual(difference.ruledAndGone, ['wipeUsers']);
		assert.deepEqual(
			difference.loosened.map((change) => change.after.name),
			['createUser', 'erase'],
		);
	});

	test('where calls go', () => {
		const moved = (url: string) => differenceOf(load(BASE), load(BASE, { url }));
		assert.deepEqual([moved('https://api.test/v2').isElsewhere, isRisky(moved('https://api.test/v2'))], [false, false]);
		for (const url of ['http://api.test', 'https://api.test:8443', 'https://evil.test'])
			assert.deepEqual([moved(url).isElsewhere, isRisky(moved(url)), isNone(moved(url))], [true, true, false], url);
		assert.deepEqual(differenceOf(load(BASE), load(BASE, { title: 'U' })).title, { from: 'T', to: 'U' });
		assert.deepEqual(['https://a.test/x', 'mcp:files'].map(serverOf), ['https://a.test', 'mcp:files']);
	});
});
