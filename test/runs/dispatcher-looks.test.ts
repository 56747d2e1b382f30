import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Dispatcher, type DispatcherOptions } from '../../src/runs/dispatcher.ts';
import { createInProcessEngine } from '../../src/runs/engine/in-process.ts';
import type { Lines, Place } from '../../src/runs/line.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';

const WORKSPACE = 'slack:T1';
const nextId = createRunIds();
const newRun = () =>
	createRun(nextId(), { workspaceId: WORKSPACE, conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: false });
const placeOf = (n: number, keeper: string): Place => ({
	workspaceId: WORKSPACE,
	runId: `r${n}`,
	conversation: `c${n}`,
	keeper,
	crashes: 0,
});

/** Over a line that is whatever `look` says. */
function create(look: Lines['of'], more: Partial<DispatcherOptions> = {}): Dispatcher {
	return new Dispatcher({
		lines: { of: look } as Lines,
		presence: { announce: async () => {}, isGone: async () => false, isFree: async () => true, end: async () => {} },
		owner: 'me',
		local: createInProcessEngine(1),
		isLocal: () => true,
		opens: () => true,
		workspaceConcurrency: 10,
		logger: pino({ level: 'silent' }),
		...more,
	});
}

describe('a dispatcher', () => {
	it('keeps nobody waiting for looks that are only due to what others have changed since', async () => {
		let moving = true;
		const dispatcher = create(async () => {
			await delay(1);
			// As in a busy workspace: each look falls together with the next change.
			if (moving) void dispatcher.advance(WORKSPACE);
			return { next: [], atWork: [] };
		});
		void dispatcher.advance(WORKSPACE);
		const joined = await Promise.race([dispatcher.joined(newRun()), delay(2_000, 'waits still')]);
		moving = false;
		assert.equal(joined, false);
	});

	it('looks again when something has changed during a look, once for all that came', async () => {
		let looks = 0;
		const gate = Promise.withResolvers<void>();
		const dispatcher = create(async () => {
			if (++looks === 1) await gate.promise;
			return { next: [], atWork: [] };
		});
		const first = dispatcher.advance(WORKSPACE);
		await delay(5);
		const others = Promise.all([1, 2, 3].map(() => dispatcher.advance(WORKSPACE)));
		gate.resolve();
		await Promise.all([first, others]);
		assert.equal(looks, 2);
	});

	it('asks once in a look whether another process lives, however many wait for it', async () => {
		const asked: string[] = [];
		const admitted: boolean[] = [];
		const dispatcher = create(
			async (_workspace, _most, mayTake) => {
				for (let n = 0; n < 100; n++) admitted.push(await mayTake(placeOf(n, n < 50 ? 'other' : 'gone')));
				return { next: [], atWork: [] };
			},
			{
				presence: {
					announce: async () => {},
					isGone: async (owner) => {
						asked.push(owner);
						return owner === 'gone';
					},
					isFree: async () => true,
					end: async () => {},
				},
			},
		);
		await dispatcher.advance(WORKSPACE);
		assert.deepEqual(asked, ['other', 'gone']);
		assert.equal(admitted.filter(Boolean).length, 50);
	});
});
