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
