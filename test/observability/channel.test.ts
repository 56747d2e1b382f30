import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Channel, channel } from 'node:diagnostics_channel';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Activity, createActivities, createSignals } from '../../src/observability/channel.ts';

type Begin = { readonly name: string };
type End = { readonly result: unknown };

let names = 0;
/** Of a channel of its own: a process has one of each name. */
const made = () => createActivities<Begin, End>(`test-${names++}`);
const endOf = (result: unknown) => ({ result });
const fail = (error: unknown) => assert.fail(String(error));

/** What is told of, oldest first. */
function watched(context: TestContext, activities: ReturnType<typeof made>): Activity<Begin, End>[] {
	const told: Activity<Begin, End>[] = [];
	context.after(activities.watch((activity) => told.push(activity), fail));
	return told;
}

async function* steps(...given: readonly string[]): AsyncGenerator<string, string> {
	for (const each of given) yield each;
	return 'returned';
}

describe('an activity that nobody watches', () => {
	test('is the work itself', async () => {
		const activities = made();
		const work = Promise.resolve(1);
		assert.equal(
			activities.trace({ name: 'a' }, () => work, endOf),
			work,
		);
		const generator = steps('a');
		assert.equal(activities.traceSteps({ name: 'a' }, generator, endOf), generator);
	});
});

describe('an activity that is watched', () => {
	test('is told with what was known of it at its begin and at its end', async (context) => {
		const activities = made();
		const told = watched(context, activities);
		assert.equal(await activities.trace({ name: 'a' }, async () => 1, endOf), 1);
		const [activity] = told;
		assert.deepEqual([told.length, activity?.begin, activity?.end, activity?.error], [1, { name: 'a' }, { result: 1 }, undefined]);
		assert.ok((activity?.ms ?? -1) >= 0);
	});

	test('that fails is told with its error, and fails', async (context) => {
		const activities = made();
		const told = watched(context, activities);
		const error = new Error('no');
		for (const work of [() => Promise.reject(error), () => assert.fail(error)]) {
			await assert.rejects(activities.trace({ name: 'a' }, work, endOf), (thrown) => thrown === error);
		}
		assert.deepEqual(
			told.map(({ end, error: known }) => [end, known]),
			[
				[undefined, error],
				[undefined, error],
			],
		);
	});

	test('a watcher that fails harms neither the work nor the process', async (context) => {
		const activities = made();
		const trouble: unknown[] = [];
		context.after(
			activities.watch(
				() => assert.fail('watcher'),
				(error) => trouble.push(error),
			),
		);
		const told = watched(context, activities);
		assert.equal(await activities.trace({ name: 'a' }, async () => 1, endOf), 1);
		await turn();
		assert.deepEqual([trouble.length, told.length], [1, 1]);
	});

	test('whoever stops watching hears no more, and the next activity is the work itself', async () => {
		const activities = made();
		const told: unknown[] = [];
		activities.watch((activity) => told.push(activity), fail)();
		const work = Promise.resolve(1);
		assert.equal(
			activities.trace({ name: 'a' }, () => work, endOf),
			work,
		);
		assert.deepEqual(told, []);
	});

	test('in steps gives the same steps and the same result, and is told once', async (context) => {
		const activities = made();
		const told = watched(context, activities);
		const traced = activities.traceSteps({ name: 'a' }, steps('a', 'b'), endOf);
		const seen: unknown[] = [];
		for (;;) {
			const { done, value } = await traced.next();
			seen.push(value);
			if (done) break;
		}
		assert.deepEqual(seen, ['a', 'b', 'returned']);
		assert.deepEqual(
			told.map(({ end }) => end),
			[{ result: 'returned' }],
		);
	});

	test('in steps that fail is told with the error; in steps that nobody takes to their end it ends, too', async (context) => {
		const activities = made();
		const told = watched(context, activities);
		let tidied = false;
		const failing = async function* (): AsyncGenerator<string, string> {
			yield 'a';
			throw new Error('no');
		};
		const endless = async function* (): AsyncGenerator<string, string> {
			try {
				for (;;) yield 'a';
			} finally {
				tidied = true;
			}
		};
		await assert.rejects(async () => {
			for await (const _ of activities.traceSteps({ name: 'failing' }, failing(), endOf));
		}, /no/);
		for await (const _ of activities.traceSteps({ name: 'left' }, endless(), endOf)) break;
		assert.deepEqual(
			told.map(({ begin, error }) => [begin.name, error instanceof Error]),
			[
				['failing', true],
				['left', false],
			],
		);
		assert.ok(tidied);
	});
});

