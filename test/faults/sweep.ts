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
		writes.flatMap((ofProcess) => ofProcess.filter((operation) => !BY_CHANCE.test(operation)).flatMap(cellsOf)),
		told,
	);
}

/** Of ids and times, which are others in each run. */
const PARTICULAR = /[\w%:-]{16,}/g;
/** A status message appears when a run takes long, and so does not appear in every run. */
const BY_CHANCE = /\.status$/;

function cellsOf(operation: string, index: number, all: readonly string[]): Cell[] {
	const general = operation.replaceAll(PARTICULAR, '…');
	const occurrence = all.slice(0, index + 1).filter((other) => other.replaceAll(PARTICULAR, '…') === general).length;
	const pattern = `^${general.split('…').map(RegExp.escape).join('[\\w%:-]{16,}')}$`;
	const step: Step = { name: `${String(index + 1).padStart(3)} ${general}`, at: { place: 'storage', operation: pattern, occurrence } };
	return [
		{ step, kind: 'kill-before' },
		{ step, kind: 'kill-after' },
	];
}
