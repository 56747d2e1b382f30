import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Tool, toolId } from '../../src/toolset/tool.ts';
import { createToolIndex } from '../../src/toolset/tool-index.ts';

function tool(name: string, summary: string, toolset = 'crm'): Tool {
	return { toolset, name, summary, effect: 'read', input: { type: 'object', properties: {} }, schemaHash: name, origin: `GET /${name}` };
}

const tools = [
	tool('listInvoices', 'List the invoices of a customer.'),
	tool('getInvoice', 'Get one invoice.'),
	tool('deleteCustomer', 'Remove a customer.'),
	tool('searchCompanies', 'Find companies by name.'),
	tool('get', 'Get anything.'),
	tool('sendMessage', 'Post a message to a channel.', 'chat'),
];
const index = createToolIndex(tools);
const names = (found: readonly Tool[]) => found.map(toolId);

describe('search', () => {
	test('nothing matches nothing', () => {
		assert.deepEqual(names(index.search('', 5)), []);
		assert.deepEqual(names(index.search('zebra', 5)), []);
		assert.deepEqual(names(createToolIndex([]).search('invoice', 5)), []);
	});

	test('plural and singular, camel case and words are the same', () => {
		assert.equal(names(index.search('which company is called Acme?', 3))[0], 'crm.searchCompanies');
		assert.equal(names(index.search('invoices', 2)).length, 2);
		assert.equal(names(index.search('delete a customer', 3))[0], 'crm.deleteCustomer');
	});

	test('a toolset is found by its name, and the limit is kept', () => {
		assert.deepEqual(names(index.search('chat', 3)), ['chat.sendMessage']);
		assert.equal(index.search('invoice customer company', 2).length, 2);
	});
});

describe('nearest', () => {
	test('spelling comes first, the purpose fills up', () => {
		assert.equal(names(index.nearest('crm.listInvoice', '', 3))[0], 'crm.listInvoices');
		assert.equal(names(index.nearest('crm.serchCompanys', '', 3))[0], 'crm.searchCompanies');
		assert.deepEqual(names(index.nearest('crm.qqq', 'post a message', 3)), ['chat.sendMessage']);
	});

	test('the name of the toolset alone makes nothing near', () => {
		assert.deepEqual(names(index.nearest('crm.qqq', '', 3)), []);
	});
});
