import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Boards, createBoards, isLapsed } from '../../../adapters/discord/boards.ts';
import { createInteractionTokens } from '../../../adapters/discord/outbound/interaction-tokens.ts';
import { registerCommands } from '../../../adapters/discord/registration/register-commands.ts';
import { commandTable } from '../../../commands/table.ts';
import { UserError } from '../../../src/errors.ts';
import { type Failure, NO_TOTALS, type Result } from '../../../src/pipeline/progress.ts';
import type { Approval } from '../../../src/runs/approvals.ts';
import { type InteractionHandle, visibleText } from '../../simulators/discord/discord.ts';
import { connectClient, logger, openParts } from './connect-client.ts';
import { becomes, hasButton } from './people-see.ts';
import { run as anyRun, resultOf } from './render/run.ts';

const EDIT = 'PATCH /webhooks/:app/:token/messages/@original';
const UPDATE_MS = 40;
const SCAFFOLD = { type: 'scaffold', code: 'async function name(): Promise<string> {}', functionName: 'name' } as const;
const PLAN = { type: 'plan', code: 'async function name() {\n  // 1. Say it.\n}', tools: [] } as const;
const RESULT: Result = resultOf('Alien', 'The name is Alien.');
const APPROVAL: Approval = {
	id: `${anyRun.id}-1`,
	runId: anyRun.id,
	workspaceId: anyRun.workspaceId,
	askedBy: anyRun.question.askedBy.id,
	write: { tool: 'films.add', effect: 'write', method: 'POST', url: 'https://example.com/films' },
	expiresAt: '2026-01-01T00:15:00.000Z',
};
const ALLOWED: Approval = { ...APPROVAL, decision: { allowed: true, by: APPROVAL.askedBy, at: '2026-01-01T00:05:00.000Z' } };

async function open(context: TestContext) {
	const { discord, storage } = await openParts(context);
	const client = await connectClient(context, discord);
	await registerCommands(commandTable, { api: client.rest, storage, applicationId: client.application.id });
	const tokens = createInteractionTokens(storage);
	const boards = (): Boards => {
		const made = createBoards({ api: client.rest, applicationId: () => client.application.id, tokens, logger, updateMs: UPDATE_MS });
		context.after(() => made.close());
		return made;
	};
	client.on('interactionCreate', async (interaction) => {
		if (!interaction.isChatInputCommand()) return;
		await tokens.keep(interaction.id, interaction.token);
		await interaction.deferReply();
	});
	const una = discord.person('una', { outsider: true, userInstalled: true });
	const asked: InteractionHandle = await una.command('ask', { question: 'Name Alien.' }, 'group');
	const reply = () => {
		const message = asked.reply();
		assert.ok(message);
		return message;
	};
	return {
		discord,
		tokens,
		una,
		boards: boards(),
		another: boards,
		interaction: asked.id,
		run: { ...anyRun, conversation: `discord:~${asked.id}` },
		reply,
		text: () => visibleText(reply()),
		edits: () => discord.calls.filter((call) => `${call.method} ${call.route}` === EDIT).length,
	};
}

