import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Offer } from '../../../src/runs/engine/engine.ts';
import { until } from '../scripted-answer.ts';

const offer = (runId: string): Offer => ({ workspaceId: 'slack:T1', runId });

/** What the queue of runs relies on, of every engine. `open` gives a new one with so many places. */
export function engineContract(name: string, open: (concurrency: number) => Promise<Engine>): void {
	describe(`${name}: an engine`, () => {
		const engines: Engine[] = [];
		const opened = async (concurrency: number) => {
			const engine = await open(concurrency);
			engines.push(engine);
			return engine;
		};
		afterEach(async () => {
			await Promise.all(engines.splice(0).map((engine) => engine.close()));
		});

		it('serves what is offered, in order, no more at once than it has places', async () => {
			const engine = await opened(2);
			const served: string[] = [];
			let [now, most] = [0, 0];
			engine.open(async ({ workspaceId, runId }) => {
				assert.equal(workspaceId, 'slack:T1');
				served.push(runId);
				most = Math.max(most, ++now);
				await delay(5);
				now--;
				return 'done';
			});
			for (const id of ['a', 'b', 'c', 'd', 'e']) await engine.offer(offer(id));
			await until(() => served.length === 5 && now === 0);
			assert.deepEqual(served, ['a', 'b', 'c', 'd', 'e']);
			assert.equal(most, 2);
			assert.equal(engine.trouble(), undefined);
		});

		it('serves once what is offered again before its turn, and again what is offered after it', async () => {
			const engine = await opened(1);
			const served: string[] = [];
			const gate = Promise.withResolvers<void>();
			let ended = 0;
			engine.open(async ({ runId }) => {
				served.push(runId);
				if (runId === 'first') await gate.promise;
				ended++;
				return 'done';
			});
			await engine.offer(offer('first'));
			await until(() => served.length === 1);
			for (let n = 0; n < 3; n++) await engine.offer(offer('second'));
			gate.resolve();
			await until(() => ended === 2);
			await delay(50);
			assert.deepEqual(served, ['first', 'second']);
			await engine.offer(offer('second'));
			await until(() => served.length === 3);
		});

		it('begins nothing once it is stopped, and closes after what was served has ended', async () => {
			const engine = await opened(1);
			const served: string[] = [];
			const gate = Promise.withResolvers<void>();
			engine.open(async ({ runId }) => {
				served.push(runId);
				await gate.promise;
				return 'done';
			});
			await engine.offer(offer('first'));
			await engine.offer(offer('second'));
			await until(() => served.length === 1);
			await engine.stop();
			const closing = engine.close();
			assert.equal(await Promise.race([closing.then(() => 'closed'), delay(30).then(() => 'open')]), 'open');
			gate.resolve();
			await closing;
			assert.deepEqual(served, ['first']);
		});
	});
}
