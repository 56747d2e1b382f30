import assert from 'node:assert/strict';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { createFront, type FrontOptions, type Given } from '../../../adapters/console/front.ts';
import type { Run } from '../../../src/runs/run.ts';
import type { RunQueue } from '../../../src/runs/run-queue.ts';
import { createRun, type ResumeOptions, type SubmittedRun } from '../../../src/runs/run-request.ts';
import { openFolder } from './console-session.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

const runOf = (workspaceId: string): Run =>
	createRun(`of ${workspaceId}`, { workspaceId, conversation: `${workspaceId}/a`, text: 'q', askedBy: { id: 'dana' }, allowWrites: true });
const [ours, theirs] = [runOf('console:local'), runOf('slack:T1')];

/** A console whose process takes up a run of a chat that does not end, in a terminal or a pipe. */
async function openFront(context: TestContext, given: Partial<FrontOptions> = {}, { piped = false } = {}) {
	const terminal = new Terminal();
	const input = piped ? new PassThrough() : Object.assign(terminal.input, { isTTY: true });
	const front = await createFront({
		mode: 'chats and console',
		text: '',
		json: false,
		allowWrites: false,
		dryRun: false,
		input: input as unknown as NodeJS.ReadStream,
		output: terminal.output,
		errors: terminal.output,
		historyFile: path.join(await openFolder(context), 'history'),
		filesFolder: path.join(await openFolder(context), 'files'),
		...given,
	});
	const resumed: ResumeOptions[] = [];
	const stopped: string[] = [];
	const left: SubmittedRun[] = [{ run: theirs, finished: new Promise(() => {}) }];
	const runs = {
		resume: async (options: ResumeOptions) => {
			resumed.push(options);
			return left;
		},
		stop: async (id: string) => stopped.push(id) > 0,
	} as unknown as RunQueue;
	const services = { runs, files: {}, sampleQuestions: [] } as unknown as Given['services'];
	const chats = ['The bot is in Slack.', 'The bot is in Discord.'];
	const served = front.serve({ services, chats, welcome: 'Welcome.\n', interruption: new AbortController().signal });
	return { front, terminal, input, served, resumed, stopped, left };
}

describe('a console beside chats', () => {
	test('says where else the bot is, and writes log lines above the prompt', async (context) => {
		const { front, terminal, served } = await openFront(context);
		await terminal.says('The bot is in Slack.\nThe bot is in Discord.\nWelcome.\n');
		await terminal.says('> ');
		terminal.type('/he');
		front.log.write('a line of the log\n');
		terminal.type(`lp${ENTER}`);
		await terminal.says('Type a question, or one of these commands');
		terminal.type(`/exit${ENTER}`);
		assert.equal(await served, 0);
		assert.ok(terminal.screen().includes('a line of the log'));
		assert.ok(terminal.screen().includes('> /help'));
	});

	for (const piped of [false, true]) {
		test(`waits for no run of a chat, and stops none${piped ? ' (piped)' : ''}`, async (context) => {
			const { front, terminal, input, served, stopped } = await openFront(context, {}, { piped });
			await terminal.says('Welcome.');
			assert.equal(front.stopRuns(), false);
			input.write(`/help${piped ? '\n' : ENTER}`);
			await terminal.says('Type a question, or one of these commands');
			input.write(piped ? '/exit\n' : CTRL_C);
			assert.equal(await served, 0);
			assert.deepEqual(stopped, []);
		});

		test(`lets runs go on writing only where its own person may allow it${piped ? ' (piped)' : ''}`, async (context) => {
			for (const allowWrites of [false, true]) {
				const { terminal, input, served, resumed } = await openFront(context, { allowWrites }, { piped });
				await terminal.says('Welcome.');
				input.write(piped ? '/exit\n' : `/exit${ENTER}`);
				await served;
				const [options] = resumed;
				assert.equal(options?.allowWrites?.(ours), allowWrites);
				assert.equal(options?.allowWrites?.(theirs), false);
			}
		});
	}
});