describe('activities in one another', () => {
	/** What each finds around it. */
	function nested(context: TestContext, activities: ReturnType<typeof made>) {
		const storage = new AsyncLocalStorage<string>();
		const around = new Map<string, string | undefined>();
		const stop = activities.nest(storage, ({ begin }) => {
			around.set(begin.name, storage.getStore());
			return begin.name;
		});
		context.after(stop);
		return { storage, around, stop };
	}

	test('know which one they are in, also side by side, and across awaits and timers', async (context) => {
		const activities = made();
		const { around } = nested(context, activities);
		const inner = (name: string) => activities.trace({ name }, () => turn(), endOf);
		const outer = (name: string) =>
			activities.trace(
				{ name },
				async () => {
					await turn();
					await Promise.all([inner(`${name}1`), inner(`${name}2`)]);
				},
				endOf,
			);
		await Promise.all([outer('a'), outer('b')]);
		assert.deepEqual(Object.fromEntries(around), { a: undefined, b: undefined, a1: 'a', a2: 'a', b1: 'b', b2: 'b' });
	});

	test('what a step does is in its activity, what its consumer does between two steps is not', async (context) => {
		const activities = made();
		const { storage, around } = nested(context, activities);
		const inner = (name: string) => activities.trace({ name }, () => turn(), endOf);
		const working = async function* (): AsyncGenerator<string, string> {
			await inner('first');
			yield 'a';
			await inner('second');
			return 'b';
		};
		const outer = async function* () {
			yield* activities.traceSteps({ name: 'stage' }, working(), endOf);
			await inner('after');
		};
		for await (const _ of activities.traceSteps({ name: 'run' }, outer(), () => endOf(0))) {
			assert.equal(storage.getStore(), undefined);
			await turn();
		}
		assert.deepEqual(Object.fromEntries(around), { run: undefined, stage: 'run', first: 'stage', second: 'stage', after: 'run' });
	});

	test('who stops nesting leaves no store behind', async (context) => {
		const activities = made();
		const { storage, stop } = nested(context, activities);
		stop();
		await activities.trace({ name: 'a' }, async () => assert.equal(storage.getStore(), undefined), endOf);
	});
});

describe('a signal', () => {
	test('reaches every watcher, and a watcher that fails none but itself', () => {
		const signals = createSignals<{ readonly a: number }>(`test-${names++}`);
		signals.signal({ a: 0 });
		const [heard, trouble]: [unknown[], unknown[]] = [[], []];
		const stops = [
			signals.watch(
				() => assert.fail('watcher'),
				(error) => trouble.push(error),
			),
			signals.watch((message) => heard.push(message), fail),
		];
		signals.signal({ a: 1 });
		for (const stop of stops) stop();
		signals.signal({ a: 2 });
		assert.deepEqual([heard, trouble.length], [[{ a: 1 }], 1]);
	});

	test('can be heard by anything that knows the name of its channel', () => {
		const name = `test-${names++}`;
		const signals = createSignals<{ readonly a: number }>(name);
		const heard: unknown[] = [];
		const known: Channel = channel(name);
		const listen = (message: unknown) => heard.push(message);
		known.subscribe(listen);
		signals.signal({ a: 1 });
		known.unsubscribe(listen);
		assert.deepEqual(heard, [{ a: 1 }]);
	});
});
