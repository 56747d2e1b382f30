import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { firstState } from '../../../src/repository/lifecycle.ts';
import { createStanding } from '../../../src/repository/standing/standing.ts';
import { type Script, WORKSPACE } from '../../pipeline/fixture.ts';
import { GOOD, PLAN, QUESTION, SCAFFOLD } from '../../pipeline/programs.ts';
import { type AdminWorld, openAdminWorld } from '../toolset/admin-world.ts';
import { learn, put } from './learned.ts';

/** Users with an age, unless another field has it. */
function usersWith(field: string): JsonObject {
	const properties = { name: { type: 'string' }, [field]: { type: 'integer' } };
	const schema = { type: 'array', items: { type: 'object', properties, required: ['name', field] } };
	const ok = { description: 'ok', content: { 'application/json': { schema } } };
	const paths = { '/users': { get: { operationId: 'listUsers', responses: { 200: ok } } } };
	return { openapi: '3.1.0', info: { title: 'Customers', version: '1' }, paths };
}

const SUM = `/** Adds the ages of all users. */
async function sumAges(): Promise<number> {
  const users = await crm.listUsers();
  return users.reduce((sum, user) => sum + user.age, 0);
}`;

const REUSE = "return answer('Films', await countFilms('Sofia Coppola'));";

