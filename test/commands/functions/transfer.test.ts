import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Reply } from '../../../commands/command.ts';
import { QUESTION } from '../../pipeline/programs.ts';
import { type AdminWorld, openAdminWorld } from '../toolset/admin-world.ts';
import { connectFilms, learn, put } from './learned.ts';

const OTHER = { workspaceId: 'console:other' };

describe('/functions export and import', () => {
	let world: AdminWorld;
	beforeEach(async () => {
		world = await openAdminWorld();
	});
	afterEach(() => world.close());

	const fileOf = (reply: string) => {
		const file = (JSON.parse(reply) as Reply).find((block) => block.kind === 'file');
		return file?.kind === 'file' ? file : assert.fail(reply);
	};
	const saved = async (content: string) => {
		const file = path.join(world.bot.folder, 'functions.json');
		await writeFile(file, content);
		return file;
	};

	test('there is nothing to export where nothing is stored, or nothing that could be verified elsewhere', async () => {
		assert.equal((await world.ask('/functions export')).question, undefined);
		assert.match(await world.say('/functions export'), /No function is stored that could be exported/);
		await put(world.bot, 'f');
		await assert.rejects(world.say('/functions export f'), {
			code: 'not-found',
			message: 'Nothing can be exported: f has no recorded calls to verify it with.',
		});
	});

	test('an export asks, and is a file with the workspace and the day in its name', async () => {
		await learn(world.bot);
		assert.equal(
			(await world.ask('/functions export')).question,
			'The file holds 2 functions and 3 recorded responses of your APIs, which may be confidential. Questions and people are not in it.\nExport it?',
		);
		await put(world.bot, 'unproved');
		const reply = await world.agree('/functions export');
		assert.match(
			reply,
			/Exported 2 functions with 3 recorded responses.*Left out: `unproved` \(has no recorded calls to verify it with\)\./,
		);
		const { name, mediaType, content } = fileOf(reply);
		assert.match(name, /^functions-console-test-\d{4}-\d\d-\d\d\.json$/);
		assert.equal(mediaType, 'application/json');
		assert.ok(!content.includes(QUESTION));
		assert.equal(JSON.parse(fileOf(await world.say('/functions export findPersonId')).content).functions.length, 1);
		assert.equal(JSON.parse(fileOf(await world.say('/functions export countFilms')).content).functions.length, 2, 'with what it uses');
	});

	test('what cannot be imported is refused before anybody is asked', async () => {
		const file = await saved('{"functions":[]}');
		for (const done of [world.ask, world.say]) {
			await assert.rejects(done(`/functions import ${file}`), { code: 'document', message: /is no export of functions/ });
			await assert.rejects(done('/functions import mcp:files'), { code: 'bad-input' });
			await assert.rejects(done('/functions import kept:0123456789'), { code: 'not-found', message: /no longer kept/ });
			await assert.rejects(done('/functions import ./nothing.json'), { code: 'not-found' });
		}
	});

	test('a yes imports the file that was asked about, whatever is there by then', async () => {
		await learn(world.bot);
		await connectFilms(world.bot, OTHER.workspaceId);
		const file = await saved(fileOf(await world.say('/functions export')).content);
		const { question, options } = await world.ask(`/functions import ${file}`, OTHER);
		assert.match(
			question ?? '',
			/^The file has 2 functions of the workspace `console:test`, exported [\d-]+: `findPersonId`, `countFilms`\. .*\nImport them\?$/s,
		);
		await writeFile(file, '{}');
		const reply = await world.say(`/functions import ${options?.source}`, OTHER);
		assert.match(reply, /2 functions of `console:test`: 2 were verified here and are offered as candidates\./);
		assert.match(reply, /\[\["findPersonId","1","candidate"\],\["countFilms","1","candidate"\]\]/);
		await assert.rejects(world.say(`/functions import ${options?.source}`, OTHER), /no longer kept/);
		assert.match(await world.say('/functions show countFilms', OTHER), /Imported from `console:test` by ada/);
	});

	test('what does not pass comes back when what it calls is connected', async () => {
		await learn(world.bot);
		const file = await saved(fileOf(await world.say('/functions export')).content);
		const reply = await world.agree(`/functions import ${file}`, OTHER);
		assert.match(
			reply,
			/2 do not pass verification here and are quarantined\..*"quarantined: calls `movies`, which is not connected or does not load".*`\/functions verify`/,
		);
		assert.match(await world.say('/functions verify', OTHER), /2 could not be verified/);
		await connectFilms(world.bot, OTHER.workspaceId);
		assert.match(await world.say('/functions verify', OTHER), /Looked at 2 functions: 2 pass, and are offered again\./);
		assert.match(await world.agree(`/functions import ${file}`, OTHER), /2 were here already\..*"here already, candidate"/);
	});
});
