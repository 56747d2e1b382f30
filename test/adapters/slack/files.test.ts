import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSlackConversation } from '../../../adapters/slack/slack-conversation.ts';
import { createWorkingStatus } from '../../../adapters/slack/working-status.ts';
import { createApprovals } from '../../../src/runs/approvals.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { createQuestions } from '../../../src/runs/questions.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { resultOf, run } from '../shared/run.ts';
import { createWorld, logger } from './outbound/outbound-fixture.ts';

async function open(context: TestContext) {
	const world = await createWorld();
	const storage = await openStorage('sqlite://:memory:', { logger });
	context.after(async () => {
		await world[Symbol.asyncDispose]();
		await storage.close();
	});
	const files = createRunFiles(storage);
	const conversation = createSlackConversation({
		outbound: world.outbound,
		working: createWorkingStatus({ outbound: world.outbound, postings: world.postings, logger }),
		approvals: createApprovals(storage),
		questions: createQuestions(storage),
		files,
		logger,
	});
	const put = async (name: string, content: string) => ({
		...(await files.of(run.id).put({ name, mediaType: 'application/pdf', content: Buffer.from(content) })),
	});
	const shown = () =>
		world.api.messages.map(({ files: posted, blocks }) => posted.map(({ title }) => title).join() || JSON.stringify(blocks));
	return { ...world, files, conversation, put, shown };
}

test('the files of an answer are posted below it, each once however often it is shown', async (context) => {
	const { conversation, put, shown, api } = await open(context);
	const result = resultOf([await put('may.pdf', '%PDF may'), await put('june.pdf', '%PDF june')], 'Here they are.');
	await conversation.show(run, result, 3);
	await conversation.show(run, result, 3);
	const [answer, ...files] = shown();
	assert.match(answer ?? '', /Here they are\..*may\.pdf \(8 bytes\).*june\.pdf \(9 bytes\)/);
	assert.deepEqual(files, ['may.pdf', 'june.pdf']);
	const uploaded = [...api.uploads.values()].join('\n');
	for (const content of ['%PDF may', '%PDF june']) assert.ok(uploaded.includes(content), uploaded);
});

test('a file that Slack refuses takes nothing from the answer, and the reason is said', async (context) => {
	const { conversation, put, shown, api } = await open(context);
	api.fail('files.completeUploadExternal', { error: 'not_in_channel' }, 5);
	await conversation.show(run, resultOf(await put('may.pdf', '%PDF'), 'Here it is.'), 3);
	assert.match(shown()[0] ?? '', /Here it is\./);
	assert.match(shown().at(-1) ?? '', /could not be posted/);
});
