import type { FunctionState } from '../../src/repository/function-record.ts';
import type { Attempt, Measured, Series } from './measure.ts';

/** Of questions that were asked one after the other, or of the same stretch of several series. */
export interface Stretch {
	/** Of the first and the last question, from 1. */
	readonly from: number;
	readonly to: number;
	/** Means over the questions, retries included. */
	readonly modelCalls: number;
	readonly promptTokens: number;
	/** Share of the questions whose first answer was a reuse, and a wrong one. */
	readonly reused: number;
	readonly wronglyReused: number;
	/** Functions in the repository after it. */
	readonly functions: number;
}

/** What a series, or several together, came to. */
export interface Summary {
	readonly questions: number;
	readonly correct: number;
	readonly modelCalls: number;
	readonly promptTokens: number;
	/** Second and later askings of a kind. */
	readonly repeated: { readonly questions: number; readonly reused: number; readonly modelCalls: number; readonly promptTokens: number };
	readonly lookAlikes: { readonly questions: number; readonly wronglyReused: number };
	/** First answers by reuse, and those of another kind's function or with a wrong value. */
	readonly reused: number;
	readonly wronglyReused: number;
	/** Questions that were right at last after that many retries; those that never were. */
	readonly rightAfter: readonly number[];
	readonly neverRight: number;
	/** Functions that gave wrong answers as they are, and how many such answers the worst of them gave before it was offered no more. */
	readonly misleading: { readonly functions: number; readonly mostAnswers: number };
	/** Functions that programs declared, and records that came of them; the others were known, under this name or another. */
	readonly declared: number;
	readonly stored: number;
	/** Records that are not the first of their name. */
	readonly laterVersions: number;
	/** Records by state, in the end. */
	readonly states: Readonly<Partial<Record<FunctionState, number>>>;
}

/** Blocks of `length` questions, each the mean over all series. */
export function stretchesOf(series: readonly Series[], length: number): Stretch[] {
	const longest = Math.max(...series.map(({ questions }) => questions.length));
	const starts = Array.from({ length: Math.ceil(longest / length) }, (_, at) => at * length);
	return starts.map((start) => {
		const questions = series.flatMap((one) => one.questions.slice(start, start + length));
		const sizes = series.map((one) => one.sizes.slice(start, start + length).at(-1) ?? 0);
		return {
			from: start + 1,
			to: Math.min(start + length, longest),
			modelCalls: mean(questions.map((question) => costOf(question, 'modelCalls'))),
			promptTokens: mean(questions.map((question) => costOf(question, 'promptTokens'))),
			reused: mean(questions.map((question) => Number(firstOf(question).way === 'reused'))),
			wronglyReused: mean(questions.map((question) => Number(firstOf(question).wrongReuse))),
			functions: mean(sizes),
		};
	});
}

export function summaryOf(series: readonly Series[]): Summary {
	const questions = series.flatMap((one) => one.questions);
	const attempts = questions.flatMap((question) => question.attempts);
	const repository = series.flatMap((one) => one.repository);
	const count = (of: (question: Measured) => boolean, among = questions) => among.filter(of).length;
	const repeated = questions.filter(({ asking }) => asking > 1);
	const lookAlikes = questions.filter(({ resembles }) => resembles !== undefined);
	const triesOf = ({ attempts: tries }: Measured) => (tries.at(-1)?.correct ? tries.length : undefined);
	const most = Math.max(...questions.map(({ attempts: tries }) => tries.length));
	return {
		questions: questions.length,
		correct: count((question) => firstOf(question).correct),
		modelCalls: mean(questions.map((question) => costOf(question, 'modelCalls'))),
		promptTokens: mean(questions.map((question) => costOf(question, 'promptTokens'))),
		repeated: {
			questions: repeated.length,
			reused: count((question) => firstOf(question).way === 'reused', repeated),
			modelCalls: mean(repeated.map((question) => costOf(question, 'modelCalls'))),
			promptTokens: mean(repeated.map((question) => costOf(question, 'promptTokens'))),
		},
		lookAlikes: { questions: lookAlikes.length, wronglyReused: count((question) => firstOf(question).wrongReuse, lookAlikes) },
		reused: count((question) => firstOf(question).way === 'reused'),
		wronglyReused: count((question) => firstOf(question).wrongReuse),
		rightAfter: Array.from({ length: most }, (_, retries) => count((question) => triesOf(question) === retries + 1)),
		neverRight: count((question) => triesOf(question) === undefined),
		declared: sum(attempts.map(({ declared }) => declared)),
		stored: sum(attempts.map(({ stored }) => stored.length)),
		misleading: misleadingIn(series),
		laterVersions: repository.filter(({ version }) => version > 1).length,
		states: Object.fromEntries(
			Object.entries(Object.groupBy(repository, ({ state }) => state)).map(([state, records]) => [state, records.length]),
		),
	};
}

function misleadingIn(series: readonly Series[]): Summary['misleading'] {
	const answers = series.flatMap(({ questions }) => {
		const wrong = questions.flatMap(({ attempts }) => attempts.filter(({ wrongReuse, correct }) => wrongReuse && !correct));
		return Object.values(
			Object.groupBy(
				wrong.flatMap(({ took }) => took),
				(name) => name,
			),
		).map((times = []) => times.length);
	});
	return { functions: answers.length, mostAnswers: Math.max(0, ...answers) };
}

/** All attempts at a question together. */
export function costOf({ attempts }: Measured, of: 'modelCalls' | 'promptTokens'): number {
	return sum(attempts.map((attempt) => attempt[of]));
}

/** Of a question that was asked. */
export function firstOf({ attempts: [first] }: Measured): Attempt {
	if (!first) throw new Error('every question has an attempt');
	return first;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
	return values.length === 0 ? 0 : sum(values) / values.length;
}
