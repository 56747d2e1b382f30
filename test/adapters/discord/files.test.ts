import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { createBoards } from '../../../adapters/discord/boards.ts';
import { createDiscordConversation } from '../../../adapters/discord/discord-conversation.ts';
import { createInteractionTokens } from '../../../adapters/discord/outbound/interaction-tokens.ts';
import { createWorkingStatus } from '../../../adapters/discord/working-status.ts';
import { createApprovals } from '../../../src/runs/approvals.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { createPostings } from '../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { createQuestions } from '../../../src/runs/questions.ts';
import type { Run } from '../../../src/runs/run.ts';
import { createWorld, logger } from './outbound/outbound-fixture.ts';
import { shownIn } from './people-see.ts';
import { run as anyRun, resultOf } from './render/run.ts';

async function open(context: TestContext) {
	const world = await createWorld();
	context.after(() => world[Symbol.asyncDispose]());
	const { discord, storage, outbound, api } = world;
	const tokens = createInteractionTokens(storage);
	const boards = createBoards({ api, applicationId: () => discord.applicationId, tokens, logger });
	const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
	const files = createRunFiles(storage);
	const conversation = createDiscordConversation({
		outbound,
		boards,
		working: createWorkingStatus({ outbound, boards, postings, logger }),
		approvals: createApprovals(storage),
		questions: createQuestions(storage),
		files,
		logger,
	});
	const place = await world.thread();
	const run: Run = {
		...anyRun,
		conversation: `discord:${place}`,
		question: { ...anyRun.question, askedBy: { id: discord.person('dana').id, name: 'dana' } },
	};
	const put = async (name: string, content: string) => ({
		...(await files.of(run.id).put({ name, mediaType: 'application/pdf', content: Buffer.from(content) })),
	});
	return { ...world, conversation, run, place, put };
}

test('the files of an answer are a message below it, posted once however often it is shown', async (context) => {
	const { discord, conversation, run, place, put } = await open(context);
	const result = resultOf([await put('may report.pdf', '%PDF may'), await put('june.pdf', '%PDF june')], 'Here they are.');
	await conversation.show(run, result, 3);
	await conversation.show(run, result, 3);
	const shown = shownIn(discord, place);
	assert.equal(shown.length, 2, shown.join('\n'));
	assert.match(shown[0] ?? '', /Here they are\..*may report\.pdf \(8 bytes\).*june\.pdf \(9 bytes\)/s);
	assert.deepEqual(
		discord.files().map(({ content }) => content),
		['%PDF may', '%PDF june'],
	);
});

test('where the bot may not attach files, people read which one is missing', async (context) => {
	const { discord, conversation, run, place, put } = await open(context);
	discord.setBotPermissions('films', { deny: PermissionFlagsBits.AttachFiles });
	await conversation.show(run, resultOf(await put('may.pdf', '%PDF'), 'Here it is.'), 3);
	assert.match(shownIn(discord, place).join('\n'), /Here it is\..*may\.pdf.*could not be attached/s);
});
