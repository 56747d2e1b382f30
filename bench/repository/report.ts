import type { Measured, Series } from './measure.ts';
import { costOf, firstOf, type Summary, stretchesOf, summaryOf } from './summary.ts';

/** Questions of one line of the table. */
const BLOCK = 10;
/** Repeated questions that are named where none was answered by reuse. */
const MOST_NAMED = 12;

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a filling repository did for one model, beside the same model without one. */
export function reportOf(series: readonly Series[], without: Summary): string {
	return [tableOf(series, without), curveOf(series), ...totalsOf(summaryOf(series), without)].join('\n');
}

function tableOf(series: readonly Series[], without: Summary): string {
	const rows = stretchesOf(series, BLOCK).map(({ from, to, modelCalls, promptTokens, reused, wronglyReused, functions }) => [
		`${from}–${to}`,
		modelCalls.toFixed(2),
		NUMBER.format(promptTokens),
		percent(reused),
		percent(wronglyReused),
		NUMBER.format(functions),
	]);
	const head = ['questions', 'model calls', 'prompt tokens', 'by reuse', 'wrong reuse', 'functions'];
	const base = ['no repository', without.modelCalls.toFixed(2), NUMBER.format(without.promptTokens), '', '', ''];
	return [head, ...rows, base]
		.map(([first = '', ...cells]) => `  ${first.padEnd(14)}${cells.map((cell) => cell.padStart(15)).join('')}`)
		.join('\n');
}

/** One mark for each question, the mean over all series: from ▁ (one model call) to █ (four or more). */
function curveOf(series: readonly Series[]): string {
	const marks = '▁▂▃▄▅▆▇█';
	const longest = Math.max(...series.map(({ questions }) => questions.length));
	const calls = Array.from({ length: longest }, (_, at) => {
		const asked = series.flatMap(({ questions }) => questions[at] ?? []);
		return asked.reduce((total, question) => total + costOf(question, 'modelCalls'), 0) / asked.length;
	});
	const line = calls.map((count) => marks[Math.max(0, Math.min(marks.length - 1, Math.round(((count - 1) / 3) * (marks.length - 1))))]);
	return `\n  model calls, question by question (▁ 1, █ 4 or more)\n  ${line.join('')}\n`;
}

function totalsOf(all: Summary, without: Summary): string[] {
	const { repeated, lookAlikes } = all;
	const beside = (filled: number, base: number) => {
		const [ratio, word] = filled <= base ? [base / filled, 'fewer'] : [filled / base, 'more'];
		return `${ratio.toFixed(1)}x ${word} than the ${base >= 100 ? NUMBER.format(base) : base.toFixed(2)} without a repository`;
	};
	return [
		...line('model calls of a repeated kind', repeated.modelCalls.toFixed(2), beside(repeated.modelCalls, without.repeated.modelCalls)),
		...line(
			'prompt tokens of a repeated kind',
			NUMBER.format(repeated.promptTokens),
			beside(repeated.promptTokens, without.repeated.promptTokens),
		),
		...line(
			'reuse rate',
			percent(repeated.reused / repeated.questions),
			`${repeated.reused} of ${repeated.questions} questions whose kind had been asked before`,
		),
		...line(
			'wrong-reuse rate',
			percent(all.wronglyReused / Math.max(1, all.reused)),
			`${all.wronglyReused} of ${all.reused} answers by reuse; ${lookAlikes.wronglyReused} of ${lookAlikes.questions} look-alikes`,
		),
		...line('right at once', percent(all.correct / all.questions), `${all.correct} of ${all.questions}${retriesOf(all)}`),
		...misleadingLine(all),
		...line(
			'functions stored',
			NUMBER.format(all.stored),
			`of ${all.declared} that programs declared (the others were known under this or another name); ${all.laterVersions} as later versions`,
		),
		...line('', '', `in the end, over all orders: ${statesOf(all)}`),
	];
}

function misleadingLine({ misleading: { functions, mostAnswers } }: Summary): string[] {
	if (functions === 0) return [];
	return line(
		'functions that misled',
		NUMBER.format(functions),
		`each gave at most ${mostAnswers} wrong ${mostAnswers === 1 ? 'answer' : 'answers'} before it was offered no more`,
	);
}

function statesOf({ states }: Summary): string {
	const order = ['trusted', 'candidate', 'quarantined', 'retired'] as const;
	return order.map((state) => `${states[state] ?? 0} ${state}`).join(', ');
}

function retriesOf({ rightAfter, neverRight, questions, correct }: Summary): string {
	if (correct === questions) return '';
	const after = rightAfter.flatMap((count, retries) => (retries > 0 ? [`${count} after ${retries} 👎 and Retry`] : []));
	return `; ${[...after, `${neverRight} not even then`].join(', ')}`;
}

function line(label: string, value: string, about: string): string[] {
	return [`  ${label.padEnd(34)}${value.padStart(7)}   ${about}`];
}

/** Where the repository could have answered and did not: was the function not offered, or not taken? */
export function missedOf(series: readonly Series[]): string {
	const missed = series.flatMap(({ questions }) =>
		questions.filter((question) => question.asking > 1 && firstOf(question).way !== 'reused'),
	);
	if (missed.length === 0) return '  Every repeated kind was answered by reuse.';
	const alike = Object.values(Object.groupBy(missed, ({ text }) => text)).map((all = []) => all);
	const often = alike.toSorted((a, b) => b.length - a.length);
	const lines = often.slice(0, MOST_NAMED).map((all) => `    ${all.length}x  ${all[0]?.text}  ${all[0] && reasonOf(all[0])}`);
	const more = often.length > MOST_NAMED ? [`    and ${often.length - MOST_NAMED} more`] : [];
	return ['  Repeated kinds that were not answered by reuse', ...lines, ...more].join('\n');
}

function reasonOf({ wasOffered, wasStored, offered }: Measured): string {
	if (wasOffered) return 'offered and not taken';
	if (!wasStored) return 'no longer stored';
	return `stored, but not offered${offered.length > 0 ? ` among ${offered.join(', ')}` : '; nothing was'}`;
}

function percent(share: number): string {
	return `${(100 * share).toFixed(0)} %`;
}
