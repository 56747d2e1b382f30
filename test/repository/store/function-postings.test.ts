import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createFunctionPostings, type FunctionWords, type Shared } from '../../../src/repository/store/function-postings.ts';

const words = (name: string, documentation = '', parameters = '', questions = ''): FunctionWords => {
	const [names = [], ...others] = [name, documentation, parameters, questions].map((text) => text.split(' ').filter((word) => word !== ''));
	const [documented = [], given = [], asked = []] = others;
	return { name: names, documentation: documented, parameters: given, questions: asked };
};

function matches(postings: ReturnType<typeof createFunctionPostings>, asked: string) {
	const found = new Map<number, { score: number; shared: Shared }>();
	postings.match(new Set(asked.split(' ')), (document, score, shared) => void found.set(document, { score, shared }));
	return found;
}

describe('function postings', () => {
	test('find nothing where nothing is, and nothing for words that no object may be asked for', () => {
		const postings = createFunctionPostings();
		assert.equal(matches(postings, 'movie').size, 0);
		const document = postings.add(words('__proto__ constructor'));
		assert.deepEqual(
			[...matches(postings, 'toString hasOwnProperty __proto__')].map(([found, { shared }]) => [found, shared.matched]),
			[[document, 1]],
		);
	});

	test('count the different words in common, those of the function itself and those of its name, and those of the question that any has', () => {
		const postings = createFunctionPostings();
		const document = postings.add(words('count movie movie', 'movie director', 'year', 'movie year coppola'));
		assert.deepEqual(matches(postings, 'movie director year coppola japan').get(document)?.shared, {
			asked: 3,
			matched: 4,
			own: 3,
			named: 1,
			nameSize: 2,
		});
	});

	test('count the first thousand words of a question', () => {
		const postings = createFunctionPostings();
		const many = Array.from({ length: 2000 }, (_, at) => `word${at}`).join(' ');
		const document = postings.add(words(many));
		const shared = matches(postings, many).get(document)?.shared;
		assert.deepEqual([shared?.matched, shared?.own, shared?.named, shared?.asked], [1023, 1023, 1023, 1023]);
	});

	test('hold a rare word for more than a frequent one, a name for more than a question, and a short field for more than a long one', () => {
		const postings = createFunctionPostings();
		const [rare, named, asked] = [
			postings.add(words('rare')),
			postings.add(words('movie')),
			postings.add(words('other', '', '', 'movie')),
		].map(String);
		const [short, long] = [postings.add(words('', 'movie')), postings.add(words('', `movie${' more words of all kinds'.repeat(5)}`))].map(
			String,
		);
		const found = matches(postings, 'movie rare');
		const scoreOf = (document = '') => found.get(Number(document))?.score ?? 0;
		assert.ok(scoreOf(rare) > scoreOf(named));
		assert.ok(scoreOf(named) > scoreOf(asked));
		assert.ok(scoreOf(short) > scoreOf(long));
		assert.ok(scoreOf(long) > 0);
	});

	test('are, after any additions and removals, as if only what is left had ever been added', () => {
		const word = fc.constantFrom('movie', 'count', 'year', 'person', 'list');
		const field = fc.array(word, { maxLength: 4 });
		const fields = fc.record({ name: field, documentation: field, parameters: field, questions: field });
		fc.assert(
			fc.property(fc.array(fc.record({ fields, removes: fc.option(fc.nat()) })), (steps) => {
				const postings = createFunctionPostings();
				const left = new Map<number, FunctionWords>();
				for (const { fields: added, removes } of steps) {
					const [document, removed] = [...left][(removes ?? 0) % Math.max(left.size, 1)] ?? [];
					if (removes !== null && document !== undefined && removed) {
						postings.remove(document, removed);
						left.delete(document);
					}
					const number = postings.add(added);
					assert.ok(!left.has(number), 'a number is given twice');
					left.set(number, added);
				}
				const anew = createFunctionPostings();
				const numbers = new Map([...left].map(([document, added]) => [anew.add(added), document]));
				const expected = [...matches(anew, 'movie year')].map(([number, match]) => [numbers.get(number), match] as const);
				assert.deepEqual(matches(postings, 'movie year'), new Map(expected));
			}),
		);
	});
});
