import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS } from '../../../bench/repository/kinds.ts';
import { questionsOf } from '../../../bench/repository/questions.ts';
import { authorOf } from '../../../bench/repository/replies.ts';
import { offeredIn, type Signature, signatureIn } from '../../../bench/repository/signature.ts';

const question = questionsOf(KINDS, 0).find(({ text }) => text === 'How many films did Sofia Coppola direct?');
const lookAlike = KINDS.find(({ name }) => name === 'films acted in, counted');
if (!question || !lookAlike) throw new Error('the questions of these tests are gone');
const author = authorOf(question);
const user = (content: string) => [{ role: 'user' as const, content }];

describe('offeredIn', () => {
	test('functions are what a prompt says of them; scaffolds, plans and programs are none', () => {
		const offered = offeredIn(
			user(`Known functions:
/** Counts  films. @param name full name */
async function countFilms(name: string, year?: number): Promise<{ title: string }[]>
function plain(): Promise<number>

/** The scaffold. */
async function scaffold(name: string): Promise<number> {}

async function planned(name: string): Promise<number> {
  // 1. A step.
}`),
		);
		assert.deepEqual(offered, [
			{
				name: 'countFilms',
				documentation: 'Counts films. @param name full name',
				parameters: ['string', 'number'],
				result: 'Promise<{ title: string }[]>',
			},
			{ name: 'plain', documentation: '', parameters: [], result: 'Promise<number>' },
		]);
	});

	test('what the system says is an example, and offers nothing', () => {
		assert.deepEqual(offeredIn([{ role: 'system', content: 'async function f(): Promise<number>' }]), []);
	});
});

describe('a careful author', () => {
	const known = (source = ''): Signature => ({ ...signatureIn(source), name: 'anyName' });

	test('knows a function of the kind by what it says, under any name', () => {
		for (const source of question.kind.writings) assert.equal(author.fitting([known(source)])?.name, 'anyName');
	});

	test('does not take one of the same name that says something else, takes something else, or says nothing', () => {
		const own = signatureIn(question.kind.writings[0] ?? '');
		const others = [
			signatureIn(lookAlike.writings[0] ?? ''),
			{ ...own, documentation: '' },
			{ ...own, parameters: ['number'] },
			{ ...own, result: 'Promise<string>' },
		];
		assert.equal(author.fitting(others), undefined);
	});

	test('writes helpers that are not offered, and calls those that are by their stored name', () => {
		const alone = author.program([]);
		assert.match(alone, /async function findPersonId\(name: string\)[\s\S]*await findPersonId\(personName\)/);
		assert.match(author.plan([]), /\/\/ 1\. Find the person\.\n {2}const found = await movies\.searchPerson/);
		const helper = {
			...signatureIn(`/** Looks up a person's id. @param personName the name as credited */
async function f(personName: string): Promise<number> {}`),
			name: 'personIdOf',
		};
		assert.match(author.program([helper]), /await personIdOf\(personName\)/);
		assert.doesNotMatch(author.program([helper]), /findPersonId|searchPerson/);
		assert.doesNotMatch(author.plan([helper]), /searchPerson/);
	});

	test('calls a function that does it all, and writes none', () => {
		const program = author.program([known(question.kind.writings[1])]);
		assert.equal(
			program,
			'const result = await anyName("Sofia Coppola");\nreturn answer(`Sofia Coppola directed ${result} films.`, result);',
		);
	});
});
