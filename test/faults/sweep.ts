import { runCase } from './fault-case.ts';
import type { FaultWorld } from './fault-world.ts';
import { type Cell, runCells, type Verdict } from './matrix.ts';
import type { Step } from './steps.ts';

/** Kills before and after each single operation of the storage that changes something, from the delivery to the end of a run. */
export async function sweep(worlds: readonly FaultWorld[], told: (verdict: Verdict) => void): Promise<void> {
	const [world] = worlds;
	if (!world) return;
	// The first question of a workspace finds no functions.
	await Promise.all(worlds.map((each) => runCase(each, undefined)));
	const { writes, violations } = await runCase(world, undefined);
	if (violations.length > 0) throw new Error(`Without any fault, this is wrong:\n${violations.join('\n')}`);
	await runCells(
		worlds,
		writes.flatMap((ofProcess) => ofProcess.flatMap(cellsOf)),
		told,
	);
}

/** By its place among the operations of its kind, which does not depend on what else is under way. */
function cellsOf(operation: string, index: number, all: readonly string[]): Cell[] {
	const kind = kindOf(operation);
	const occurrence = all.slice(0, index + 1).filter((other) => kindOf(other) === kind).length;
	// As people read it: without what is another one each time.
	const name = `${String(index + 1).padStart(3)} ${operation.replaceAll(/[\w%:-]{16,}/g, '…')}`;
	const step: Step = { name, at: { place: 'storage', operation: `^${RegExp.escape(kind)}`, occurrence } };
	return [
		{ step, kind: 'kill-before' },
		{ step, kind: 'kill-after' },
	];
}

/** What is done, and with records of which namespace, or with which kind of hold. */
function kindOf(operation: string): string {
	const [, kind = operation] = /^(\w+ [\w-]+)/.exec(operation) ?? [];
	return `${kind}/`;
}
