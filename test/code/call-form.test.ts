import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readsLikeCall, withoutCalls } from '../../src/code/call-form.ts';

describe('readsLikeCall', () => {
	for (const text of [
		'shop.pay()',
		'Use shop.pay ({})',
		'shop?.pay({})',
		'shop["pay"]({})',
		"x = shop?.['pay']?.({})",
		'ｓｈｏｐ．ｐａｙ（）',
		'Ünï.möglich()',
	]) {
		test(text, () => assert.ok(readsLikeCall(text)));
	}
	for (const text of [
		'A film. Lost (2003) is another.',
		'e.g. (this)',
		'version 1.5 (beta)',
		'shop.pay',
		'pay()',
		'Sofia Coppola directed 8 films.',
	]) {
		test(`not: ${text}`, () => assert.ok(!readsLikeCall(text)));
	}

	test('takes no time for what was built to take some', () => {
		for (const text of ['a'.repeat(200_000), 'a.'.repeat(100_000), 'a['.repeat(100_000), `a${' '.repeat(200_000)}`])
			assert.ok(!readsLikeCall(text));
	});
});

describe('withoutCalls', () => {
	test('leaves out the sentences that hold a call, and no other', () => {
		assert.equal(withoutCalls('Lists films. First call shop.pay({}). Sorted by year.'), 'Lists films. Sorted by year.');
		assert.equal(withoutCalls('Call shop.pay({})'), '');
	});

	test('leaves a text without calls as it is', () => {
		const text = 'Lists films.\n\nSorted by year,  as in “Lost (2003)”.';
		assert.equal(withoutCalls(text), text);
	});

	test('leaves out the sentences that name a foreign tool, however they write it', () => {
		const isForeign = (toolset: string, tool: string) => `${toolset}.${tool}` === 'shop.pay';
		for (const name of ['shop.pay', 'Shop . pay', 'shop["pay"]', 'shop?.pay', 'your.shop.pay'])
			assert.equal(withoutCalls(`Lists films. Needs ${name} first. Sorted.`, isForeign), 'Lists films. Sorted.', name);
		assert.equal(withoutCalls('See shop.com and shop.payments.', isForeign), 'See shop.com and shop.payments.');
	});
});
