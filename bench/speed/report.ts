/** What one benchmark found: medians, and how they relate within the same run. */
export interface Finding {
	readonly name: string;
	readonly rows: readonly { readonly label: string; readonly median: number; readonly unit: string }[];
	/** What `aim` is held against, for example `5.2x faster`. */
	readonly ratio?: string;
	readonly aim?: string;
	/** Why a part could not be measured. */
	readonly note?: string;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds that each of `times` runs of `work` took, after `warmUp` that are not counted. */
export async function timed(times: number, work: () => Promise<unknown> | unknown, warmUp = 2): Promise<number[]> {
	const taken: number[] = [];
	for (let i = -warmUp; i < times; i++) {
		const startedAt = performance.now();
		await work();
		if (i >= 0) taken.push(performance.now() - startedAt);
	}
	return taken;
}

export function printFinding(finding: Finding): void {
	const lines = finding.rows.map(({ label, median: value, unit }) => `  ${label.padEnd(58)} ${format(value).padStart(9)} ${unit}`);
	const verdict = [finding.ratio && `  ${finding.ratio}`, finding.aim && `aim: ${finding.aim}`].filter(Boolean).join('   ');
	process.stdout.write(`${[`\n${finding.name}`, ...lines, verdict, finding.note && `  ${finding.note}`].filter(Boolean).join('\n')}\n`);
}

function format(value: number): string {
	return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
