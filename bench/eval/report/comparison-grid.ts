import type { Suite } from '../contract.ts';
import { amount, type Grid, percent, signed } from './grid.ts';
import { comparePairs, holm, type Paired } from './paired.ts';
import { type Group, perTask, type ReportRow } from './row.ts';

interface Compared {
	readonly name: string;
	readonly value: (row: ReportRow) => number | undefined;
	readonly format: (value: number) => string;
}

const COSTS: readonly Compared[] = [
	{ name: 'model calls', value: ({ modelCalls }) => modelCalls, format: amount },
	{ name: 'prompt tokens', value: ({ promptTokens }) => promptTokens, format: amount },
	{ name: 'completion tokens', value: ({ completionTokens }) => completionTokens, format: amount },
];

/** The first strategy beside each of the others, on the tasks that both attempted. A measure on which no task differs has no line. Nothing when none does. */
export function comparisonGrid([first, ...others]: readonly Group[], measures: Suite['measures']): Grid | undefined {
	if (!first || others.length === 0) return undefined;
	const compared = [
		...measures.map(
			({ name, unit }): Compared => ({
				name: unit === '%' ? `${name}, points` : name,
				value: ({ scores }) => scores[name],
				format: unit === '%' ? percent : amount,
			}),
		),
		...COSTS,
	];
	const rows = compared.flatMap((what) => rowsOf(what, first, others));
	if (rows.length === 0) return undefined;
	return {
		title: `Paired: ${first.label} minus each of the others`,
		head: ['measure', 'minus', 'tasks', 'difference', 'more', 'less', 'same', 'p'],
		rows,
		notes: [
			'Difference: mean over the tasks that both have, with a paired bootstrap (95 %), of shares in percentage points. More, less, same: tasks. p: exact sign test, for shares McNemar’s.',
			'What has no line here is the same on every task.',
			...(others.length > 1 ? [`p is adjusted for the ${others.length} comparisons of a measure (Holm).`] : []),
		],
	};
}

function rowsOf({ name, value, format }: Compared, first: Group, others: readonly Group[]): string[][] {
	const base = perTask(first.rows, value);
	const pairs = others.flatMap(({ label, rows }) => {
		const differences = [...perTask(rows, value)].flatMap(([task, theirs]) => {
			const ours = base.get(task);
			return ours === undefined ? [] : [ours - theirs];
		});
		return differences.length > 0 ? [{ label, paired: comparePairs(differences) }] : [];
	});
	if (pairs.every(({ paired: { higher, lower } }) => higher + lower === 0)) return [];
	const adjusted = holm(pairs.map(({ paired }) => paired.p));
	return pairs.map(({ label, paired }, at) => [name, label, ...cellsOf(paired, format), probability(adjusted[at] ?? 1)]);
}

function cellsOf({ difference: { value, low, high, units }, higher, lower, equal }: Paired, format: (value: number) => string): string[] {
	const [middle, from, to] = [value, low, high].map((one) => signed(one, format));
	return [String(units), `${middle} (${from} to ${to})`, String(higher), String(lower), String(equal)];
}

function probability(p: number): string {
	return p < 0.001 ? '<0.001' : p.toFixed(3);
}
