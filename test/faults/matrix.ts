import { runCase } from './fault-case.ts';
import type { FaultWorld } from './fault-world.ts';
import { type FaultKind, faultAt, type Step } from './steps.ts';

export interface Cell {
	readonly step: Step;
	readonly kind: FaultKind;
}

export interface Verdict extends Cell {
	/** Invariants that do not hold; among them, that the step was never reached. */
	readonly violations: readonly string[];
	readonly ms: number;
}

/** Does the cells one after the other in each world, and tells of each. */
export async function runCells(worlds: readonly FaultWorld[], cells: readonly Cell[], told: (verdict: Verdict) => void): Promise<void> {
	const left = [...cells];
	await Promise.all(
		worlds.map(async (world) => {
			for (let cell = left.shift(); cell; cell = left.shift()) told(await runCell(world, cell));
		}),
	);
}

export async function runCell(world: FaultWorld, { step, kind }: Cell): Promise<Verdict> {
	const startedAt = performance.now();
	const { hit, violations } = await runCase(world, faultAt(step, kind));
	const missed = hit === undefined ? ['the step was never reached'] : [];
	return { step, kind, violations: [...missed, ...violations], ms: Math.round(performance.now() - startedAt) };
}

/** A row for each step, a column for each kind of fault: ✓, the number of a violation that is told below, or nothing where it cannot happen. */
export function table(verdicts: readonly Verdict[]): string {
	const kinds = [...new Set(verdicts.map(({ kind }) => kind))];
	const steps = [...new Set(verdicts.map(({ step }) => step))];
	const bad = verdicts.filter(({ violations }) => violations.length > 0);
	const mark = (step: Step, kind: FaultKind) => {
		const found = verdicts.find((verdict) => verdict.step === step && verdict.kind === kind);
		if (!found) return '';
		return found.violations.length === 0 ? '✓' : `✗${bad.indexOf(found) + 1}`;
	};
	const rows = [['', ...kinds], ...steps.map((step) => [step.name, ...kinds.map((kind) => mark(step, kind))])];
	const widths = ['', ...kinds].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const lines = rows.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
	const told = bad.map(
		({ step, kind, violations }, index) => `✗${index + 1} ${step.name}, ${kind}:\n  ${violations.join('\n  ').replaceAll('\n', '\n  ')}`,
	);
	return [...lines, ...(told.length > 0 ? ['', ...told] : [])].join('\n');
}
