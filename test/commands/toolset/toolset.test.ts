import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CommandServices, Request } from '../../../commands/command.ts';
import { parseLine } from '../../../commands/parse.ts';
import { confirmationOf, runCommand } from '../../../commands/run-command.ts';
import { settingsOf } from '../../../commands/settings.ts';
import { commandTable } from '../../../commands/table.ts';
import { readConfig } from '../../../src/config.ts';
import { moved } from '../../../src/repository/lifecycle.ts';
import { type Fixture, openFixture, WORKSPACE } from '../../pipeline/fixture.ts';
import { store } from '../../repository/stored-functions.ts';

const PETS = JSON.stringify({
	openapi: '3.1.0',
	info: { title: 'Pets', version: '1' },
	servers: [{ url: 'https://pets.example.com' }],
	paths: { '/pets': { get: { operationId: 'listPets', responses: {} } } },
});

describe('the commands for toolsets', () => {
	let bot: Fixture;
	before(async () => {
		bot = await openFixture({ environment: { TOOLSET_SECRET_PETS: 'hunter2hunter2', ENCRYPTION_KEY: 'k'.repeat(32) } });
		await writeFile(path.join(bot.folder, 'pets.json'), PETS);
		await say(`/toolset add pets ${path.join(bot.folder, 'pets.json')}`);
	});
	after(() => bot.close());

	const services = (): CommandServices => ({
		...bot.services,
		readDocument: bot.services.readDocumentAsOperator,
		sampleQuestions: [],
		settings: settingsOf(readConfig({})),
	});
	const requestOf = (options: Request['options'], isAdmin: boolean, workspaceId = WORKSPACE): Request => {
		return { workspaceId, conversation: 'thread', user: { id: 'ada', isAdmin: async () => isAdmin }, options };
	};
	const say = async (line: string, { isAdmin = true, workspaceId = WORKSPACE } = {}): Promise<string> => {
		const { command, options } = parseLine(line, commandTable);
		return JSON.stringify(await runCommand(command, requestOf(options, isAdmin, workspaceId), services()));
	};
	const confirmation = async (line: string, isAdmin = true) => {
		const { command, options } = parseLine(line, commandTable);
		const { question } = await confirmationOf(command, requestOf(options, isAdmin), services());
		return question;
	};
	const member = { isAdmin: false };

	test('a key in the address of a document is shown to nobody', async () => {
		const workspaceId = 'console:keys';
		const added = { workspaceId, addedAt: '2026-01-01', addedBy: 'ada' };
		await bot.services.catalogue.add(
			{ ...added, name: 'pets', source: 'https://pets.example.com/openapi.json?token=a-key-of-theirs' },
			PETS,
		);
		const listed = await say('/toolset list', { ...member, workspaceId });
		assert.match(listed, /https:\/\/pets\.example\.com\/openapi\.json\?…/);
		for (const shown of [listed, await say('/toolset show pets', { ...member, workspaceId })]) assert.doesNotMatch(shown, /a-key-of/);
	});

	test('a name that programs have another use for is refused, with one that goes', async () => {
		for (const name of ['human', 'answer', 'nextPage', 'console', 'undefined', 'arguments', 'parseInt', 'globalThis', 'await']) {
			await assert.rejects(
				say(`/toolset add ${name} example:movies`),
				{ code: 'bad-input', message: new RegExp(`For example: ${name}Api\\.`) },
				name,
			);
		}
		assert.deepEqual(
			(await bot.services.catalogue.list(WORKSPACE)).map(({ name }) => name),
			['movies', 'pets'],
		);
	});

	test('an example that does not exist, or is given a credential or a base URL, is refused', async () => {
		await assert.rejects(say('/toolset add films example:nope'), {
			code: 'not-found',
			message: /no example toolset named nope\. There is movies: /,
		});
		for (const option of ['--auth PETS', '--base-url https://pets.example.com']) {
			await assert.rejects(say(`/toolset add films example:movies ${option}`), {
				code: 'bad-input',
				message: /no base URL and no credential/,
			});
		}
		assert.doesNotMatch(await say('/toolset list'), /films/);
	});

	test('an example is added by its name, also in a chat', async () => {
		for (const workspaceId of [WORKSPACE, 'slack:T1']) {
			assert.match(await say('/toolset add films example:movies', { workspaceId }), /as `films`/);
			assert.match(await say('/toolset list', { workspaceId }), /"films",[^\]]*"none","example:movies"/);
			await say('/toolset remove films', { workspaceId });
		}
	});

	test('a credential that cannot be set is refused, and not repeated', async () => {
		await assert.rejects(say('/toolset auth pets bearer:PETS', member), { code: 'not-allowed' });
		await assert.rejects(say('/toolset auth nope bearer:PETS'), { code: 'not-found', message: /There are: movies, pets/ });
		await assert.rejects(say('/toolset auth pets bearer:OTHER'), { code: 'configuration', message: /TOOLSET_SECRET_OTHER is not set/ });
		await assert.rejects(say('/toolset auth pets bearer:*'), { code: 'bad-input' });
		await assert.rejects(say('/toolset auth pets sk-abc123DEF456'), (error: Error) => !error.message.includes('abc123'));
		assert.match(await say('/toolset show pets'), /Credential: none\./);
	});

	test('a credential is set by its variable, told without its value, and removed', async () => {
		assert.match(
			await say('/toolset auth pets'),
			/Credential of `pets`: none.*TOOLSET_SECRET_NAME.*auth pets bearer:NAME.*Never type a secret/s,
		);
		assert.match(await say('/toolset auth pets bearer:PETS'), /carry this credential now: bearer, from TOOLSET_SECRET_PETS\./);
		assert.match(await say('/toolset show pets', member), /Credential: bearer, from TOOLSET_SECRET_PETS\./);
		assert.match(await say('/toolset list', member), /"bearer, from TOOLSET_SECRET_PETS"/);
		for (const line of ['/toolset list', '/toolset show pets', '/toolset auth pets']) assert.doesNotMatch(await say(line), /hunter2/);
		assert.match(await say('/toolset auth pets None'), /no credential any more/);
		assert.match(await say('/toolset show pets'), /Credential: none\./);
	});

	test('one that was typed in is told as such, and its end is part of the question before a removal', async () => {
		await bot.services.catalogue.setCredential(WORKSPACE, 'pets', { form: 'header:X-Api-Key', secret: 'trustno1trustno1' });
		assert.match(await say('/toolset show pets', member), /Credential: header X-Api-Key, typed in\./);
		assert.match((await confirmation('/toolset remove pets')) ?? '', / Its credential is deleted with it\./);
		await say('/toolset auth pets none');
		assert.doesNotMatch((await confirmation('/toolset remove pets')) ?? '', /credential/);
	});

	test('in a chat the refusal of an operator secret says what the operator sets', async () => {
		const workspaceId = 'slack:T1';
		await say(`/toolset add pets ${path.join(bot.folder, 'pets.json')}`, { workspaceId });
		await assert.rejects(say('/toolset auth pets bearer:PETS', { workspaceId }), {
			code: 'configuration',
			message: /TOOLSET_SECRET_PETS_HOSTS=pets\.example\.com /,
		});
	});

	test('removing one asks first, and tells what goes with it', async () => {
		await assert.rejects(confirmation('/toolset remove nope'), { code: 'not-found' });
		await assert.rejects(confirmation('/toolset remove movies', false), { code: 'not-allowed' });
		const { functions, catalogue } = bot.services;
		const question = async () => (await confirmation('/toolset remove movies')) ?? '';
		assert.match(await question(), /^`movies` has \d+ tools \(\d+ that write\)\. No stored function calls it\.\nDisconnect it\?$/);
		const made = (name: string, tools: readonly string[], uses: readonly string[] = []) =>
			store(functions, `async function ${name}(): Promise<number> { return 1; }`, {
				workspaceId: WORKSPACE,
				hash: name,
				tools: tools.map((tool) => ({ tool, schemaHash: 'x' })),
				uses: uses.map((used) => ({ name: used, version: 1 })),
			});
		await made('findPerson', ['movies.searchPerson']);
		await made('other', ['movies2.searchPerson']);
		assert.match(await question(), /\. The stored function `findPerson` calls it and is not offered/);
		await made('report', [], ['countByPerson']);
		await made('countByPerson', [], ['findPerson']);
		assert.match(await question(), /3 stored functions call it and .*: `countByPerson`, `findPerson`, `report`\.\n/);
		const retired = { at: '2026-01-01T00:00:00.000Z', cause: 'cap', reason: 'there were too many' } as const;
		await functions.change(WORKSPACE, { name: 'countByPerson', version: 1 }, (record) => moved(record, 'retired', retired));
		assert.match(
			await question(),
			/2 stored functions call it and .*: `findPerson`, `report`\.\n/,
			'what is not offered anyway is not spoken of',
		);
		for (let count = 0; count < 10; count += 1) await made(`more${count}`, ['movies.searchPerson']);
		assert.match(await question(), /12 stored functions .* and 2 more\.\n/);
		assert.ok((await catalogue.list(WORKSPACE)).some(({ name }) => name === 'movies'));
	});
});
