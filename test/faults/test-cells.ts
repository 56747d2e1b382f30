import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Engine, type FaultWorld, openFaultWorld } from './fault-world.ts';
import { type Cell, runCell } from './matrix.ts';
import { type FaultKind, kindsAt, STEPS } from './steps.ts';

/** A test for each cell. The process that goes on with what one has left is what the next one kills, so they share a world. */
export function testCells(engine: Engine, cells: readonly Cell[]): void {
	describe(`a question that meets a fault (${engine})`, () => {
		let world: FaultWorld;
		before(async () => {
			world = await openFaultWorld(engine);
		});
		after(() => world.close());
		for (const cell of cells) {
			test(`${cell.step.name}: ${cell.kind}`, async () => {
				assert.deepEqual((await runCell(world, cell)).violations, []);
			});
		}
	});
}

/** Of every step at which they can happen. */
export function cellsOf(...kinds: readonly FaultKind[]): readonly Cell[] {
	return STEPS.flatMap((step) => kindsAt(step).flatMap((kind) => (kinds.includes(kind) ? [{ step, kind }] : [])));
}

/**
 * Every second of them, in two parts that take as long, for two files that run side by side. All of them, before and after each step, take minutes:
 * `npm run faults`.
 */
export function halves(cells: readonly Cell[]): readonly [readonly Cell[], readonly Cell[]] {
	const taken = cells.filter((_, index) => index % 2 === 0);
	const middle = Math.ceil(taken.length / 2);
	return [taken.slice(0, middle), taken.slice(middle)];
}
