import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { createBoards } from '../../adapters/discord/boards.ts';
import { createDiscordConversation } from '../../adapters/discord/discord-conversation.ts';
import { createInteractionTokens } from '../../adapters/discord/outbound/interaction-tokens.ts';
import { createWorkingStatus as createDiscordStatus } from '../../adapters/discord/working-status.ts';
import { createSlackConversation } from '../../adapters/slack/slack-conversation.ts';
import { createWorkingStatus as createSlackStatus } from '../../adapters/slack/working-status.ts';
import type { Conversation } from '../../src/conversation.ts';
import { createApprovals } from '../../src/runs/approvals.ts';
import { createRunFiles } from '../../src/runs/files.ts';
import { createPostings } from '../../src/runs/postings.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { createQuestions } from '../../src/runs/questions.ts';
import { createRunQueue } from '../../src/runs/run-queue.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { createWorld as createDiscordWorld, POST } from '../adapters/discord/outbound/outbound-fixture.ts';
import { createWorld as createSlackWorld } from '../adapters/slack/outbound/outbound-fixture.ts';
import { scriptedAnswer, until } from '../runs/scripted-answer.ts';
import { type Closing, lastFirst } from './last-first.ts';

const logger = pino({ level: 'silent' });

type Trouble = 'fails' | 'hangs up';

interface Chat {
	readonly storage: Storage;
	readonly conversation: Conversation;
	/** Names of the place a run is shown in. */
	readonly key: string;
	readonly closing: Closing;
	/** The next posts go wrong so. */
	away(trouble: Trouble, posts: number): void;
	/** What people read, oldest first. */
	texts(): string[];
}

const partsOf = (storage: Storage) => ({
	approvals: createApprovals(storage),
	questions: createQuestions(storage),
	files: createRunFiles(storage),
	logger,
});

async function slack(context: TestContext): Promise<Chat> {
	const { api, outbound, postings, ...world } = await createSlackWorld();
	const closing = lastFirst(context, () => world[Symbol.asyncDispose]());
	const storage = await openStorage('sqlite://:memory:', { logger });
	closing.push(() => storage.close());
	const working = createSlackStatus({ outbound, postings, logger });
	const faults = {
		fails: { status: 500 },
		'hangs up': { cut: 'before' },
	} as const;
	return {
		storage,
		closing,
		conversation: createSlackConversation({ ...partsOf(storage), outbound, working }),
		key: 'slack:T1/C1/1.000100',
		away: (trouble, posts) => api.fail('chat.postMessage', faults[trouble], posts),
		texts: () => api.messages.map(({ text, blocks }) => `${text}${JSON.stringify(blocks)}`),
	};
}

async function discord(context: TestContext): Promise<Chat> {
	const world = await createDiscordWorld();
	const closing = lastFirst(context, () => world[Symbol.asyncDispose]());
	const { storage, outbound, api } = world;
	const tokens = createInteractionTokens(storage);
	const boards = createBoards({ api, applicationId: () => world.discord.applicationId, tokens, logger });
	const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
	const working = createDiscordStatus({ outbound, boards, postings, logger });
	const place = await world.thread();
	const faults = {
		fails: { status: 503 },
		'hangs up': { drop: 'before' },
	} as const;
	return {
		storage,
		closing,
		conversation: createDiscordConversation({ ...partsOf(storage), outbound, boards, working }),
		key: `discord:${place}`,
		away: (trouble, posts) => world.discord.faults.next(POST, faults[trouble], posts),
		texts: () => world.texts(place),
	};
}

for (const [name, open] of [
	['Slack', slack],
	['Discord', discord],
] as const) {
	describe(`${name}, away for longer than its posts are repeated,`, { concurrency: true }, () => {
		// A post is tried six times: what leads to the answer is given up, and the answer once.
		for (const [trouble, posts] of [
			['fails', 22],
			['hangs up', 22],
		] as const) {
			test(`and ${trouble}: the answer appears once when it is back`, async (context) => {
				const { storage, conversation, key, closing, away, texts } = await open(context);
				const runs = createRunQueue({
					storage,
					logger,
					lease: { ttlMs: 300, renewMs: 100 },
					concurrency: 4,
					openConversation: () => conversation,
					answer: (run, journal) => scriptedAnswer(run, journal, async (effect) => effect),
				});
				closing.push(() => runs.close());
				await runs.resume();
				away(trouble, posts);
				const request = { workspaceId: 'slack:T1', conversation: key, text: 'one', askedBy: { id: 'U1' }, allowWrites: true };
				const { run, finished } = await runs.submit(request);
				assert.partialDeepStrictEqual(await finished, { type: 'result', sentence: 'one: done' });
				await until(async () => (await runs.unfinishedIn(key)).length === 0, 'the end of the run');
				const answers = texts().filter((text) => text.includes('one: done'));
				assert.equal(answers.length, 1, texts().join('\n'));
				assert.equal((await runs.get('slack:T1', run.id))?.status, 'answered');
			});
		}
	});
}
