import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Tool, toolId } from '../../../src/toolset/tool.ts';
import { createToolIndex } from '../../../src/toolset/tool-index.ts';

function tool(id: string, summary: string, more: Partial<Tool> = {}): Tool {
	const [toolset = '', name = ''] = id.split('.');
	return { toolset, name, summary, effect: 'read', input: { type: 'object', properties: {} }, schemaHash: id, origin: '', ...more };
}
const search = (tools: readonly Tool[], text: string, limit = 5) => createToolIndex(tools).search(text, limit).map(toolId);

describe('the order of what is found', () => {
	test('a rare word counts more than a common one', () => {
		const common = Array.from({ length: 20 }, (_, at) => tool(`a.thing${at}`, 'The account of a user.'));
		assert.equal(search([...common, tool('a.close', 'Closes a ledger.')], 'the ledger of my account')[0], 'a.close');
	});

	test('a name counts more than a description, and a short text more than a long one', () => {
		const tools = [
			tool('a.other', 'Others.', { description: 'Also of use for an invoice.' }),
			tool('a.invoices', 'Others.'),
			tool('a.more', 'An invoice, an order, a customer, a payment, a refund, a label, a parcel and a letter.'),
		];
		assert.deepEqual(search(tools, 'invoice'), ['a.invoices', 'a.more', 'a.other']);
	});

	test('a description that repeats the summary gains nothing by it', () => {
		const tools = [tool('a.b', 'Sends parcels.'), tool('a.a', 'Sends parcels.', { description: 'Sends parcels.' })];
		assert.deepEqual(search(tools, 'parcel'), ['a.b', 'a.a']);
	});

	test('arguments and their descriptions are found', () => {
		const input = { type: 'object', properties: { iban: { type: 'string', description: 'Of the beneficiary.' } } };
		const tools = [tool('a.a', 'Sends it.'), tool('a.b', 'Sends it.', { input })];
		assert.deepEqual(search(tools, 'iban'), ['a.b']);
		assert.deepEqual(search(tools, 'beneficiary'), ['a.b']);
	});

	test('every part of a question gets its tool, however long another one is told', () => {
		const about = (toolset: string, count: number, summary: string) =>
			Array.from({ length: count }, (_, at) => tool(`${toolset}.tool${at}`, `${summary} ${at}.`));
		const tools = [
			...about('billing', 8, 'Overdue unpaid invoices of regional wholesale customers'),
			...about('sales', 8, 'Invoices of regional wholesale customers'),
			...about('other', 60, 'Does the thing number'),
			...about('post', 8, 'Archives the letters that people send and'),
			tool('mail.deliver', 'Sends a letter.'),
		];
		const question = 'List the overdue unpaid invoices of regional wholesale customers. Then send a letter.';
		assert.ok(search(tools, question, 9).includes('mail.deliver'));
	});

	test('a toolset that fits lifts its other tools', () => {
		const tools = [
			tool('weather.forecast', 'The weather of tomorrow: rain, wind and sun.'),
			tool('news.history', 'The history of yesterday.'),
			tool('weather.past', 'The history of yesterday.'),
		];
		assert.deepEqual(search(tools, 'rain, wind and sun of tomorrow, and their history').slice(0, 2), ['weather.forecast', 'weather.past']);
	});
});
