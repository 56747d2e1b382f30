import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { KINDS } from '../../../bench/repository/kinds.ts';
import { measureSeries } from '../../../bench/repository/measure.ts';
import { scriptedModel } from '../../../bench/repository/models.ts';
import { questionsOf } from '../../../bench/repository/questions.ts';
import { openSession } from '../../../bench/repository/session.ts';
import { firstOf, summaryOf } from '../../../bench/repository/summary.ts';

const TAKEN = ['films directed, counted', 'films acted in, counted', 'films directed, listed', 'films in a language, counted'];

/** Two kinds, asked three times each, and two look-alikes. */
const questions = questionsOf(
	KINDS.filter(({ name }) => TAKEN.includes(name)).map((kind) => ({ ...kind, askedWith: kind.askedWith.slice(0, 3) })),
	3,
);

async function measured(character: 'careful' | 'tempted', repository: boolean) {
	const session = await openSession(scriptedModel(character, questions), { repository });
	after(() => session.close());
	return measureSeries(session, 'bench:test', questions);
}

describe('questions about films while the repository fills', () => {
	test('a careful model answers them right, and repeated ones by reuse, never of another kind', async () => {
		const series = await measured('careful', true);
		const { repeated, ...all } = summaryOf([series]);
		assert.deepEqual(
			series.questions.flatMap((question) => question.attempts.filter(({ correct }) => !correct)),
			[],
		);
		assert.equal(all.wronglyReused, 0);
		assert.ok(repeated.reused > 0, 'no repeated question was answered by reuse');
		assert.ok(repeated.modelCalls < 3, `${repeated.modelCalls} model calls`);
		assert.ok(series.repository.length > 0);
	});

	test('without a repository each takes all stages, and nothing is stored', async () => {
		const series = await measured('careful', false);
		assert.deepEqual(
			series.questions.map((question) => [firstOf(question).way, firstOf(question).modelCalls, firstOf(question).correct]),
			series.questions.map(() => ['written', 3, true]),
		);
		assert.deepEqual([series.repository, series.sizes.at(-1)], [[], 0]);
	});

	test('a model that takes what fits the names gets wrong answers, and each is seen to be a wrong reuse', async () => {
		const series = await measured('tempted', true);
		const wrong = series.questions.map(firstOf).filter(({ correct }) => !correct);
		assert.ok(wrong.length > 0, 'no look-alike was answered wrongly');
		assert.ok(wrong.every(({ wrongReuse, way }) => wrongReuse && way === 'reused'));
		assert.ok(
			series.questions.every(({ attempts }) => attempts.length > 1 === !attempts[0]?.correct),
			'a wrong answer is asked for again',
		);
	});
});
