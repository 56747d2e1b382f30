import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nameTerm, splitWords, stemOf, termsOf } from '../../../src/toolset/search/words.ts';

describe('splitWords', () => {
	for (const [text, words] of [
		['', []],
		['?!', []],
		['searchTvShows', ['search', 'tv', 'shows']],
		['search_tv-shows', ['search', 'tv', 'shows']],
		['getHTTPStatus2Code', ['get', 'http', 'status2', 'code']],
		['GET /movie/{movie_id}', ['get', 'movie', 'movie', 'id']],
		['Crème brûlée ÄPFEL', ['creme', 'brulee', 'apfel']],
		['電影導演', ['電影', '影導', '導演']],
		['ﬁnd ① 𝐛𝐨𝐥𝐝', ['find', '1', 'bold']],
	] as const) {
		test(JSON.stringify(text), () => assert.deepEqual(splitWords(text), words));
	}
});

describe('terms', () => {
	test('forms of a word are one, and words that ask are none', () => {
		assert.deepEqual(termsOf('Could you please tell me the companies?'), [stemOf('company')]);
		for (const [one, other] of [
			['invoices', 'invoice'],
			['directed', 'directing'],
			['refunds', 'refunded'],
			['shipping', 'shipped'],
		] as const) {
			assert.equal(stemOf(one), stemOf(other));
		}
	});

	test('a name is the same however it is written, and no word is a name', () => {
		assert.equal(nameTerm('getInvoice'), nameTerm('get_invoice'));
		assert.notEqual(nameTerm('invoice'), stemOf('invoice'));
	});
});
