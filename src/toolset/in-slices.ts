import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/** Chats want an acknowledgement within 3 s, and several of these may take turns. */
const SLICE_MS = 20;

/** How long items are taken without a pause, and how long that is: no longer than the event loop takes to turn when left out. Milliseconds. */
export interface Slices {
	readonly sliceMs?: number;
	readonly restMs?: number;
}

/** The same items. After every 20 ms that whoever takes them has worked, the event loop turns, so that nothing else waits for all of them. */
export async function* inSlices<Item>(
	items: Iterable<Item> | AsyncIterable<Item>,
	{ sliceMs = SLICE_MS, restMs }: Slices = {},
): AsyncGenerator<Item> {
	let startedAt = performance.now();
	for await (const item of items) {
		if (performance.now() - startedAt > sliceMs) {
			await (restMs === undefined ? setImmediate() : delay(restMs));
			startedAt = performance.now();
		}
		yield item;
	}
}

/** What `make` makes of each item, in their order and in slices: for thousands of items. Rejects with what `make` throws. */
export async function mapInSlices<Item, Made>(items: Iterable<Item> | AsyncIterable<Item>, make: (item: Item) => Made): Promise<Made[]> {
	const made: Made[] = [];
	for await (const item of inSlices(items)) made.push(make(item));
	return made;
}
