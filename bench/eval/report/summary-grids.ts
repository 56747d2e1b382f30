import { median } from '../../speed/report.ts';
import type { FailureClass, Suite } from '../contract.ts';
import { amount, type Grid, percent } from './grid.ts';
import { type Group, perTask, type ReportRow, repairsOf, reusedIn } from './row.ts';
import { type Estimate, mean, meanOf, shareOf } from './statistics.ts';

type Measure = Suite['measures'][number];

/** `unknown-tool` and so on, in the order of the journey. */
const CLASSES: readonly FailureClass[] = ['unknown-tool', 'program', 'exception', 'limit', 'no-answer', 'model', 'harness'];

/** What each strategy reached, by the suite's own measures. Tasks are the units; a task's repeats are averaged first. */
export function scoresGrid(groups: readonly Group[], measures: readonly Measure[], tasks: number): Grid {
	const rows = groups.map(({ label, rows: of }) => {
		const attempted = new Set(of.map(({ task }) => task)).size;
		return [label, String(attempted), String(of.length), ...measures.map((measure) => scoreCell(of, measure, attempted))];
	});
	const broken = groups.flatMap(({ rows: of }) => of.filter(({ failure }) => failure === 'harness')).length;
	const incomplete = rows.filter(([, attempted]) => Number(attempted) < tasks).map(([label]) => label);
	return {
		title: 'Scores',
		head: ['strategy', 'tasks', 'attempts', ...measures.map(({ name, unit }) => (unit === '%' ? `${name} %` : name))],
		rows,
		notes: [
			'In brackets: 95 % confidence interval; n: tasks that the measure says something of, where not all.',
			...(incomplete.length > 0 ? [`Not all ${tasks} tasks were attempted by ${incomplete.join(', ')}.`] : []),
			...(broken > 0 ? [`Attempts that the harness itself failed, and that count as wrong here: ${broken}.`] : []),
		],
	};
}

function scoreCell(rows: readonly ReportRow[], { name, unit }: Measure, attempted: number): string {
	const scored = rows.filter(({ scores }) => scores[name] !== undefined);
	const values = [...perTask(scored, ({ scores }) => scores[name]).values()];
	if (values.length === 0) return '–';
	const estimate = unit === '%' ? shareOf(values, scored.length) : meanOf(values);
	const units = values.length < attempted ? ` n=${values.length}` : '';
	return `${withInterval(estimate, unit === '%' ? percent : amount)}${units}`;
}

/** What an answer takes. */
export function costsGrid(groups: readonly Group[]): Grid {
	const estimated = groups.some(({ rows }) => rows.some(({ tokensEstimated }) => tokensEstimated));
	return {
		title: 'Per task',
		head: ['strategy', 'model calls', 'prompt tokens', 'completion tokens', 'tool calls', 'repairs', 'reused %', 'seconds'],
		rows: groups.map(({ label, rows }) => {
			const each = (value: (row: ReportRow) => number) => [...perTask(rows, value).values()];
			const both = (value: (row: ReportRow) => number) => `${amount(median(each(value)))} / ${amount(mean(each(value)))}`;
			return [
				label,
				withInterval(meanOf(each(({ modelCalls }) => modelCalls)), amount),
				both(({ promptTokens }) => promptTokens),
				both(({ completionTokens }) => completionTokens),
				amount(mean(each(({ calls }) => calls.length))),
				amount(mean(each(repairsOf))),
				percent(mean(each(reusedIn))),
				amount(median(each(({ ms }) => ms / 1000))),
			];
		}),
		notes: [
			`Tokens: median / mean${estimated ? ', estimated where the server did not count them' : ''}. Calls and repairs: means. Seconds: median.`,
		],
	};
}

/** Attempts by how they ended; nothing when none failed. */
export function failuresGrid(groups: readonly Group[]): Grid | undefined {
	const counts = groups.map(({ label, rows }) => ({ label, rows, failed: Map.groupBy(rows, ({ failure }) => failure ?? 'none') }));
	const classes = CLASSES.filter((name) => counts.some(({ failed }) => failed.has(name)));
	if (classes.length === 0) return undefined;
	const count = (failed: ReadonlyMap<string, readonly ReportRow[]>, name: string) => String(failed.get(name)?.length ?? 0);
	return {
		title: 'Failures',
		head: ['strategy', 'attempts', 'answered', ...classes],
		rows: counts.map(({ label, rows, failed }) => [
			label,
			String(rows.length),
			count(failed, 'none'),
			...classes.map((name) => count(failed, name)),
		]),
		notes: ['Answered is not right: the scores say that.'],
	};
}

function withInterval({ value, low, high }: Estimate, format: (value: number) => string): string {
	return `${format(value)} (${Number.isFinite(low) ? `${format(low)}–${format(high)}` : '–'})`;
}
