import type { Suite } from './contract.ts';
import type { Row } from './results.ts';

/** Where it is shown: standard error of a process. */
export interface ProgressOutput {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

/** How far a run has come: one line that is drawn over on a terminal, a line for each row in a pipe. */
export interface ProgressBar {
	/** A row more. */
	add(row: Row): void;
	/** Takes the line away. */
	clear(): void;
}

export interface ProgressOptions {
	/** Rows that there will be in the end. */
	readonly total: number;
	/** Those there are already. */
	readonly rows: readonly Row[];
	readonly measures: Suite['measures'];
	/** Milliseconds; for tests. */
	readonly clock?: () => number;
}

const ERASE = '\r\u001b[2K';
const BAR = 20;
/** Of what a failure says: its first words are the same for many. */
const DETAIL_CHARACTERS = 160;

export function createProgressBar(
	output: ProgressOutput,
	{ total, rows, measures, clock = () => performance.now() }: ProgressOptions,
): ProgressBar {
	/** Success is the suite's first share. */
	const success = measures.find(({ unit }) => unit === '%')?.name;
	const startedAt = clock();
	const all = [...rows];
	// Of a list that may grow.
	const before = rows.length;
	const draw = () => {
		if (!output.isTTY) return;
		const text = lineOf(all, { total, success, leftMs: leftOf(all.length - before, total - all.length, clock() - startedAt) });
		output.write(ERASE + text.slice(0, (output.columns || 80) - 1));
	};
	draw();
	return {
		add(row) {
			all.push(row);
			if (output.isTTY) return draw();
			output.write(`${[`${all.length}/${total}`, row.strategy, row.task, wordsOf(row)].join('  ')}\n`);
		},
		clear() {
			if (output.isTTY) output.write(ERASE);
		},
	};
}

interface Line {
	readonly total: number;
	readonly success: string | undefined;
	readonly leftMs: number | undefined;
}

function lineOf(rows: readonly Row[], { total, success, leftMs }: Line): string {
	const scores = rows.flatMap(({ scores }) => (success === undefined ? [] : (scores[success] ?? [])));
	const reached = scores.reduce((sum, score) => sum + score, 0);
	const tokens = rows.reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0);
	const filled = total === 0 ? BAR : Math.round((BAR * rows.length) / total);
	return [
		`${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${rows.length}/${total}`,
		...(scores.length > 0 ? [`${success} ${((100 * reached) / scores.length).toFixed(1)} %`] : []),
		`${inThousands(tokens)} tokens`,
		...(leftMs === undefined ? [] : [`${inMinutes(leftMs)} left`]),
	].join(' · ');
}

function leftOf(done: number, left: number, ms: number): number | undefined {
	return done === 0 ? undefined : (ms / done) * left;
}

function wordsOf({ failure, detail = '', scores, modelCalls, promptTokens, completionTokens, ms }: Row): string {
	const scored = Object.entries(scores).map(([name, score]) => `${name} ${Number(score.toFixed(3))}`);
	const failed = failure === undefined ? [] : [`${failure}: ${shortened(detail)}`];
	return [
		...scored,
		`${modelCalls} model calls`,
		`${promptTokens + completionTokens} tokens`,
		`${(ms / 1000).toFixed(1)} s`,
		...failed,
	].join('  ');
}

function shortened(detail: string): string {
	return detail.length > DETAIL_CHARACTERS ? `${detail.slice(0, DETAIL_CHARACTERS)}…` : detail;
}

function inThousands(tokens: number): string {
	return tokens < 10_000 ? String(tokens) : `${Math.round(tokens / 1000)}k`;
}

function inMinutes(ms: number): string {
	const seconds = Math.ceil(ms / 1000);
	if (seconds < 90) return `${seconds} s`;
	return seconds < 90 * 60 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
