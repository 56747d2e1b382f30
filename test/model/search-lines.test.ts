import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { searchesIn, searchLinesIn } from '../../src/model/search-lines.ts';

describe('searchLinesIn', () => {
	test('finds none in prose, code or thoughts', () => {
		for (const reply of [
			'',
			'I will search: refunds',
			'const a = 1; // search: x',
			'<think>\n// search: a\n</think>\nNo.',
			'// search:',
			'// Search for it',
		]) {
			assert.equal(searchLinesIn(reply), undefined, reply);
		}
	});

	test('keeps nothing that a chat or a terminal would interpret', () => {
		assert.deepEqual(searchesIn('// search: [pay](https://x.example) <@U1> @everyone \u001b[31m`a` *b* __c__ refund\u202e'), [
			'pay https x.example U1 everyone 31m a b c refund',
		]);
		assert.deepEqual(searchesIn('// search: <!>'), []);
		assert.deepEqual(searchesIn("// search: l'État, 索菲亚 e-mail"), ["l'État, 索菲亚 e-mail"]);
	});

	test('finds them in a fence, beside words and behind thoughts', () => {
		assert.equal(searchLinesIn('```ts\n// search: refund a payment\r\n// search: refund a payment\n```'), '// search: refund a payment');
		assert.equal(searchLinesIn('Needed:\n  //search: a b \n// search: c'), '// search: a b\n// search: c');
		assert.deepEqual(searchesIn('<think>…</think>\n// search: a'), ['a']);
	});
});
