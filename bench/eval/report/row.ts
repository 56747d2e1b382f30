import type { Row } from '../results.ts';

/** A line of `results.jsonl`, as far as the report needs it. */
export type ReportRow = Omit<Row, 'session' | 'exchanges'>;

/** All attempts of one strategy with one model. */
export interface Group {
	/** The strategy's name, with the model's when there are several. */
	readonly label: string;
	readonly rows: readonly ReportRow[];
}

/** In the order in which the strategies first appear. */
export function groupsOf(rows: readonly ReportRow[]): Group[] {
	const severalModels = new Set(rows.map(({ model }) => model)).size > 1;
	const groups = Map.groupBy(rows, ({ strategy, model }) => (severalModels ? `${strategy} · ${model}` : strategy));
	return [...groups].map(([label, of]) => ({ label, rows: of }));
}

/** By task, in the order of the rows: the mean over its attempts, of those that `value` says something of. */
export function perTask(rows: readonly ReportRow[], value: (row: ReportRow) => number | undefined): Map<string, number> {
	const values = new Map<string, number[]>();
	for (const row of rows) {
		const one = value(row);
		if (one === undefined || !Number.isFinite(one)) continue;
		const known = values.get(row.task);
		if (known) known.push(one);
		else values.set(row.task, [one]);
	}
	return new Map([...values].map(([task, all]) => [task, all.reduce((sum, one) => sum + one, 0) / all.length]));
}

export function repairsOf({ turns }: ReportRow): number {
	return turns.reduce((sum, { repairs }) => sum + repairs, 0);
}

/** 1 when a stored function was called, else 0. */
export function reusedIn({ turns }: ReportRow): number {
	return Number(turns.some(({ reused }) => reused.length > 0));
}
