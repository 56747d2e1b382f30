import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createInProcessEngine } from '../../../src/runs/engine/in-process.ts';
import { engineContract } from './engine-contract.ts';

engineContract('in process', async (concurrency) => createInProcessEngine(concurrency));

it('tells whether a run is served at once, and how many more would be', async () => {
	const engine = createInProcessEngine(1);
	const gate = Promise.withResolvers<void>();
	engine.open(async () => {
		await gate.promise;
		return 'done';
	});
	assert.equal(engine.room(), 1);
	assert.equal(await engine.offer({ workspaceId: 'w', runId: 'a' }), true);
	assert.equal(engine.room(), 0);
	assert.equal(await engine.offer({ workspaceId: 'w', runId: 'b' }), false);
	gate.resolve();
	await engine.close();
});