describe('what admins decide about functions', () => {
	let world: AdminWorld;
	beforeEach(async () => {
		world = await openAdminWorld(() => [200, [{ name: 'Ada', age: 36 }]]);
	});
	afterEach(() => world.close());

	const state = async (name: string, version?: number) => (await world.bot.services.functions.get(WORKSPACE, name, version))?.state;
	const last = async (name: string) => (await world.bot.services.functions.get(WORKSPACE, name))?.history.at(-1);
	const dislike = (name: string) =>
		createStanding(world.bot.services.functions, world.bot.services.storage).recordFeedback(WORKSPACE, { name, version: 1 }, 1);
	/** What a question is told of stored functions. */
	const offered = async (script: Script) => {
		const { requests } = await world.bot.ask(QUESTION, script);
		return JSON.stringify(requests[0]?.messages);
	};
	/** Connects users, and has an answer add their ages. */
	const learnSum = async () => {
		world.publish(usersWith('age'));
		await world.say(`/toolset add crm ${world.api.origin}/openapi.json`);
		const program = `${SUM}\nconst sum = await sumAges();\nreturn answer('All ages', sum);`;
		const { end } = await world.bot.ask('How old are they together?', {
			scaffold: ['/** Adds. */\nasync function sumAges(): Promise<number> {}\nreturn await sumAges();'],
			plan: ['const users = await crm.listUsers();'],
			implement: [program],
		});
		assert.equal(end.type, 'result', JSON.stringify(end));
		assert.equal(await state('sumAges'), 'candidate');
	};

	test('is for admins alone, and about what there is', async () => {
		for (const command of ['verify f', 'promote f', 'forget f', 'restore f', 'export', 'import x.json']) {
			await assert.rejects(world.say(`/functions ${command}`, { isAdmin: false }), { code: 'not-allowed', message: /Only an admin/ });
			await assert.rejects(world.ask(`/functions ${command}`, { isAdmin: false }), { code: 'not-allowed' });
		}
		for (const command of ['verify f', 'promote f', 'forget f', 'restore f', 'export f']) {
			await assert.rejects(world.say(`/functions ${command}`), { code: 'not-found' }, command);
		}
	});

	describe('forget', () => {
		test('asks, and says what follows; what was forgotten is offered to nothing and nobody', async () => {
			await learn(world.bot);
			assert.match(await offered({ scaffold: [REUSE] }), /countFilms/);
			assert.equal(
				(await world.ask('/functions forget findPersonId')).question,
				'`countFilms` calls `findPersonId` and could not be reused until that is restored.\n`findPersonId` would be offered no more, until `/functions restore findPersonId` brings it back.\nForget the function `findPersonId`?',
			);
			assert.match(
				await world.agree('/functions forget findPersonId'),
				/Forgot `findPersonId`\. `countFilms` calls it and cannot be reused until/,
			);
			assert.deepEqual([await state('findPersonId'), (await last('findPersonId'))?.by], ['retired', 'ada']);
			// The one cannot run without the other.
			assert.doesNotMatch(await offered({ scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] }), /countFilms|findPersonId/);
			assert.equal(await state('findPersonId'), 'retired', 'no answer overrules it');
			assert.equal((await world.ask('/functions forget findPersonId')).question, undefined);
			assert.match(await world.say('/functions forget findPersonId'), /forgotten already/);
		});

		test('for good deletes all versions and what they were verified with', async () => {
			await learn(world.bot);
			await put(world.bot, 'findPersonId', { state: 'retired' });
			const [record] = await world.bot.services.functions.versions(WORKSPACE, 'findPersonId');
			assert.ok(record);
			assert.equal(
				(await world.ask('/functions forget findPersonId --for-good')).question,
				'`countFilms` calls `findPersonId` and could not be reused any more.\nNothing could restore it.\nDelete all 2 versions of the function `findPersonId` for good?',
			);
			assert.match(
				await world.agree('/functions forget findPersonId --for-good'),
				/Deleted `findPersonId` for good\. `countFilms` calls it/,
			);
			assert.deepEqual(await world.bot.services.functions.versions(WORKSPACE, 'findPersonId'), []);
			assert.deepEqual(await world.bot.services.functions.examples(record), []);
			await assert.rejects(world.say('/functions restore findPersonId'), { code: 'not-found' });
		});
	});

	describe('restore', () => {
		test('refuses what is not retired, and what does not pass any more', async () => {
			await learn(world.bot);
			await assert.rejects(world.say('/functions restore countFilms'), {
				code: 'bad-input',
				message: /not retired: it is a candidate\. There is nothing to restore\./,
			});
			await world.say('/functions forget countFilms');
			await world.say('/functions forget findPersonId');
			await assert.rejects(world.say('/functions restore countFilms'), {
				code: 'not-allowed',
				message: /uses a function .*`findPersonId`/,
			});
			await world.bot.services.catalogue.remove(WORKSPACE, 'movies');
			await assert.rejects(world.say('/functions restore findPersonId'), { message: /`movies`, which is not connected/ });
			assert.equal(await state('findPersonId'), 'retired');
		});

		test('has a function back as a candidate, and what uses it with it', async () => {
			await learn(world.bot);
			await world.say('/functions forget findPersonId');
			assert.match(
				await world.say('/functions restore findPersonId'),
				/Restored `findPersonId`: it was verified, and is a candidate again\./,
			);
			assert.deepEqual([(await last('findPersonId'))?.cause, (await last('findPersonId'))?.by], ['restored', 'ada']);
			assert.match(await offered({ scaffold: [REUSE] }), /countFilms/);
		});

		test('takes the newest version, and names the others', async () => {
			await put(world.bot, 'f', { state: 'retired' });
			await put(world.bot, 'f', { state: 'retired', hash: 'another' });
			assert.match(await world.say('/functions restore f'), /Restored `f version 2`.*Version 1 stays retired: --version 1 restores it\./);
			assert.deepEqual([await state('f', 1), await state('f', 2)], ['retired', 'candidate']);
			await world.say('/functions restore f --version 1');
			assert.equal(await state('f', 1), 'candidate');
		});
	});

	describe('verify', () => {
		test('quarantines what does not fit its API any more, and has it back when it does', async () => {
			await learnSum();
			await learn(world.bot);
			assert.match(await world.say('/functions verify'), /Looked at 3 functions: 3 pass\./);
			await world.say('/toolset remove crm');
			assert.match(
				await world.say('/functions verify'),
				/2 pass; 1 could not be verified.*"sumAges v1","could not be verified: calls `crm`, which is not connected.*`\/toolset list`/,
			);
			assert.equal(await state('sumAges'), 'candidate', 'what cannot be looked at is not broken');
			world.publish(usersWith('years'));
			await world.say(`/toolset add crm ${world.api.origin}/openapi.json`);
			assert.match(
				await world.say('/functions verify'),
				/2 pass; 1 does not pass, and is quarantined\..*"sumAges v1","does not pass, and is quarantined: line \d: Property 'age'/,
			);
			assert.deepEqual(
				[await state('sumAges'), (await last('sumAges'))?.cause, (await last('sumAges'))?.by],
				['quarantined', 'drift', 'ada'],
			);
			await world.say('/toolset remove crm');
			world.publish(usersWith('age'));
			await world.say(`/toolset add crm ${world.api.origin}/openapi.json`);
			assert.match(await world.say('/functions verify'), /1 passes, and is offered again/);
			assert.equal(await state('sumAges'), 'candidate');
		});

		test('of all leaves what people said alone; of one overrules it', async () => {
			await learn(world.bot);
			await dislike('findPersonId');
			const all = await world.say('/functions verify');
			assert.match(all, /"findPersonId v1","passes, and stays quarantined: somebody disliked an answer of it"/);
			assert.doesNotMatch(all, /countFilms/, 'what uses it goes on doing so');
			assert.match(
				await world.say('/functions verify findPersonId'),
				/`findPersonId` passes, and is offered again: .* gave the results of 1 recorded use again\. It is a candidate\./,
			);
		});

		test('goes on behind a function, and takes no retired one', async () => {
			await learn(world.bot);
			await put(world.bot, 'old', { state: 'retired' });
			assert.match(await world.say('/functions verify --after findPersonId@1'), /Looked at 1 function: 1 passes\./);
			assert.match(await world.say('/functions verify --after countFilms@1'), /no function to verify/);
			await assert.rejects(world.say('/functions verify old'), { code: 'not-allowed', message: /retired\. \/functions restore old/ });
		});

		test('quarantines what gives another result, and no change of an API has that back', async () => {
			await learn(world.bot);
			const { functions } = world.bot.services;
			const source = (await functions.get(WORKSPACE, 'findPersonId'))?.source.replace('return person.id', 'return 7');
			await functions.change(WORKSPACE, { name: 'findPersonId', version: 1 }, (record) => ({ ...record, source: source ?? '' }));
			assert.match(
				await world.say('/functions verify findPersonId'),
				/does not pass, and is quarantined: findPersonId\(.*gives another result/,
			);
			assert.equal((await last('findPersonId'))?.cause, 'failures');
		});
	});

	describe('promote', () => {
		test('trusts what passes, by an admin’s word', async () => {
			await learn(world.bot);
			await dislike('countFilms');
			assert.match(await world.say('/functions promote countFilms'), /`countFilms` was verified and is trusted\./);
			const { cause, by, from } = (await last('countFilms')) ?? {};
			assert.deepEqual([await state('countFilms'), cause, by, from], ['trusted', 'promoted', 'ada', 'quarantined']);
			assert.match(await world.say('/functions promote countFilms'), /trusted already/);
		});

		test('refuses what is retired or does not pass, and changes nothing then', async () => {
			await learnSum();
			await put(world.bot, 'old', { state: 'retired' });
			await assert.rejects(world.say('/functions promote old'), { code: 'not-allowed', message: /Restore it first/ });
			await world.say('/toolset remove crm');
			world.publish(usersWith('years'));
			await world.say(`/toolset add crm ${world.api.origin}/openapi.json`);
			await assert.rejects(world.say('/functions promote sumAges'), {
				code: 'not-allowed',
				message: /Property 'age'.* It stays a candidate\./,
			});
			assert.equal(await state('sumAges'), 'candidate');
		});

		test('retires the older version that it replaces', async () => {
			await learn(world.bot);
			// Enough for nobody to call it chance that both give the same.
			for (const name of ['Greta Gerwig', 'Jane Campion']) {
				const { end } = await world.bot.ask(`How many films did ${name} direct?`, { scaffold: [REUSE.replace('Sofia Coppola', name)] });
				assert.equal(end.type, 'result', JSON.stringify(end));
			}
			const { functions } = world.bot.services;
			const [first] = await functions.versions(WORKSPACE, 'findPersonId');
			assert.ok(first);
			const examples = await functions.examples(first);
			const source = first.source.replace('const person = people.results[0];', 'const [person] = people.results;');
			const digests = examples.map((example, at) => ({ digest: first.examples[at] ?? assert.fail(), example }));
			const { version, examples: _, ...rest } = first;
			const asNew = firstState('candidate', { at: first.createdAt, cause: 'use', reason: 'the test wants it so' });
			await functions.add({ ...rest, ...asNew, source, hash: 'another' }, digests);
			assert.match(
				await world.say('/functions promote findPersonId --version 2'),
				/`findPersonId version 2` was verified and is trusted\. Version 1, which it replaces, is retired\./,
			);
			assert.equal(await state('findPersonId', 1), 'retired');
			assert.match(await world.say('/functions verify countFilms'), /`countFilms` passes:/, 'what uses the older one goes on doing so');
		});
	});
});
