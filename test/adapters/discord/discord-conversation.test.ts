import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { PermissionFlagsBits } from 'discord.js';
import { createBoards } from '../../../adapters/discord/boards.ts';
import { createDiscordConversation } from '../../../adapters/discord/discord-conversation.ts';
import { createInteractionTokens } from '../../../adapters/discord/outbound/interaction-tokens.ts';
import { createWorkingStatus } from '../../../adapters/discord/working-status.ts';
import type { PendingWrite } from '../../../src/conversation.ts';
import { UserError } from '../../../src/errors.ts';
import { APPROVAL_LIMIT_MS, createApprovals } from '../../../src/runs/approvals.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { createPostings } from '../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { createQuestions } from '../../../src/runs/questions.ts';
import type { Run } from '../../../src/runs/run.ts';
import { RunLeft } from '../../../src/runs/run-left.ts';
import { visibleText } from '../../simulators/discord/discord.ts';
import { createWorld, logger, POST } from './outbound/outbound-fixture.ts';
import { becomes, hasButton, seen, shownIn, writtenTo } from './people-see.ts';
import { run as anyRun, resultOf } from './render/run.ts';

const WRITE: PendingWrite = {
	tool: 'crm.add',
	effect: 'write',
	method: 'POST',
	url: 'https://crm.example.com/people',
	body: { name: 'Ada' },
};
const RESULT = resultOf(8, 'There are 8.');

async function open(context: TestContext) {
	const world = await createWorld();
	context.after(() => world[Symbol.asyncDispose]());
	const { discord, storage, outbound, api } = world;
	const tokens = createInteractionTokens(storage);
	const boards = createBoards({ api, applicationId: () => discord.applicationId, tokens, logger });
	const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
	const working = createWorkingStatus({ outbound, boards, postings, logger });
	const conversation = createDiscordConversation({
		outbound,
		boards,
		working,
		approvals: createApprovals(storage),
		questions: createQuestions(storage),
		files: createRunFiles(storage),
		logger,
	});
	const dana = discord.person('dana');
	const place = await world.thread();
	const run: Run = {
		...anyRun,
		conversation: `discord:${place}`,
		question: { ...anyRun.question, askedBy: { id: dana.id, name: 'dana' } },
	};
	return { ...world, conversation, dana, place, run };
}

function saying(words: RegExp) {
	return (error: unknown) => error instanceof UserError && words.test(error.userMessage);
}

describe('a card', { concurrency: true }, () => {
	const asked = async (context: TestContext) => {
		const opened = await open(context);
		const abort = new AbortController();
		const decided = opened.conversation.confirmWrite(opened.run, WRITE, abort.signal);
		decided.catch(() => {});
		const card = await seen(opened.discord, opened.place, /May the program change data with `crm\.add`\?/);
		return { ...opened, abort, decided, card };
	};

	test('whose question was stopped says so; one whose process ends can still be decided', async (context) => {
		const left = await asked(context);
		left.abort.abort(new RunLeft());
		await assert.rejects(left.decided, saying(/shutting down/));
		const stopped = await asked(context);
		stopped.abort.abort(new UserError('stopped', 'Stopped by dana.'));
		await assert.rejects(stopped.decided, saying(/Stopped by dana/));
		const settled = await becomes(stopped.discord, stopped.card, /Stopped before anybody decided/);
		assert.ok(!hasButton(settled, 'Approve') && !hasButton(settled, 'Refuse'));
		assert.ok(hasButton(left.discord.message(left.card) ?? settled, 'Approve'));
	});

	test('that cannot be shown as a whole asks nobody, and the program is told why', async (context) => {
		const { discord, conversation, run, place, storage } = await open(context);
		discord.setBotPermissions('films', { deny: PermissionFlagsBits.AttachFiles });
		const long: PendingWrite = { ...WRITE, body: { text: 'long '.repeat(2000) } };
		await assert.rejects(
			conversation.confirmWrite(run, long, new AbortController().signal),
			saying(/lacks a permission here: it needs .*Attach Files/),
		);
		assert.deepEqual(shownIn(discord, place), []);
		for await (const [id] of storage.records('approvals').entries()) {
			assert.equal((await createApprovals(storage).decide(id, { allowed: true, by: 'anybody' }))?.closed, 'stopped');
		}
		discord.setBotPermissions('films', { deny: 0n });
		const again = conversation.confirmWrite(run, long, AbortSignal.timeout(30_000));
		again.catch(() => {});
		const card = await seen(discord, place, /All of it is in the file/);
		assert.ok(hasButton(card, 'Approve'));
	});

	test('is shown once to whoever goes on with the run', async (context) => {
		const { discord, conversation, run, place, decided, abort } = await asked(context);
		abort.abort(new RunLeft());
		await assert.rejects(decided);
		const again = conversation.confirmWrite(run, WRITE, AbortSignal.timeout(30_000));
		again.catch(() => {});
		await seen(discord, place, /Stop/);
		assert.equal(shownIn(discord, place).filter((text) => /May the program/.test(text)).length, 1);
	});
});

test('a card that nobody decided about in time says so and has no buttons any more', async (context) => {
	const { discord, conversation, run, place } = await open(context);
	const decided = conversation.confirmWrite(run, WRITE, new AbortController().signal);
	decided.catch(() => {});
	const card = await seen(discord, place, /May the program/);
	context.mock.timers.enable({ apis: ['Date'], now: Date.now() + APPROVAL_LIMIT_MS + 1000 });
	await assert.rejects(decided, saying(/Nobody approved the call/));
	const settled = await becomes(discord, card, /Nobody decided until/);
	assert.ok(!hasButton(settled, 'Approve'));
});

describe('an ending', { concurrency: true }, () => {
	test('comes after what led to it, which is not waited for', async (context) => {
		const { discord, conversation, run, place } = await open(context);
		discord.faults.next(POST, { delayMs: 200 });
		await conversation.show(run, { type: 'scaffold', code: 'async function count() {}', functionName: 'count' }, 0);
		await conversation.show(run, { type: 'plan', code: 'async function count() {}', tools: [] }, 1);
		assert.deepEqual(shownIn(discord, place), []);
		await conversation.show(run, RESULT, 2);
		const shown = shownIn(discord, place);
		assert.deepEqual(
			shown.map((text) => /Scaffold|Plan|There are 8/.exec(text)?.[0]),
			['Scaffold', 'Plan', 'There are 8'],
		);
		await conversation.show(run, RESULT, 2);
		assert.equal(shownIn(discord, place).length, 3, 'shown again it stands there already');
	});

	test('that Discord refuses is written to the asker, with the reason and once', async (context) => {
		const { discord, conversation, run, dana, place } = await open(context);
		discord.archive(place, { locked: true });
		await conversation.show(run, RESULT, 2);
		await conversation.show(run, RESULT, 2);
		await writtenTo(discord, dana, /could not be shown where you asked\. This thread is archived and locked/);
		await writtenTo(discord, dana, /There are 8\./);
		assert.equal(discord.messages(discord.directChannel(dana)).length, 2);
	});

	test('is shown later when Discord was only out of reach', async (context) => {
		const { discord, conversation, run, dana, place } = await open(context);
		discord.faults.next('*', { status: 503 }, 1000);
		await assert.rejects(conversation.show(run, RESULT, 2), saying(/did not answer as it should/));
		discord.faults.clear();
		assert.deepEqual(discord.messages(discord.directChannel(dana)), []);
		await conversation.show(run, RESULT, 2);
		assert.match(visibleText(discord.messages(place).at(-1) ?? assert.fail()), /There are 8\./);
	});
});
