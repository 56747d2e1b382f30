import { setTimeout as delay } from 'node:timers/promises';
import { type CaseView, endingsIn, runOf, type Standing, standingOf } from './case-view.ts';
import { createDecidingAsker } from './deciding-asker.ts';
import type { Fault } from './fault.ts';
import type { FaultWorld } from './fault-world.ts';
import { remains, violations } from './invariants.ts';
import { questionFor } from './ordering-model.ts';

export interface CaseResult {
	/** What was hit; undefined when nothing was, and the question was answered in peace. */
	readonly hit: string | undefined;
	/** Of each process that is left, its operations of the storage that change something. */
	readonly writes: readonly (readonly string[])[];
	/** Invariants that do not hold, each in a line; none when all is well. */
	readonly violations: readonly string[];
}

/** A question takes two seconds, and what waits for the next look at unfinished runs 15 more. */
const LONGEST_MS = 60_000;
const LOOK_MS = 25;
/** A delivery that comes again waits as long for the hold of a process that died over it. */
const SETTLING_MS = 16_000;
/** What a failing storage has left is brought to its end when it works again, by the next start, or by a look that comes in minutes. */
const WITHOUT_DEATH_MS = 6_000;

let cases = 0;

/**
 * Asks a question, lets this fault happen, starts anew what was killed, and has the asker decide what there is to decide, until the question has
 * ended and nothing is left of it. Without a fault, nothing goes wrong.
 */
export async function runCase(world: FaultWorld, fault: Fault | undefined): Promise<CaseResult> {
	const item = `item${++cases}`;
	await arm(world, fault);
	const deaths: Standing[] = [];
	const whispersBefore = world.slack.ephemerals(world.asker).length;
	const errorsBefore = new Set(world.slots.flatMap((slot) => slot.errors()));
	const holdsBefore = new Set((await world.stored.holds()).map(({ key }) => key));
	const message = await world.asker.say('orders', questionFor(item), { mention: true });
	const view: CaseView = { world, item, message, fault, whispersBefore, errorsBefore, holdsBefore, deaths };
	const asker = createDecidingAsker(view);
	let hit: string | undefined;

	/** True once `isDone` holds; false when it does not within this time. */
	async function goOn(limitMs: number, isDone: () => Promise<boolean>): Promise<boolean> {
		const deadline = Date.now() + limitMs;
		for (;;) {
			hit ??= hitOf(world, fault);
			if (world.slots.some(({ bot }) => !bot)) {
				await arm(world, undefined);
				deaths.push(await standingOf(view));
				await world.revive();
			}
			asker.look();
			if (await isDone()) return true;
			if (Date.now() >= deadline) return false;
			await delay(LOOK_MS);
		}
	}
	const isClean = async () => (await isOver(view)) && (await remains(view)).length === 0;

	const over = await goOn(LONGEST_MS, () => isOver(view));
	const writes = await Promise.all(world.slots.map((slot) => slot.writes()));
	await arm(world, undefined);
	const settled = over && (await goOn(deaths.length > 0 ? SETTLING_MS : WITHOUT_DEATH_MS, isClean));
	if (over && !settled && deaths.length === 0) {
		await Promise.all(world.slots.map((slot) => slot.end()));
		await world.revive();
		await goOn(SETTLING_MS, isClean);
	}
	return { hit, writes, violations: [...(over ? [] : ['it never ended']), ...(await violations(view, asker))] };
}

async function arm(world: FaultWorld, fault: Fault | undefined): Promise<void> {
	const { slots, shopGate } = world;
	const at = (place: 'model' | 'shop' | 'slack') => (fault?.place === place ? fault : undefined);
	shopGate.arm(at('shop'));
	for (const slot of slots) {
		slot.model.arm(at('model'));
		slot.slack.arm(at('slack'));
	}
	await Promise.all(slots.map((slot) => slot.arm(fault?.place === 'storage' ? fault : null)));
}

function hitOf({ slots, shopGate }: FaultWorld, fault: Fault | undefined): string | undefined {
	if (!fault) return undefined;
	if (fault.place === 'storage') return slots.flatMap((slot) => slot.hit() ?? [])[0];
	const gates = fault.place === 'shop' ? [shopGate] : slots.map((slot) => (fault.place === 'model' ? slot.model : slot.slack));
	return gates.some((gate) => gate.hit) ? `${fault.place} ${fault.request}` : undefined;
}

/** The question has an ending that was shown, and its run is closed. */
async function isOver(view: CaseView): Promise<boolean> {
	const { answers, failures, refusals } = endingsIn(view);
	if (answers + failures + refusals === 0) return false;
	const run = await runOf(view);
	return run === undefined || !(await view.world.stored.isUnfinished(run));
}