describe('a board', { concurrency: 4 }, () => {
	test('shows in one message what leads to an answer, then the answer', async (context) => {
		const { boards, run, interaction, text, reply } = await open(context);
		boards.status(run, interaction, 'Planning…');
		await boards.add(run, interaction, 'a', SCAFFOLD);
		assert.match(text(), /### Scaffold.*Planning….*Stop/s);
		await boards.add(run, interaction, 'b', PLAN);
		assert.match(text(), /### Scaffold.*### Plan.*Planning….*Stop/s);
		await boards.end(run, interaction, RESULT);
		assert.match(text(), /### Scaffold.*### Plan.*The name is Alien\..*Retry/s);
		assert.doesNotMatch(text(), /Planning…|Stop/);
		assert.ok(hasButton(reply(), 'Show program'));
	});

	test('is not changed more often than anybody reads', async (context) => {
		const { boards, run, interaction, text, edits } = await open(context);
		for (let index = 0; index < 30; index++) {
			boards.status(run, interaction, `Running: ${index} tool calls…`);
			await delay(5);
		}
		await boards.add(run, interaction, 'a', SCAFFOLD);
		assert.match(text(), /Running: 29 tool calls/);
		assert.ok(edits() < 10, `${edits()} changes`);
	});

	test('shows the same event once, whoever shows it again', async (context) => {
		const { boards, another, run, interaction, text } = await open(context);
		await boards.add(run, interaction, 'a', SCAFFOLD);
		await boards.add(run, interaction, 'a', SCAFFOLD);
		const next = another();
		await next.add(run, interaction, 'a', SCAFFOLD);
		await next.add(run, interaction, 'b', PLAN);
		await next.end(run, interaction, RESULT);
		assert.equal(text().split('### Scaffold').length, 2);
		assert.match(text(), /The name is Alien\./);
	});

	test('asks about a write, and shows what became of it', async (context) => {
		const { boards, run, interaction, text, reply } = await open(context);
		await boards.approval(run, interaction, APPROVAL);
		assert.match(text(), /May the program change data with `films\.add`\?.*POST https:\/\/example\.com\/films/s);
		assert.ok(hasButton(reply(), 'Approve') && hasButton(reply(), 'Refuse'));
		await boards.approval(run, interaction, ALLOWED);
		assert.match(text(), /✅ Approved by/);
		assert.ok(!hasButton(reply(), 'Approve'));
		await boards.end(run, interaction, RESULT);
		assert.match(text(), /✅ Approved by.*The name is Alien\./s);
	});

	test('of another process is left alone when a write is decided here', async (context) => {
		const { boards, another, run, interaction, text, edits } = await open(context);
		await boards.approval(run, interaction, APPROVAL);
		await another().approval(run, interaction, ALLOWED);
		assert.equal(edits(), 1);
		assert.match(text(), /May the program/);
	});

	test('is drawn by the process that has the run, and no more by the one that had it', async (context) => {
		const { boards, another, run, interaction, text, edits, discord } = await open(context);
		boards.status(run, interaction, 'Waiting for its turn…');
		await discord.until(() => /Waiting for its turn/.test(text()));
		boards.status(run, interaction, 'Waiting a little more…');
		boards.leave(run, interaction);
		const next = another();
		await next.add(run, interaction, 'a', SCAFFOLD);
		assert.doesNotMatch(text(), /Waiting/);
		// Longer than the first one would have held its change back.
		await delay(2 * UPDATE_MS);
		assert.equal(edits(), 2);
		await boards.approval(run, interaction, ALLOWED);
		assert.equal(edits(), 2, 'what it showed is forgotten');
		await next.end(run, interaction, RESULT);
		assert.match(text(), /### Scaffold.*The name is Alien\./s);
	});

	test('that is left while Discord cannot be reached is not drawn once it can', async (context) => {
		const { discord, boards, run, interaction, text, edits } = await open(context);
		discord.faults.next(EDIT, { status: 503 }, 1000);
		boards.status(run, interaction, 'Waiting for its turn…');
		// discord.js repeats a call three times by itself.
		await discord.until(() => edits() === 4);
		boards.leave(run, interaction);
		discord.faults.clear();
		// It would be repeated after a second.
		await delay(1500);
		assert.equal(edits(), 4);
		assert.doesNotMatch(text(), /Waiting/);
	});

	test('comes through trouble', async (context) => {
		const { discord, boards, run, interaction, text } = await open(context);
		for (const fault of [{ status: 500 }, { drop: 'before' }, { drop: 'after' }, { html: true, status: 200 }] as const)
			discord.faults.next(EDIT, fault);
		discord.faults.next(EDIT, { status: 429, retryAfter: 0.1 });
		await boards.end(run, interaction, RESULT);
		assert.match(text(), /The name is Alien\./);
		assert.equal(discord.faults.pending(), 0);
	});

	test('that cannot be drawn says so instead', async (context) => {
		const { discord, boards, run, interaction, text } = await open(context);
		discord.faults.next(EDIT, { status: 400, code: 50_035 });
		await boards.end(run, interaction, RESULT);
		assert.match(text(), /The name is Alien\..*Discord could not draw/s);
	});

	test('with a write that cannot be drawn asks nobody, rather than about what nobody can read or press', async (context) => {
		const { discord, boards, run, interaction, text } = await open(context);
		await boards.add(run, interaction, 'a', SCAFFOLD);
		discord.faults.next(EDIT, { status: 400, code: 50_035 });
		await assert.rejects(boards.approval(run, interaction, APPROVAL), /could not draw/);
		assert.doesNotMatch(text(), /May the program|could not draw/);
	});

	test('gives a write that is too long to be read in a file, and keeps nothing of it afterwards', async (context) => {
		const { discord, boards, run, interaction, reply } = await open(context);
		const long: Approval = { ...APPROVAL, write: { ...APPROVAL.write, body: { text: 'long '.repeat(2000) } } };
		await boards.approval(run, interaction, long);
		assert.match(visibleText(reply()), /All of it is in the file `call-/);
		const [file] = discord.files();
		assert.ok(file?.content.includes('long '.repeat(2000)));
		await boards.end(run, interaction, RESULT);
		assert.deepEqual(discord.files(), []);
	});

	test('takes no more once Discord has closed it, and says so', async (context) => {
		const { discord, boards, run, interaction, text } = await open(context);
		await boards.add(run, interaction, 'a', SCAFFOLD);
		discord.expireTokens();
		const rejected = (error: unknown) => error instanceof UserError && isLapsed(error) && /took too long/.test(error.userMessage);
		await assert.rejects(boards.add(run, interaction, 'b', PLAN), rejected);
		await assert.rejects(boards.end(run, interaction, RESULT), rejected);
		// What only tells what it does now is nobody's loss.
		boards.status(run, interaction, 'Planning…');
		assert.match(text(), /### Scaffold/);
		assert.doesNotMatch(text(), /### Plan/);
	});

	test('is forgotten with its end', async (context) => {
		const { boards, tokens, run, interaction } = await open(context);
		const failure: Failure = { type: 'failure', code: 'stopped', message: 'Stopped by una.', reference: run.id, totals: NO_TOTALS };
		await boards.end(run, interaction, failure);
		await assert.rejects(tokens.of(interaction), (error) => isLapsed(error));
	});

	test('is not lapsed when Discord only cannot be reached', async (context) => {
		const { discord, boards, run, interaction, una, reply } = await open(context);
		discord.faults.next(EDIT, { status: 503 }, 1000);
		const shown = boards.end(run, interaction, RESULT);
		shown.catch(() => {});
		await discord.until(() => discord.calls.some(({ status }) => status === 503));
		await boards.close();
		await assert.rejects(shown, (error) => error instanceof UserError && error.code === 'stopped' && !isLapsed(error));
		assert.ok(una && reply());
	});

	test('shows what was decided while it waited to be drawn', async (context) => {
		const { discord, boards, run, interaction, reply } = await open(context);
		discord.faults.next(EDIT, { delayMs: 200 });
		const shown = [
			boards.approval(run, interaction, APPROVAL),
			boards.approval(run, interaction, ALLOWED),
			boards.end(run, interaction, RESULT),
		];
		await Promise.all(shown);
		await becomes(discord, reply(), /Approved by.*The name is Alien/s);
	});
});
