import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { searchByName, wordsOf } from '../../../examples/movies/search.ts';

const find = (names: string[], query: string) => searchByName(names, (name) => [name], query);

describe('wordsOf', () => {
	it('has no words for a text without letters and digits', () => {
		assert.deepEqual([wordsOf(''), wordsOf(' !?-… '), wordsOf('\u0301')], [[], [], []]);
	});

	it('drops case, accents, apostrophes and punctuation', () => {
		assert.deepEqual(wordsOf("Céline's L’Été: Kieślowski & Skjoldbjærg"), ['celines', 'lete', 'kieslowski', 'skjoldbjaerg']);
		assert.deepEqual(wordsOf('Gorō Naya 12'), ['goro', 'naya', '12']);
		assert.deepEqual(wordsOf('e\u0301'), wordsOf('é'));
	});
});

describe('searchByName', () => {
	it('finds nothing for a query without words', () => {
		assert.deepEqual(find(['Up', 'Us'], ' ! '), []);
	});

	it('wants every word of the query to begin a word of one and the same name', () => {
		assert.deepEqual(find(['Paul Thomas Anderson', 'Wes Anderson', 'Pamela Anders'], 'anders p'), [
			'Paul Thomas Anderson',
			'Pamela Anders',
		]);
		assert.deepEqual(find(['Wes Anderson'], 'derson'), []);
		assert.deepEqual(
			searchByName([['Blue', 'Bleu clair']], (names) => names, 'blue clair'),
			[],
		);
	});

	it('puts exact names first, then beginnings, then the rest in the order given', () => {
		assert.deepEqual(find(['The Dune', 'Dune Messiah', 'A Dune', 'Dune'], 'dune'), ['Dune', 'Dune Messiah', 'The Dune', 'A Dune']);
	});
});
