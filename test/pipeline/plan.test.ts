import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planPrompt, readPlan, reconstructPrompt } from '../../src/pipeline/plan.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { loadOpenApi } from '../../src/toolset/openapi/load.ts';

function toolsetOf(name: string, operations: number) {
	const paths = Object.fromEntries(
		Array.from({ length: operations }, (_, at) => [
			`/${name}/${at}`,
			{ get: { operationId: `list_${name}_${at}`, summary: `List the ${name} number ${at}.`, responses: {} } },
		]),
	);
	return loadOpenApi({
		name,
		text: JSON.stringify({ openapi: '3.1.0', info: { title: name, version: '1' }, servers: [{ url: 'https://x.example.com' }], paths }),
		send: async () => ({ ok: true, value: null }),
		previewOperation: () => ({ method: 'GET', url: '' }),
	});
}

const shop = createToolbox([toolsetOf('orders', 2)]);
const read = (body: string) => readPlan(`async function f(): Promise<number> {\n${body}\n}`, shop, [], 'orders');

describe('readPlan', () => {
	test('what is no code names no tools', () => {
		const plan = readPlan('First find the person, then count.', shop, [], '');
		assert.deepEqual([plan.tools, plan.unknown], [[], []]);
	});

	test('tools are named once, in order, also where the plan does not quite parse', () => {
		const plan = read(
			'  // 1. Fetch.\n  const a = await orders.listOrders1();\n  const b = await orders.listOrders0();\n  const c = await orders.listOrders1({ page: … });',
		);
		assert.deepEqual(
			plan.tools.map(({ name }) => name),
			['listOrders1', 'listOrders0'],
		);
		assert.deepEqual(plan.unknown, []);
	});

	test('made-up tools are found with their line, once each, with the nearest real ones', () => {
		const plan = read(
			'  const a = await orders.fetchOrders0();\n  const b = await crm.findCustomer();\n  const c = await orders.fetchOrders0();',
		);
		assert.deepEqual(
			plan.unknown.map(({ id, line }) => [id, line]),
			[
				['orders.fetchOrders0', 2],
				['crm.findCustomer', 3],
			],
		);
		assert.equal(plan.unknown[0]?.nearest[0]?.name, 'listOrders0');
	});

	test('work on data and functions still to be written are no tools', () => {
		const plan = read('  titles.add(order.title);\n  const first = rows.first();\n  const n = await countThem(rows);\n  response.json();');
		assert.deepEqual(plan.unknown, []);
	});
});

describe('planPrompt', () => {
	const promptOf = (offered: readonly string[]) => planPrompt({ task: 'Question: How many?', offered, known: [] });

	test('a small workspace is shown whole, a large one by what fits, in any language', () => {
		assert.equal(shop.offer('anything').length, 2);
		const large = createToolbox([toolsetOf('invoices', 300), toolsetOf('parcels', 300)]);
		for (const question of ['Wie viele gibt es?', '有多少个?', 'How many are there?']) {
			const offered = large.offer(question);
			assert.equal(offered.length, 40, question);
			assert.match(offered.join('\n'), /invoices\.[\s\S]*parcels\./);
		}
		assert.match(large.offer('the parcels number 7')[0] ?? '', /parcels/);
	});

	test('only a workspace without tools is told that there are none', () => {
		assert.match(promptOf([])[0]?.content ?? '', /\(none is connected\)/);
		assert.doesNotMatch(promptOf(shop.offer('x'))[0]?.content ?? '', /none is connected/);
	});

	test('the tools stand in front of the question, so that servers can cache them', () => {
		const [system, user] = promptOf(shop.offer('x'));
		assert.match(system?.content ?? '', /orders\.listOrders0/);
		assert.match(user?.content ?? '', /How many/);
	});

	test('reconstruction quotes the plan and names each made-up tool', () => {
		const plan = read('  await crm.findCustomer();');
		const messages = reconstructPrompt({ task: 't', offered: [], known: [] }, plan);
		assert.deepEqual(
			messages.map(({ role }) => role),
			['system', 'user', 'assistant', 'user'],
		);
		assert.match(messages[3]?.content ?? '', /Line 2: there is no tool `crm\.findCustomer`/);
	});
});
