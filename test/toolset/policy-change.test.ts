import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/toolset/policy.ts';
import { decidingSubject, newlyUnasked, readRule, readSubject, toolsUnder, withRule } from '../../src/toolset/policy-change.ts';
import type { Effect, Tool, Toolset } from '../../src/toolset/tool.ts';

const tool = (name: string, effect: Effect, origin: string) => ({ toolset: 'crm', name, effect, origin }) as Tool;
const TOOLS = [
	tool('list', 'read', 'GET /list'),
	tool('reads', 'read', 'GET /reads'),
	tool('get', 'read', 'HEAD /get'),
	tool('save', 'write', 'POST /save'),
	tool('wipe', 'destructive', 'DELETE /wipe'),
	tool('remote', 'write', 'remote'),
];
const crm = { name: 'crm', tools: new Map(TOOLS.map((each) => [each.name, each])) } as unknown as Toolset;
const names = (tools: readonly Tool[]) => tools.map(({ name }) => name);

describe('readSubject', () => {
	const readable: [string, ReturnType<typeof readSubject>][] = [
		['all', { kind: 'all' }],
		['Reads', { kind: 'effect', effect: 'read' }],
		['write', { kind: 'effect', effect: 'write' }],
		['destructive', { kind: 'effect', effect: 'destructive' }],
		['POST', { kind: 'method', method: 'POST' }],
		['post', { kind: 'method', method: 'POST' }],
		['get', { kind: 'tool', tool: 'get' }],
		['GET', { kind: 'method', method: 'GET' }],
		['crm.reads', { kind: 'tool', tool: 'reads' }],
		['reads', { kind: 'effect', effect: 'read' }],
		['gone', { kind: 'tool', tool: 'gone' }],
		[' PATCH ', { kind: 'method', method: 'PATCH' }],
	];
	const policy: Policy = { tools: { gone: 'block' }, methods: { PATCH: 'ask' } };
	for (const [text, subject] of readable) test(text, () => assert.deepEqual(readSubject(text, crm, policy), subject));

	for (const text of ['', 'PUT', 'crm.all', 'crm.', 'nope', 'constructor', '__proto__', 'erp.list']) {
		test(`${text} is refused`, () => assert.throws(() => readSubject(text, crm, {}), { code: 'bad-input' }));
	}
});

test('a rule is read in any case, and the nearest is offered', () => {
	assert.deepEqual(['Run', ' ask ', 'ASK-TWICE', 'block', 'default'].map(readRule), ['run', 'ask', 'ask-twice', 'block', undefined]);
	assert.throws(() => readRule('blok'), { code: 'bad-input', message: /Did you mean block\?/ });
	for (const text of ['', 'none', 'constructor']) assert.throws(() => readRule(text), { code: 'bad-input' });
});

describe('withRule', () => {
	test('a rule is set, replaced and taken back, and what says nothing is left out', () => {
		const set = withRule(withRule({}, { kind: 'effect', effect: 'write' }, 'run'), { kind: 'tool', tool: 'save' }, 'block');
		assert.deepEqual(set, { effects: { write: 'run' }, tools: { save: 'block' } });
		assert.deepEqual(withRule(set, { kind: 'tool', tool: 'save' }, 'ask').tools, { save: 'ask' });
		assert.deepEqual(withRule(set, { kind: 'tool', tool: 'save' }, undefined), { effects: { write: 'run' } });
		assert.deepEqual(withRule({}, { kind: 'method', method: 'GET' }, undefined), {});
	});

	test('a rule for everything replaces all', () => {
		const former: Policy = { tools: { save: 'block' }, methods: { GET: 'ask' } };
		assert.deepEqual(withRule(former, { kind: 'all' }, 'ask'), { effects: { read: 'ask', write: 'ask', destructive: 'ask' } });
		assert.deepEqual(withRule(former, { kind: 'all' }, undefined), {});
	});
});

test('the tools of a subject, and whose rule holds for each', () => {
	assert.deepEqual(names(toolsUnder({ kind: 'method', method: 'GET' }, crm)), ['list', 'reads']);
	assert.deepEqual(names(toolsUnder({ kind: 'effect', effect: 'write' }, crm)), ['save', 'remote']);
	assert.equal(toolsUnder({ kind: 'all' }, crm).length, TOOLS.length);
	const policy: Policy = { tools: { list: 'ask' }, methods: { GET: 'block' } };
	assert.deepEqual(
		TOOLS.map((each) => decidingSubject(each, policy).kind),
		['tool', 'method', 'effect', 'effect', 'effect', 'effect'],
	);
});

test('what goes out unasked by a change is what changes something and was asked about or blocked', () => {
	const after: Policy = { effects: { write: 'run', destructive: 'run', read: 'run' } };
	assert.deepEqual(names(newlyUnasked(crm, {}, after)), ['save', 'wipe', 'remote']);
	assert.deepEqual(names(newlyUnasked(crm, { tools: { save: 'run' } }, after)), ['wipe', 'remote']);
	assert.deepEqual(names(newlyUnasked(crm, after, {})), []);
});
