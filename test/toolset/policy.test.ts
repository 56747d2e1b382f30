import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approvalOf, methodOf, type Policy, type Rule, ruleOf, withPolicy } from '../../src/toolset/policy.ts';
import type { Effect, Tool, Toolset } from '../../src/toolset/tool.ts';

const tool = (name: string, effect: Effect, origin: string): Tool => ({
	toolset: 'crm',
	name,
	summary: name,
	effect,
	input: { type: 'object' },
	schemaHash: name,
	origin,
});
const READ = tool('getUser', 'read', 'GET /users/{id}');
const WRITE = tool('addUser', 'write', 'POST /users');
const REMOVE = tool('removeUser', 'destructive', 'DELETE /users/{id}');
const MCP = tool('write_file', 'destructive', 'write_file');

describe('the rule of a tool', () => {
	const cases: readonly [string, Tool, Policy, Rule][] = [
		['reads run', READ, {}, 'run'],
		['writes ask', WRITE, {}, 'ask'],
		['what deletes asks twice', REMOVE, {}, 'ask-twice'],
		['the effect can be set', WRITE, { effects: { write: 'run' } }, 'run'],
		['of another effect says nothing', WRITE, { effects: { read: 'block' } }, 'ask'],
		['the method comes before the effect', WRITE, { effects: { write: 'run' }, methods: { POST: 'block' } }, 'block'],
		[
			'the tool comes before both',
			WRITE,
			{ effects: { write: 'run' }, methods: { POST: 'block' }, tools: { addUser: 'ask-twice' } },
			'ask-twice',
		],
		['a tool without a method has none', MCP, { methods: { DELETE: 'run' } }, 'ask-twice'],
		['a tool named like a property of all objects', tool('constructor', 'read', 'GET /c'), { tools: {} }, 'run'],
	];
	for (const [what, of, policy, rule] of cases) test(what, () => assert.equal(ruleOf(of, policy), rule));

	test('a method is that of an HTTP operation, nothing that looks like one', () => {
		assert.equal(methodOf(WRITE), 'POST');
		assert.equal(methodOf(MCP), undefined);
		assert.equal(methodOf({ origin: 'DELETE everything' }), undefined);
		assert.equal(methodOf({ origin: 'post /x' }), undefined);
	});
});

test('without a policy, approval follows the effect', () => {
	assert.deepEqual([READ, WRITE, REMOVE].map(approvalOf), ['none', 'ask', 'ask-twice']);
	assert.equal(approvalOf({ ...READ, approval: 'ask' }), 'ask');
});

describe('a toolset with a policy', () => {
	const sent: string[] = [];
	let closed = 0;
	const toolset: Toolset = {
		name: 'crm',
		title: 'CRM',
		address: 'https://crm.example',
		definitions: {},
		skipped: [{ origin: 'GET /broken', reason: 'it is broken' }],
		tools: new Map([READ, WRITE, REMOVE].map((each) => [each.name, each])),
		async call({ name }) {
			sent.push(name);
			return { ok: true, value: name };
		},
		preview: ({ origin }) => ({ method: origin.split(' ')[0] ?? '', url: origin }),
		async close() {
			closed += 1;
		},
	};
	const restricted = withPolicy(toolset, { effects: { read: 'ask', destructive: 'block' }, tools: { addUser: 'run' } });
	const context = { signal: new AbortController().signal };

	test('is itself without one', () => assert.equal(withPolicy(toolset, undefined), toolset));

	test('marks what is asked about, and takes out what is blocked, with the reason', () => {
		assert.deepEqual(
			[...restricted.tools.values()].map(({ name, approval }) => [name, approval]),
			[
				['getUser', 'ask'],
				['addUser', 'none'],
			],
		);
		assert.deepEqual(restricted.skipped, [
			{ origin: 'DELETE /users/{id}', reason: 'crm.removeUser is blocked by the policy' },
			{ origin: 'GET /broken', reason: 'it is broken' },
		]);
		assert.equal(toolset.tools.get('addUser')?.approval, undefined);
	});

	test('refuses a blocked call that comes all the same, and sends the others', async () => {
		assert.deepEqual(await restricted.call(REMOVE, {}, context), {
			ok: false,
			kind: 'unknown-tool',
			message: 'crm.removeUser is no tool that may be called.',
		});
		assert.deepEqual(await restricted.call(WRITE, {}, context), { ok: true, value: 'addUser' });
		assert.deepEqual(sent, ['addUser']);
		assert.deepEqual(restricted.preview(WRITE, {}), { method: 'POST', url: 'POST /users' });
	});

	test('ends the connections of what is behind it', async () => {
		await restricted.close?.();
		assert.equal(closed, 1);
		assert.equal(withPolicy({ ...toolset, close: undefined } as unknown as Toolset, {}).close, undefined);
	});
});
