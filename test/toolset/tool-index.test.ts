import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Tool, toolId } from '../../src/toolset/tool.ts';
import { buildToolIndex, createToolIndex } from '../../src/toolset/tool-index.ts';

function tool(name: string, summary: string, toolset = 'crm', effect: Tool['effect'] = 'read'): Tool {
	return { toolset, name, summary, effect, input: { type: 'object', properties: {} }, schemaHash: name, origin: `GET /${name}` };
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

test('an index that is built in slices finds the same', async () => {
	const many = Array.from({ length: 2000 }, (_, at) => tool(`readReport${at}`, `Read the report number ${at} of a customer.`));
	const [whole, sliced] = [createToolIndex([...tools, ...many]), await buildToolIndex([...tools, ...many])];
	for (const text of ['report number 77', 'remove a customer', 'get', 'zebra'])
		assert.deepEqual(sliced.search(text, 20), whole.search(text, 20));
});

describe('a name that is written out', () => {
	const wordy = Array.from({ length: 30 }, (_, at) =>
		tool(`invoiceReport${at}`, 'The invoice of a customer, with the customer and the invoice.'),
	);
	const audit = tool('trail', 'Quarterly audit trail of regional compliance officers.', 'audit');
	const many = createToolIndex([...tools, ...wordy, audit, tool('run', 'Runs it.', 'jobs')]);

	test('comes first, in any notation, whatever else is asked', () => {
		for (const written of ['deleteCustomer', 'delete_customer', 'crm.deleteCustomer', 'delete-customer']) {
			const found = names(many.search(`Does ${written} appear in the quarterly audit trail of the regional compliance officers?`, 3));
			assert.equal(found[0], 'crm.deleteCustomer', written);
			assert.equal(found.length, 3);
		}
	});

	test('is found although it says nothing as a word, when it stands alone', () => {
		assert.equal(names(many.search('get', 1))[0], 'crm.get');
		assert.equal(names(many.search('jobs.run', 1))[0], 'jobs.run');
	});

	test('that many tools have is no reason to leave the others out', () => {
		const alike = Array.from({ length: 50 }, (_, at) => tool('getUser', 'A user.', `app${at}`));
		const found = names(
			createToolIndex([...alike, tool('sendLetter', 'Sends a letter.', 'mail')]).search('getUser, and send a letter', 10),
		);
		assert.ok(found.includes('mail.sendLetter'));
	});
});

describe('texts of foreign documents', () => {
	const endless = 'refund payment invoice customer '.repeat(200_000);

	test('that never end cost no more than others, and win nothing', () => {
		const properties = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`refund_payment_${at}`, { description: endless }]));
		const hostile = { ...tool('everything', endless), description: endless, origin: endless, input: { type: 'object', properties } };
		const crowded = createToolIndex([hostile, tool('refund', 'Refund a payment.')]);
		assert.equal(names(crowded.search('refund a payment', 2))[0], 'crm.refund');
		assert.equal(names(crowded.search(endless, 2)).length, 2);
		assert.ok(names(crowded.nearest(`crm.${endless}`, endless, 2)).length <= 2);
	});

	test('that are strange break nothing', () => {
		const strange = ['constructor', '__proto__', '\u0000\ud800', '🎬🎬', 'İ', '='.repeat(50)].map((text) => tool(text, text));
		const found = createToolIndex(strange).search('constructor __proto__ 🎬', 9);
		assert.ok(names(found).includes('crm.constructor'));
	});
});

describe('offer', () => {
	const many = ['shop', 'mail'].flatMap((toolset) =>
		Array.from({ length: 250 }, (_, number) => {
			const writes = number % 2 === 0;
			return tool(`${writes ? 'create' : 'list'}Thing${number}`, `Handle thing ${number}.`, toolset, writes ? 'write' : 'read');
		}),
	);
	const large = createToolIndex(many);

	for (const question of ['Wie viele Bestellungen hat Frau Schröder aufgegeben?', '索菲亚·科波拉导演了多少部电影？', 'how many?', '']) {
		test(`tools of every toolset, whatever the language: ${question}`, () => {
			assert.deepEqual(names(large.search(question, 40)), []);
			const offered = large.offer(question, 40);
			assert.equal(new Set(names(offered)).size, 40);
			assert.deepEqual(names(offered).slice(0, 4), ['shop.listThing1', 'mail.listThing1', 'shop.listThing3', 'mail.listThing3']);
			assert.ok(offered.every(({ effect }) => effect === 'read'));
		});
	}

	test('what matches comes first, then the others, each once', () => {
		const offered = names(index.offer('sendMessage to a channel', 4));
		assert.deepEqual(offered, ['chat.sendMessage', 'crm.listInvoices', 'crm.getInvoice', 'crm.deleteCustomer']);
		assert.deepEqual(names(index.offer('delete a customer', 1)), ['crm.deleteCustomer']);
	});

	test('another ranking is fused with the words, and only with that of this question', () => {
		const meant = tools.filter(({ name }) => name === 'getInvoice' || name === 'deleteCustomer');
		assert.equal(names(index.offer('delete a customer', 2, meant))[0], 'crm.deleteCustomer');
		assert.deepEqual(names(index.offer('Rechnung', 2, meant)), ['crm.getInvoice', 'crm.deleteCustomer']);
		assert.deepEqual(names(index.offer('delete a customer', 1)), ['crm.deleteCustomer']);
	});

	test('all there are when there are fewer, writes behind reads, and none when there are none', () => {
		const few = [tool('create', 'x', 'a', 'write'), tool('list', 'x', 'a'), tool('erase', 'x', 'b', 'destructive')];
		assert.deepEqual(names(createToolIndex(few).offer('zebra', 9)), ['a.list', 'b.erase', 'a.create']);
		assert.equal(large.offer('zebra', 1000).length, 500);
		assert.deepEqual(names(createToolIndex([]).offer('zebra', 5)), []);
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
