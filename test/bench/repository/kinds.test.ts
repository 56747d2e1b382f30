import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { HELPERS } from '../../../bench/repository/helpers.ts';
import { KINDS } from '../../../bench/repository/kinds.ts';
import { filledIn, questionsOf } from '../../../bench/repository/questions.ts';
import { signatureIn } from '../../../bench/repository/signature.ts';
import { buildFilmWorld } from '../../../examples/movies/film-world.ts';

const world = buildFilmWorld();
const kinds = KINDS.filter(({ resembles }) => resembles === undefined);
const lookAlikes = KINDS.filter(({ resembles }) => resembles !== undefined);

describe('kinds of questions', () => {
	test('are at least ten, each asked with four different names and in as many ways', () => {
		assert.ok(kinds.length >= 10);
		for (const { name, askedWith, phrasings, writings } of kinds) {
			assert.deepEqual(
				[new Set(askedWith.map((names) => JSON.stringify(names))).size, new Set(phrasings).size, writings.length],
				[4, 4, 2],
				name,
			);
		}
	});

	test('what a function says of itself tells its kind, so that a reader can', () => {
		const said = [...KINDS.map(({ writings }) => writings), ...HELPERS].flatMap((writings) =>
			writings.map((source) => signatureIn(source).documentation),
		);
		assert.equal(new Set(said).size, said.length);
		assert.ok(said.every((documentation) => documentation !== '' && documentation.length <= 200));
	});

	test('every question has an answer, which is not empty', () => {
		for (const { text, expected } of questionsOf(KINDS, 0)) {
			assert.ok(expected !== null && expected !== 0 && !(Array.isArray(expected) && expected.length === 0), text);
			assert.doesNotMatch(text, /[{}]/);
		}
	});

	test('look-alikes are at least twelve, and the kind that each resembles answers it wrongly', () => {
		assert.ok(lookAlikes.length >= 12);
		for (const { name, resembles, askedWith, expected } of lookAlikes) {
			const kind = kinds.find((other) => other.name === resembles);
			assert.ok(kind, `${name} resembles ${resembles}`);
			for (const names of askedWith) assert.ok(!isDeepStrictEqual(kind.expected(world, names), expected(world, names)), name);
		}
	});

	test('at least three look-alikes have a function of the same name and parameters as the kind', () => {
		const forms = (sources: readonly string[]) => sources.map(signatureIn).map(({ name, parameters }) => `${name}(${parameters})`);
		const same = lookAlikes.filter(({ resembles, writings }) => {
			const kind = kinds.find(({ name }) => name === resembles);
			return forms(kind?.writings ?? []).some((form) => forms(writings).includes(form));
		});
		assert.ok(same.length >= 3);
	});
});

describe('questionsOf', () => {
	test('the order depends on the salt alone, and all are there in any', () => {
		const texts = (salt: number) => questionsOf(KINDS, salt).map(({ text }) => text);
		assert.deepEqual(texts(7), texts(7));
		assert.notDeepEqual(texts(7), texts(0));
		assert.deepEqual(texts(7).toSorted(), texts(0).toSorted());
		assert.equal(new Set(texts(0)).size, texts(0).length);
	});

	test('only the names are filled in', () => {
		assert.equal(filledIn('{film} has ${result} {actors}', { film: 'Tenet' }), 'Tenet has ${result} {actors}');
	});
});
