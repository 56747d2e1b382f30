import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { askedBy } from '../../../commands/asked-by.ts';
import { beginsRun } from '../../../commands/begin-run.ts';
import type { CommandServices, Reply } from '../../../commands/command.ts';
import { parseLine } from '../../../commands/parse.ts';
import { runCommand } from '../../../commands/run-command.ts';
import { settingsOf } from '../../../commands/settings.ts';
import { commandTable } from '../../../commands/table.ts';
import { readConfig } from '../../../src/config.ts';
import { UserError } from '../../../src/errors.ts';
import { moved } from '../../../src/repository/lifecycle.ts';
import type { Run } from '../../../src/runs/run.ts';
import { type Fixture, openFixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { GOOD, PLAN, QUESTION, SCAFFOLD } from '../../pipeline/programs.ts';

describe('/functions run', () => {
	let bot: Fixture;
	before(async () => {
		bot = await openFixture();
		await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] });
	});
	after(() => bot.close());

	const services = (): CommandServices => ({
		...bot.services,
		readDocument: bot.services.readDocumentAsOperator,
		sampleQuestions: [],
		settings: settingsOf(readConfig({})),
	});
	const type = (line: string, { isAdmin = true, workspaceId = WORKSPACE, conversation = line } = {}): Promise<Reply> => {
		const { command, options } = parseLine(line, commandTable);
		const user = { id: 'ada', name: 'Ada', isAdmin: async () => isAdmin };
		return runCommand(command, { workspaceId, conversation, user, options }, services());
	};
	const refuses = (line: string, code: string, message: RegExp, options?: Parameters<typeof type>[1]) =>
		assert.rejects(
			async () => type(line, options),
			(error) => error instanceof UserError && error.code === code && message.test(error.userMessage),
			line,
		);
	const recent = async (): Promise<Run | undefined> => (await bot.services.runs.recent(WORKSPACE, { limit: 1 }))[0];

	test('what cannot be called begins no run', async () => {
		const before = (await recent())?.id;
		const usage = /Usage: \/functions run \[--allow-writes\] \[--dry-run\] <name> \[<arguments>\]/;
		await refuses('/functions run', 'bad-input', usage);
		await refuses('/functions run countFilm x', 'not-found', /^There is no stored function named countFilm\. Did you mean countFilms\?/);
		await refuses('/functions run ../countFilms x', 'not-found', /no stored function named/);
		await refuses('/functions run countFilms x', 'not-found', /no stored function named/, { workspaceId: 'console:other' });
		const signature =
			/\nThe function: async function countFilms\(name: string\): Promise<number>\nFor example: \/functions run countFilms "name"$/;
		await refuses('/functions run countFilms', 'bad-input', /^`name` is missing\./);
		await refuses('/functions run countFilms', 'bad-input', signature);
		await refuses('/functions run countFilms name=a b', 'bad-input', /^`b` is one too many/);
		await refuses('/functions run --allow-writes countFilms x', 'not-allowed', /Only an admin/, { isAdmin: false });
		assert.equal((await recent())?.id, before);
	});

	test('anybody may call one, with words that need no quotes', async () => {
		assert.deepEqual(await type('/functions run countFilms Greta Gerwig', { isAdmin: false, conversation: 'here' }), []);
		const run = await recent();
		assert.partialDeepStrictEqual(run, {
			conversation: 'here',
			question: { text: '/functions run countFilms Greta Gerwig', askedBy: { id: 'ada', name: 'Ada' } },
			call: { name: 'countFilms', args: ['Greta Gerwig'] },
			status: 'answered',
			allowWrites: false,
		});
		const ending = await bot.services.runs.ending(run?.id ?? '');
		assert.equal(ending?.type === 'result' && ending.value, 4);
	});

	test('how writes go is said in front of the arguments, and is no part of what is asked again', async () => {
		await type('/functions run countFilms --dry-run “Greta Gerwig”');
		const run = await recent();
		assert.partialDeepStrictEqual(run, { dryRun: true, call: { args: ['Greta Gerwig'] } });
		assert.equal(run?.question.text, '/functions run countFilms “Greta Gerwig”');
	});

	test('what was asked can be asked again: a call from its line, a question as it is', async () => {
		const call = { name: 'countFilms', args: ['Greta Gerwig'] };
		const again = askedBy({ question: { text: '/functions run countFilms "Greta Gerwig"', askedBy: { id: 'a' }, earlier: [] }, call });
		assert.deepEqual(again.command.path, ['functions', 'run']);
		assert.deepEqual(again.options, { name: 'countFilms', arguments: '"Greta Gerwig"' });
		const question = askedBy({ question: { text: '/functions run x', askedBy: { id: 'a' }, earlier: [] } });
		assert.deepEqual([question.command.path, question.options], [['ask'], { question: '/functions run x' }]);
	});

	test('a function that is not offered is refused with its reason', async () => {
		const record = await bot.services.functions.get(WORKSPACE, 'countFilms');
		assert.ok(record);
		const because = { at: '2026-01-01T00:00:00.000Z', cause: 'drift', reason: 'the API has changed.' } as const;
		await bot.services.functions.change(WORKSPACE, record, (now) => moved(now, 'quarantined', because));
		const reason =
			/^`countFilms` is quarantined and not called any more: the API has changed\. An admin can check it with \/functions verify countFilms\.$/;
		await refuses('/functions run countFilms Greta Gerwig', 'not-allowed', reason);
		const { end } = await bot.ask(
			'/functions run countFilms x',
			{},
			{ call: { name: 'countFilms', args: ['x'] }, conversation: 'quarantined' },
		);
		assert.ok(end.type === 'failure' && end.code === 'not-allowed' && reason.test(end.message), JSON.stringify(end));
	});
});

test('commands that begin a run answer everybody, and say so', () => {
	const beginning = commandTable.filter(beginsRun);
	assert.deepEqual(
		beginning.map(({ path }) => path.join(' ')),
		['ask', 'functions run'],
	);
	for (const { audience, admin } of beginning) assert.deepEqual([audience, admin], ['everyone', false]);
});
