import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readQuery } from '../../../src/toolset/search/query.ts';

const KNOWN = new Set(['zip', 'code', 'zipcod', 'track', 'number', '=getinvoice', '=crmgetinvoice', '=get']);
const read = (text: string) => readQuery(text, { has: (term) => KNOWN.has(term) });
const count = (text: string, term: string) => read(text).whole.get(term) ?? 0;

describe('readQuery', () => {
	test('nothing is asked by nothing', () => {
		for (const text of ['', '???', 'Could you help me with this?']) {
			const query = read(text);
			assert.deepEqual([query.whole.size, query.clauses, query.names], [0, [], []]);
		}
	});

	test('what is longer than a question is cut, and so is what has too many parts', () => {
		assert.equal(count(`${'word '.repeat(10_000)} refund`, 'refund'), 0);
		assert.equal(read('refund a payment. '.repeat(200)).clauses.length, 24);
	});

	test('sentences, lists and lines are parts; one part is none', () => {
		assert.deepEqual(read('refund the payment').clauses, []);
		assert.equal(read('Refund the payment, print a label and send it.\nThen archive everything. Thanks!').clauses.length, 4);
	});

	test('a word said twice counts more, and less than twice', () => {
		assert.equal(count('refund', 'refund'), 1);
		assert.ok(count('refund refund', 'refund') > 1 && count('refund '.repeat(50), 'refund') < 2);
	});

	test('quoted values count less than words', () => {
		for (const quoted of ['"refund"', "'refund'", '“refund”']) {
			assert.ok(count(`send ${quoted} to Ada`, 'refund') < count('send refund to Ada', 'refund'), quoted);
		}
		assert.equal(count("the customer's refund", 'refund'), 1);
	});

	test('compounds meet their parts, in both directions', () => {
		assert.ok(count('zip codes', 'zipcod') > 0);
		assert.ok(count('the tracknumber', 'track') > 0 && count('the tracknumber', 'number') > 0);
		assert.equal(count('the zipcode', 'zip'), 0);
	});

	test('names are what is written as one, or stands alone', () => {
		assert.deepEqual(read('call getInvoice with 7').names, ['=getinvoice']);
		assert.deepEqual(read('what does crm.get_invoice do?').names, ['=crmgetinvoice']);
		assert.deepEqual(read('get').names, ['=get']);
		assert.deepEqual(read('get the invoice').names, []);
	});
});
