import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Command, Request } from '../../../commands/command.ts';
import { functionsShow } from '../../../commands/functions/show.ts';
import { UserError } from '../../../src/errors.ts';
import { withFailure } from '../../../src/repository/lifecycle.ts';
import { createStanding } from '../../../src/repository/standing/standing.ts';
import { WORKSPACE } from '../../pipeline/fixture.ts';
import { QUESTION } from '../../pipeline/programs.ts';
import { type AdminWorld, openAdminWorld } from '../toolset/admin-world.ts';
import { learn, put } from './learned.ts';

describe('/functions show', () => {
	let world: AdminWorld;
	before(async () => {
		world = await openAdminWorld();
		await learn(world.bot);
	});
	after(() => world.close());

	test('an unknown name or version is refused with the nearest', async () => {
		await assert.rejects(world.say('/functions show countFilm'), {
			code: 'not-found',
			message: /no stored function named countFilm\. Did you mean countFilms\?/,
		});
		await assert.rejects(world.say('/functions show zebra'), {
			code: 'not-found',
			message: 'There is no stored function named zebra. /functions list shows all.',
		});
		await assert.rejects(world.say('/functions show countFilms --version 7'), {
			code: 'not-found',
			message: 'countFilms has no version 7. There is version 1.',
		});
		await assert.rejects(world.say('/functions show countFilms', { workspaceId: 'console:other' }), { code: 'not-found' });
	});

	test('says what it is, what it calls, what calls it, and where it is from', async () => {
		const shown = await world.say('/functions show countFilms', { isAdmin: false });
		assert.match(shown, /\*\*countFilms\*\* version 1: \*\*candidate\*\* since [\d-]+, because: worked in an answer/);
		assert.match(shown, /Calls: `movies\.getPersonCredits`, `findPersonId` \(version 1\)/);
		assert.match(shown, /Used once, 100 % with success, last [\d-]+\\n/);
		assert.match(shown, /From the answer of run `[0-9A-Z]{26}`/);
		assert.match(shown, /Verified by replaying 1 recorded use"/);
		assert.match(shown, /"columns":\["when \(UTC\)","state","because"\],"rows":\[\["[\d: -]+","candidate","worked in an answer[^"]*"\]\]/);
		assert.match(shown, /"kind":"code","language":"ts","code":"\/\*\* Counts the films/);
		assert.match(await world.say('/functions show findPersonId'), /Used by: `countFilms`/);
	});

	test('what was asked, given and found is shown to admins alone: it may have been so in private', async () => {
		const { functions } = world.bot.services;
		for (const run of ['1', '2']) {
			const use = { run, at: '2027-01-01T00:00:00.000Z', problem: 'nobody is called Sofia Coppola' };
			await functions.change(WORKSPACE, { name: 'findPersonId', version: 1 }, (record) => withFailure(record, use));
		}
		const failed = await world.say('/functions show findPersonId');
		assert.match(failed, /because: failed 2 times in a row: the last time: nobody is called Sofia Coppola\.\\n/);
		assert.match(failed, /"candidate → quarantined","failed 2 times in a row: the last time: nobody is called Sofia Coppola"/);
		const others = await world.say('/functions show findPersonId', { isAdmin: false });
		assert.match(others, /because: failed 2 times in a row\.\\n/);
		assert.ok(!others.includes('Sofia Coppola'), others);
		const toldAdmins = await world.say('/functions show countFilms');
		assert.ok(toldAdmins.includes(`Questions: \\"${QUESTION}\\"`));
		assert.match(toldAdmins, /Verified by replaying:\\n`countFilms\(\\"Sofia Coppola\\"\) → 8`/);
		const user = { id: 'ada', isAdmin: () => Promise.reject(new UserError('configuration', 'Nobody says who is an admin.')) };
		const request: Request = { workspaceId: WORKSPACE, conversation: 'thread', user, options: { name: 'countFilms' } };
		const services = { ...world.bot.services } as unknown as Parameters<Command['run']>[1];
		const unknown = JSON.stringify(await functionsShow.run(request, services));
		for (const reply of [await world.say('/functions show countFilms', { isAdmin: false }), unknown]) {
			assert.match(reply, /Calls: `movies/);
			assert.ok(!reply.includes('Questions') && !reply.includes('Sofia Coppola'), reply);
		}
	});

	test('of what is not offered it says why, and what can be done', async () => {
		const { functions } = world.bot.services;
		await createStanding(functions, world.bot.services.storage).recordFeedback(WORKSPACE, { name: 'countFilms', version: 1 }, 1);
		const shown = await world.say('/functions show countFilms');
		assert.match(shown, /\*\*quarantined\*\* since [\d-]+, because: somebody disliked an answer of it\./);
		assert.match(shown, /If it was right after all, `\/functions verify countFilms`/);
		assert.match(shown, /; disliked once/);
		assert.match(shown, /"candidate → quarantined","somebody disliked an answer of it"\]/);
		await put(world.bot, 'old', { state: 'retired' });
		assert.match(await world.say('/functions show old'), /`\/functions restore old`.*Functions that use it go on/);
	});

	test('of what waits for a function that it uses, it says for which', async () => {
		const uses = [
			{ name: 'old', version: 1 },
			{ name: 'deleted', version: 1 },
		];
		await put(world.bot, 'user', { state: 'trusted', uses });
		assert.match(
			await world.say('/functions show user'),
			/It is not offered, because of what it uses: `deleted`\./,
			'others stay usable when they are retired',
		);
		await world.say('/functions forget old');
		assert.match(await world.say('/functions show user'), /because of what it uses: `old`, `deleted`\. `\/functions show`/);
		await put(world.bot, 'indirect', { uses: [{ name: 'user', version: 1 }] });
		assert.match(await world.say('/functions show indirect'), /because of what it uses: `user`\./);
	});

	test('versions are listed beside one another, each to be shown', async () => {
		await put(world.bot, 'two', { state: 'trusted' });
		await put(world.bot, 'two', { state: 'quarantined' });
		const shown = await world.say('/functions show two');
		assert.match(shown, /\*\*two\*\* version 1/);
		assert.match(shown, /\[\["2","quarantined","2026-02-03","the test wants it so"\],\["1","trusted"/);
		assert.match(await world.say('/functions show two --version 2'), /\*\*two\*\* version 2/);
		await put(world.bot, 'two', { state: 'retired' });
		assert.match(await world.say('/functions show two --version 3'), /`\/functions restore two --version 3`/);
	});

	test('people are named where the platform can', async () => {
		await world.say('/functions forget two');
		const request: Request = {
			workspaceId: WORKSPACE,
			conversation: 'thread',
			user: { id: 'bob', isAdmin: async () => false },
			options: { name: 'two' },
		};
		const services = { ...world.bot.services, nameOf: async (_: string, id: string) => `Name of ${id}` } as unknown as Parameters<
			Command['run']
		>[1];
		assert.match(JSON.stringify(await functionsShow.run(request, services)), /"forgotten by an admin","Name of ada"\]/);
		assert.match(await world.say('/functions show two'), /"forgotten by an admin","ada"\]/);
	});
});
