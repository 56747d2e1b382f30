import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { estimateTokens, estimateUsage, NO_USAGE, sumUsages } from '../../src/model/usage.ts';

describe('estimateTokens', () => {
	it('gives 0 for nothing and rounds up', () => {
		assert.deepEqual(['', 'a', 'abcd', 'abcde'].map(estimateTokens), [0, 1, 1, 2]);
	});

	it('is right within a factor of 2 for TypeScript and English', async () => {
		const code = await readFile(new URL('../../src/model/usage.ts', import.meta.url), 'utf8');
		const prose = 'You turn a question into the scaffold of a function: the signature a good engineer would write before the code.';
		for (const text of [code, prose]) {
			const tokens = encode(text).length;
			assert.ok(estimateTokens(text) > tokens / 2 && estimateTokens(text) < tokens * 2);
		}
	});
});

describe('estimateUsage', () => {
	it('counts every message and the reply, and says that it is an estimate', () => {
		const messages = [
			{ role: 'system', content: 'x'.repeat(40) },
			{ role: 'user', content: '' },
		] as const;
		assert.deepEqual(estimateUsage(messages, 'x'.repeat(8)), { promptTokens: 18, completionTokens: 2, estimated: true });
	});
});

describe('sumUsages', () => {
	const measured = { promptTokens: 10, completionTokens: 1, estimated: false };

	it('of none is nothing', () => assert.deepEqual(sumUsages([]), NO_USAGE));
	it('adds up', () => assert.deepEqual(sumUsages([measured, measured]), { promptTokens: 20, completionTokens: 2, estimated: false }));
	it('is estimated when a part is', () => {
		assert.equal(sumUsages([measured, { ...measured, estimated: true }, measured]).estimated, true);
	});
});
