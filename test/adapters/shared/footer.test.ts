import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, footer } from '../../../adapters/shared/footer.ts';

const totals = {
	toolCalls: 1,
	modelCalls: 3,
	promptTokens: 1200,
	completionTokens: 34,
	tokensEstimated: false,
	ms: 4120,
	repairs: 0,
	reused: [],
};

test('the footer tells what an answer took', () => {
	assert.equal(footer(totals), '1 tool call · 3 model calls · 1,234 tokens · 4.1 s');
	assert.equal(
		footer({ ...totals, tokensEstimated: true, reused: ['a', 'b'] }),
		'1 tool call · 3 model calls · about 1,234 tokens · 4.1 s · reused a, b',
	);
});

test('one of something is not several', () => {
	assert.deepEqual(
		[counted(0, 'row'), counted(1, 'row'), counted(5000, 'row'), counted(2, 'entry', 'entries')],
		['0 rows', '1 row', '5,000 rows', '2 entries'],
	);
});
