import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CommandServices, Reply, Request } from '../../commands/command.ts';
import { parseLine } from '../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../commands/run-command.ts';
import { settingsOf } from '../../commands/settings.ts';
import { commandTable } from '../../commands/table.ts';
import { readConfig } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { type Fixture, openFixture, WORKSPACE } from '../pipeline/fixture.ts';

describe('the commands', () => {
	let bot: Fixture;
	before(async () => {
		bot = await openFixture();
	});
	after(() => bot.close());

	const type = (line: string, { isAdmin = true, workspaceId = WORKSPACE } = {}): Promise<Reply> => {
		const { command, options } = parseLine(line, commandTable);
		return runCommand(command, requestOf(options, { isAdmin, workspaceId }), services());
	};
	const confirmation = async (line: string, { isAdmin = true } = {}) => {
		const { command, options } = parseLine(line, commandTable);
		const { question } = await confirmationOf(command, requestOf(options, { isAdmin }), services());
		return question;
	};
	const requestOf = (options: Request['options'], { isAdmin = true, workspaceId = WORKSPACE } = {}): Request => {
		return { workspaceId, conversation: 'thread', user: { id: 'ada', isAdmin: async () => isAdmin }, options };
	};
	const services = (): CommandServices => ({
		...bot.services,
		readDocument: bot.services.readDocumentAsOperator,
		sampleQuestions: ['Is it?'],
		settings: settingsOf(readConfig({})),
	});
	const shown = async (...args: Parameters<typeof type>) => JSON.stringify(await type(...args));
	const refuses = (line: string, code: string, message: RegExp, options?: Parameters<typeof type>[1]) =>
		assert.rejects(
			async () => type(line, options),
			(error) => error instanceof UserError && error.code === code && message.test(error.userMessage),
		);

	test('what is for admins is refused to others, on the server', async () => {
		const lines = ['/toolset add a b', '/toolset remove movies', '/functions forget countFilms', '/settings'];
		for (const line of [...lines, '/ask --allow-writes rate it']) await refuses(line, 'not-allowed', /admin/, { isAdmin: false });
		assert.match(await shown('/toolset list', { isAdmin: false }), /movies/);
	});

	test('whether somebody is an admin is asked only where it matters, each time anew', async () => {
		let asked = 0;
		const run = (line: string) => {
			const { command, options } = parseLine(line, commandTable);
			const user = { id: 'ada', isAdmin: async () => ++asked === 1 };
			return runCommand(command, { ...requestOf(options), user }, services());
		};
		await run('/functions list');
		assert.equal(asked, 0);
		await run('/settings');
		await assert.rejects(run('/settings'), { code: 'not-allowed' });
		assert.equal(asked, 2);
	});

	test('only what destroys something asks first, after roles and names', async () => {
		assert.equal(await confirmation('/functions list'), undefined);
		assert.equal(await confirmation('/toolset list'), undefined);
		await assert.rejects(confirmation('/functions forget countFilms', { isAdmin: false }), { code: 'not-allowed' });
		await assert.rejects(confirmation('/functions forget nope'), { code: 'not-found' });
	});

	test('what does not exist is named, with what does', async () => {
		await refuses('/toolset show nope', 'not-found', /no toolset named nope\. There are: movies\./);
		await refuses('/toolset remove nope', 'not-found', /nope/);
		await refuses('/functions show nope', 'not-found', /\/functions list/);
		await refuses('/functions forget nope', 'not-found', /nope/);
	});

	test('names that programs could not write are refused with one that they could', async () => {
		await refuses('/toolset add my-crm x.json', 'bad-input', /For example: myCrm/);
		await refuses('/toolset add await x.json', 'bad-input', /cannot name a toolset/);
	});

	test('toolsets are added from a file, listed, shown and removed', async () => {
		const file = path.join(bot.folder, 'pets.yaml');
		await writeFile(
			file,
			`openapi: 3.0.0
info: { title: Pets, version: '1' }
servers: [{ url: https://pets.example.com/v1 }]
paths:
  /pets: { get: { operationId: listPets, summary: List the pets of the shop, responses: { '200': { description: ok } } }, post: { operationId: addPet, responses: { '201': { description: ok } } } }
`,
		);
		assert.match(
			await shown(`/toolset add pets ${file}`),
			/Connected \*\*Pets\*\* as `pets`: 2 tools \(1 that write\)\. Calls go to https:\/\/pets\.example\.com\/v1/,
		);
		assert.match(await shown('/toolset list'), /"pets","Pets","2"/);
		assert.match(await shown('/toolset show pets'), /pets\.listPets\(\).*pets\.addPet\(\).*\/\/ write/);
		await refuses(`/toolset add pets ${file}`, 'bad-input', /already/);
		assert.match(await shown('/toolset list', { workspaceId: 'console:other' }), /No API is connected yet/);
		assert.match(await shown('/toolset remove pets'), /Disconnected/);
		assert.doesNotMatch(await shown('/toolset list'), /pets/);
	});

	test('a credential that the operator has not set is refused, named', async () => {
		await refuses('/toolset add films ./x.json --auth bearer:FILMS', 'not-found', /x\.json/);
		const file = path.join(bot.folder, 'secured.json');
		await writeFile(
			file,
			JSON.stringify({
				openapi: '3.1.0',
				info: { title: 'T', version: '1' },
				servers: [{ url: 'https://t.example.com' }],
				paths: { '/a': { get: { responses: {} } } },
			}),
		);
		await refuses(`/toolset add secured ${file} --auth bearer:FILMS`, 'configuration', /TOOLSET_SECRET_FILMS/);
		assert.doesNotMatch(await shown('/toolset list'), /secured/);
	});

	test('the runs of the caller are listed, newest first, each with its reference', async () => {
		assert.match(await shown('/runs'), /You have not asked anything yet/);
		const ask = async (text: string, id: string, dryRun = false) => {
			const { run, finished } = await bot.services.runs.submit({
				workspaceId: WORKSPACE,
				conversation: 'thread',
				text,
				askedBy: { id },
				allowWrites: false,
				dryRun,
			});
			await bot.services.runs.stop(run.id, 'the test');
			await finished;
			return run.id;
		};
		await ask('not mine', 'bob');
		const first = await ask('first', 'ada', true);
		const second = await ask(`second\nline ${'x'.repeat(100)}`, 'ada');
		const [table] = await type('/runs', { isAdmin: false });
		assert.ok(table?.kind === 'table');
		assert.deepEqual(
			table.rows.map(([, ...row]) => row),
			[
				[`second line ${'x'.repeat(67)}…`, 'stopped', second],
				['first', 'stopped (dry run)', first],
			],
		);
		assert.match(table.rows[0]?.[0] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
	});

	test('help names every command and the sample questions', async () => {
		const text = await shown('/help');
		for (const command of commandTable) assert.ok(text.includes(`/${command.path.join(' ')}`), command.path.join(' '));
		assert.match(text, /Is it\?/);
	});

	test('help explains a group, one command with what is given to it, and names what there is', async () => {
		const group = await shown('/help toolset');
		assert.match(group, /"\/toolset policy <name>/);
		assert.doesNotMatch(group, /\/functions|Is it\?|"option"/);
		const one = await shown('/help /Toolset  Policy');
		assert.match(one, /\["rule","run, ask, ask-twice, block or default"\]/);
		assert.doesNotMatch(one, /toolset refresh|yes/);
		assert.match(await shown('/help toolset add'), /\["--base-url",/);
		await refuses('/help tolset', 'bad-input', /There is no command \/tolset\. There are \/ask/);
		await refuses('/help toolset destroy', 'bad-input', /no command \/toolset destroy/);
	});
});
