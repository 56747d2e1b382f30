import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Suite, Task } from '../contract.ts';
import { comparisonGrid } from './comparison-grid.ts';
import { curvesOf } from './curves.ts';
import { markdownOf, type Settings } from './markdown.ts';
import { plotOf } from './plot.ts';
import { groupsOf, type ReportRow } from './row.ts';
import { costsGrid, failuresGrid, scoresGrid } from './summary-grids.ts';
import { drawGrid } from './table.ts';

export interface Report {
	/** Tables, without colours. */
	readonly terminal: string;
	/** Shows `plot` from `PLOT_FILE` beside it. */
	readonly markdown: string;
	/** SVG. */
	readonly plot: string;
}

export interface ReportedSuite extends Pick<Suite, 'name' | 'measures'> {
	/** Those that were to be asked, in that order. */
	readonly tasks: readonly Pick<Task, 'id'>[];
}

const REPORT_FILE = 'report.md';
const PLOT_FILE = 'success.svg';

/**
 * Of all rows of one suite: the table, the paired comparisons of the first strategy with each of the others, the failures, the plot. The same rows give
 * the same report. Success in the plot is the suite's first share.
 */
export function reportOf(rows: readonly ReportRow[], suite: ReportedSuite, settings: Settings): Report {
	const groups = groupsOf(rows);
	const tables = [
		scoresGrid(groups, suite.measures, suite.tasks.length),
		costsGrid(groups),
		failuresGrid(groups),
		comparisonGrid(groups, suite.measures),
	];
	const grids = tables.filter((grid) => grid !== undefined);
	const success = suite.measures.find(({ unit }) => unit === '%')?.name ?? '';
	const order = suite.tasks.map(({ id }) => id);
	return {
		terminal: `${[headingOf(rows, suite), ...grids.map(drawGrid)].join('\n\n')}\n`,
		markdown: markdownOf({ suite, settings, grids, groups, plot: PLOT_FILE }),
		plot: plotOf(`${suite.name}: ${success} as the repository grows`, success, curvesOf(groups, success, order)),
	};
}

/** Writes `report.md` and its plot into the folder; gives the path of the report. */
export async function writeReport(folder: string, { markdown, plot }: Report): Promise<string> {
	const file = path.join(folder, REPORT_FILE);
	await Promise.all([writeFile(file, markdown), writeFile(path.join(folder, PLOT_FILE), plot)]);
	return file;
}

function headingOf(rows: readonly ReportRow[], { name, tasks }: ReportedSuite): string {
	return [name, [...new Set(rows.map(({ model }) => model))].join(', '), `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`].join(
		' · ',
	);
}
