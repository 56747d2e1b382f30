import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createSlackConversation } from '../../../adapters/slack/slack-conversation.ts';
import { createWorkingStatus } from '../../../adapters/slack/working-status.ts';
import type { PendingWrite } from '../../../src/conversation.ts';
import { UserError } from '../../../src/errors.ts';
import { APPROVAL_LIMIT_MS, createApprovals } from '../../../src/runs/approvals.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { createQuestions } from '../../../src/runs/questions.ts';
import { RunLeft } from '../../../src/runs/run-left.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { run } from '../shared/run.ts';
import { createWorld, logger } from './outbound/outbound-fixture.ts';

const WRITE: PendingWrite = {
	tool: 'crm.add',
	effect: 'write',
	method: 'POST',
	url: 'https://crm.example.com/people',
	body: { name: 'Ada' },
};

/** A run that waits for a decision in Slack, and its card as it is now. */
async function askedAbout(write: PendingWrite, context: TestContext) {
	const world = await createWorld();
	const storage = await openStorage('sqlite://:memory:', { logger });
	context.after(async () => {
		await world[Symbol.asyncDispose]();
		await storage.close();
	});
	const { outbound, postings } = world;
	const working = createWorkingStatus({ outbound, postings, logger });
	const { confirmWrite } = createSlackConversation({
		outbound,
		working,
		approvals: createApprovals(storage),
		questions: createQuestions(storage),
		files: createRunFiles(storage),
		logger,
	});
	const abort = new AbortController();
	const card = () => JSON.stringify(world.api.messages.find(({ blocks }) => JSON.stringify(blocks).includes(write.tool))?.blocks ?? []);
	const until = async (words: string) => {
		const deadline = performance.now() + 10_000;
		while (!card().includes(words)) {
			assert.ok(performance.now() < deadline, `the card does not say ${words}: ${card()}`);
			await setTimeout(5);
		}
	};
	const decided = confirmWrite(run, write, abort.signal);
	const refused = (words: RegExp) => assert.rejects(decided, (error) => error instanceof UserError && words.test(error.userMessage));
	decided.catch(() => {});
	await until('Approve');
	return { card, until, abort, refused };
}

test('a card that nobody decided about in time says so and has no buttons any more', async (context) => {
	const { card, until, refused } = await askedAbout(WRITE, context);
	context.mock.timers.enable({ apis: ['Date'], now: Date.now() + APPROVAL_LIMIT_MS + 1000 });
	await refused(/Nobody approved the call/);
	await until('Nobody decided until');
	assert.doesNotMatch(card(), /"Approve"|"Refuse"/);
});

test('a card whose question was stopped says so; one whose process ends can still be decided', async (context) => {
	const left = await askedAbout(WRITE, context);
	left.abort.abort(new RunLeft());
	await left.refused(/shutting down/);
	const stopped = await askedAbout(WRITE, context);
	stopped.abort.abort(new UserError('stopped', 'Stopped by dana.'));
	await stopped.refused(/Stopped by dana/);
	await stopped.until('Stopped before anybody decided');
	assert.doesNotMatch(stopped.card(), /"Approve"|"Refuse"/);
	assert.match(left.card(), /"Approve".*"Refuse"/);
});
