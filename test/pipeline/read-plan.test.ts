import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPlan } from '../../src/pipeline/read-plan.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { numberedToolset } from './numbered-toolset.ts';

const shop = await createToolbox([numberedToolset('orders', 2)]);
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

	test('what is to be searched for stands in comments of their own, three at most, each once', () => {
		assert.deepEqual(read('  // 1. Search: the orders.\n  const x = 1; // search: not here\n  search(a);\n  //search:').searches, []);
		const asked = ['refund a payment', 'find a customer', 'refund a payment', 'send a letter', 'print a label'];
		const plan = read(asked.map((words) => `  // search: ${words}`).join('\n'));
		assert.deepEqual(plan.searches, ['refund a payment', 'find a customer', 'send a letter']);
		assert.deepEqual([plan.tools, plan.unknown], [[], []]);
		assert.deepEqual(readPlan('// search: refund a payment', shop, [], '').searches, ['refund a payment']);
		assert.equal(read(`  // search: ${'x'.repeat(5000)}`).searches[0]?.length, 120);
	});
});
