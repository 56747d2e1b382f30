import type { Suite } from '../contract.ts';
import type { Grid } from './grid.ts';
import type { Group, ReportRow } from './row.ts';
import { startsWithFigure } from './table.ts';

/** Characters of an answer or a failure's detail in the list. */
const DETAIL_CHARACTERS = 200;

/** Shown at the head of the report; those without a value are left out. */
export type Settings = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface MarkdownParts {
	readonly suite: Pick<Suite, 'name' | 'measures'>;
	readonly settings: Settings;
	readonly grids: readonly Grid[];
	readonly groups: readonly Group[];
	/** Name of the plot's file, beside the report. */
	readonly plot: string;
}

/** The whole report. What models and servers wrote is escaped: it is shown as it is. */
export function markdownOf({ suite, settings, grids, groups, plot }: MarkdownParts): string {
	return `${[
		`# ${escaped(suite.name)}: ${groups.map(({ label }) => escaped(label)).join(', ')}`,
		tableOf(
			['setting', 'value'],
			Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')]])),
		),
		...grids.map(({ title, head, rows, notes }) => [`## ${escaped(title)}`, tableOf(head, rows), ...notes.map(escaped)].join('\n\n')),
		'## As the repository grows',
		`![Cumulative success by tasks asked, and the functions stored](${plot})`,
		'## What the measures mean',
		suite.measures.map(({ name, means }) => `- **${escaped(name)}**: ${escaped(means)}`).join('\n'),
		'## What was not right',
		...groups.map((group) => failuresOf(group, suite.measures)),
	].join('\n\n')}\n`;
}

function failuresOf({ label, rows }: Group, measures: Suite['measures']): string {
	const listed = rows.flatMap((row) => {
		const wrong = wrongOf(row, measures);
		return wrong ? [[row.task, String(row.repeat), ...wrong]] : [];
	});
	const heading = `### ${escaped(label)}`;
	if (listed.length === 0) return `${heading}\n\nNothing.`;
	return `${heading}\n\n${tableOf(['task', 'repeat', 'class', 'missed', 'detail'], listed)}`;
}

/** Class, missed measures, detail: of what failed, and of what was answered and is not right by some share. */
function wrongOf(row: ReportRow, measures: Suite['measures']): readonly string[] | undefined {
	const missed = measures.filter(({ name, unit }) => unit === '%' && row.scores[name] === 0).map(({ name }) => name);
	if (row.failure === undefined && missed.length === 0) return undefined;
	const detail = row.failure ? (row.detail ?? '') : `answered: ${row.turns.at(-1)?.sentence ?? ''}`;
	return [row.failure ?? 'wrong', missed.join(', '), shortened(detail)];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const rule = head.map((_, at) => (rows.length > 0 && rows.every((row) => startsWithFigure(row[at])) ? '--:' : '---'));
	return [head.map(escaped), rule, ...rows.map((row) => row.map(escaped))].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shortened(text: string): string {
	const line = text.replaceAll(/\s+/g, ' ').trim();
	return line.length > DETAIL_CHARACTERS ? `${[...line].slice(0, DETAIL_CHARACTERS).join('')}…` : line;
}

/** One line without markup: everything that Markdown or HTML could begin something with is escaped. */
function escaped(text: string): string {
	return text
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/[\\`*_[\]<>|~&!#]/g, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`));
}
