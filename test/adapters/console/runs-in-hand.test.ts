import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunsInHand } from '../../../adapters/console/runs-in-hand.ts';
import type { Result } from '../../../src/pipeline/progress.ts';
import type { RunQueue } from '../../../src/runs/run-queue.ts';
import type { SubmittedRun } from '../../../src/runs/run-request.ts';
import { createRun } from '../../../src/runs/run-request.ts';
import { recordingConversation, result } from '../../runs/scripted-answer.ts';

const REQUEST = { workspaceId: 'console:local', conversation: 'console:local/a', text: 'q', askedBy: { id: 'dana' }, allowWrites: false };

/** A queue whose acceptance and ending of runs the test decides. */
function heldQueue() {
	const accepted = Promise.withResolvers<SubmittedRun>();
	const ended = Promise.withResolvers<Result>();
	const stopped: string[] = [];
	const queue: RunQueue = {
		submit: () => accepted.promise,
		stop: async (id) => stopped.push(id) > 0,
		unfinishedIn: async () => [],
		get: async () => undefined,
		ending: async () => undefined,
		recent: async () => [],
		resume: async () => [],
		load: async () => ({ waiting: 0, working: 0 }),
		trouble: () => undefined,
		close: async () => {},
	};
	const run = createRun('R1', REQUEST);
	return { queue, run, stopped, accept: () => accepted.resolve({ run, finished: ended.promise }), end: () => ended.resolve(result('')) };
}

test('nothing is stopped where nothing goes on', () => {
	const hand = createRunsInHand();
	assert.equal(hand.stopAll(), false);
	assert.equal(hand.unanswered, false);
});

test('a run that is being submitted is stopped as soon as it is accepted', async () => {
	const hand = createRunsInHand();
	const held = heldQueue();
	const submitting = hand.watch(held.queue).submit(REQUEST);
	assert.equal(hand.stopAll(), true);
	assert.deepEqual(held.stopped, []);
	held.accept();
	await submitting;
	assert.deepEqual(held.stopped, ['R1']);
});

test('a run is in hand until it has finished, and unanswered until its ending is shown', async () => {
	const hand = createRunsInHand();
	const held = heldQueue();
	held.accept();
	const { finished } = await hand.watch(held.queue).submit(REQUEST);
	assert.equal(hand.unanswered, true);
	await hand.shownIn(recordingConversation().conversation).show(held.run, result('Eight.'), 0);
	assert.equal(hand.unanswered, false);
	assert.equal(hand.stopAll(), true, 'it may be keeping functions');
	held.end();
	await finished;
	assert.equal(hand.stopAll(), false);
});

test('a run that the queue takes up unasked is known from what is shown of it', async () => {
	const hand = createRunsInHand();
	const held = heldQueue();
	hand.watch(held.queue);
	const conversation = hand.shownIn(recordingConversation().conversation);
	await conversation.show(held.run, { type: 'status', text: 'working' }, 0);
	assert.equal(hand.unanswered, true);
	assert.equal(hand.stopAll(), true);
	assert.deepEqual(held.stopped, ['R1']);
	await conversation.show(held.run, result('Eight.'), 1);
	await conversation.show(held.run, { type: 'kept', functions: ['f'] }, 2);
	assert.equal(hand.stopAll(), false);
});
