import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createStanding } from '../../src/repository/standing/standing.ts';
import { type AskOptions, type Fixture, openFixture, type Script, WORKSPACE } from './fixture.ts';
import { GOOD, PLAN, program, QUESTION, SCAFFOLD } from './programs.ts';

const plain = { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] };
const reuse = (name: string) => `const count = await countFilms('${name}');\nreturn answer(\`${name} directed \${count} films.\`, count);`;
/** Answers in another way, by a function of another name. */
const other = (body: string, name = 'Greta Gerwig'): Script => {
	const named = (code: string) => code.replaceAll('countFilms', 'numberOfFilms').replaceAll('Sofia Coppola', name);
	return { scaffold: [named(SCAFFOLD)], plan: [named(PLAN)], implement: [named(program(body))] };
};
const OTHERWISE = `  const [person] = (await movies.searchPerson({ query: name })).results;
  if (!person) throw new Error('nobody');
  let count = 0;
  for (const { job } of (await movies.getPersonCredits({ person_id: person.id })).crew) if (job === 'Director') count += 1;
  return count;`;

describe('what a stored function gave', () => {
	let bot: Fixture;
	// Each test begins with a candidate that answered one question.
	before(async () => {
		bot = await openFixture();
	});
	after(() => bot.close());

	let threads = 0;
	const ask = (question: string, script: Script, options: AskOptions = {}) =>
		bot.ask(question, script, { conversation: `thread ${++threads}`, ...options });
	const begin = async () => {
		for (const record of await bot.services.functions.list(WORKSPACE)) await bot.services.functions.delete(WORKSPACE, record);
		return ask(QUESTION, plain);
	};
	const trust = async () => {
		await begin();
		const asked = await ask('How many films did Greta Gerwig direct?', { scaffold: [reuse('Greta Gerwig')] });
		assert.equal((await standing()).state, 'trusted');
		return asked;
	};
	const standing = async (name = 'countFilms') => {
		const record = await bot.services.functions.get(WORKSPACE, name);
		assert.ok(record);
		const { state, history, statistics } = record;
		return { state, cause: history.at(-1)?.cause, reason: history.at(-1)?.reason, failed: statistics.failed };
	};

	describe('and a person had worked out again', () => {
		test('is worked out without it, and the function has its standing back when the answer is the same', async () => {
			const answered = await trust();
			const asked = await ask('How many films did Greta Gerwig direct?', other(OTHERWISE), {
				retryOf: answered.run,
			});
			assert.equal(asked.end.type === 'result' && asked.end.value, 4, JSON.stringify(asked.end));
			assert.doesNotMatch(asked.requests.map(({ messages }) => messages.at(-1)?.content).join('\n'), /countFilms\(/);
			assert.deepEqual(await standing(), {
				state: 'trusted',
				cause: 'verified',
				reason: 'another program gave the same answer',
				failed: 0,
			});
		});

		test('costs it a step when no other answer comes, and quarantines it when another one does', async () => {
			const answered = await trust();
			const failed = await ask(
				'How many films did Greta Gerwig direct?',
				{ scaffold: ['no'], plan: ['no'], implement: ['no ('] },
				{ retryOf: answered.run },
			);
			assert.equal(failed.end.type, 'failure');
			assert.deepEqual(await standing(), {
				state: 'candidate',
				cause: 'retry',
				reason: 'somebody had its answer worked out again',
				failed: 0,
			});
			await ask('How many films did Greta Gerwig direct?', other('  return (await movies.searchPerson({ query: name })).total_results;'), {
				retryOf: answered.run,
			});
			assert.deepEqual(await standing(), {
				state: 'quarantined',
				cause: 'retry',
				reason: 'another program gave another answer',
				failed: 0,
			});
		});

		test('costs it nothing in a dry run, and it is not offered there either', async () => {
			const answered = await trust();
			const asked = await ask('How many films did Greta Gerwig direct?', other(OTHERWISE), { retryOf: answered.run, dryRun: true });
			assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
			assert.doesNotMatch(asked.requests.map(({ messages }) => messages.at(-1)?.content).join('\n'), /countFilms\(/);
			assert.equal((await standing()).state, 'trusted');
			assert.equal((await bot.services.functions.list(WORKSPACE)).length, 1);
		});

		test('says nothing of functions that only helped', async () => {
			await begin();
			const twice = `async function twice(name: string): Promise<number> { return 2 * (await countFilms(name)); }
const n = await twice('Greta Gerwig');
return answer(\`\${n}\`, n);`;
			const answered = await ask('Twice as many films as Greta Gerwig directed?', {
				scaffold: [twice.replace(/\{ return.*\}/, '{}')],
				plan: ['async function twice(name: string) {\n  // 1. Count.\n  const n = await countFilms(name);\n}'],
				implement: [twice],
			});
			assert.equal(answered.end.type === 'result' && answered.end.value, 8, JSON.stringify(answered.end));
			await ask(
				'Twice as many films as Greta Gerwig directed?',
				other('  return (await movies.searchPerson({ query: name })).total_results;'),
				{
					retryOf: answered.run,
				},
			);
			assert.equal((await standing('twice')).state, 'quarantined');
			assert.equal((await standing()).state, 'trusted');
		});
	});

	test('and a person disliked quarantines it: the next question goes another way', async () => {
		const answered = await trust();
		const feedback = createStanding(bot.services.functions, bot.services.storage);
		const keys = await feedback.answeredBy(answered.run, WORKSPACE);
		assert.deepEqual(
			keys.map(({ name }) => name),
			['countFilms'],
		);
		for (const key of keys) await feedback.recordFeedback(WORKSPACE, key, 1);
		const asked = await ask(QUESTION, plain);
		assert.deepEqual(asked.types().slice(0, 2), ['scaffold', 'plan']);
		assert.deepEqual([(await standing()).state, (await standing()).cause], ['quarantined', 'feedback']);
	});

	describe('was nothing', () => {
		const question = 'How many films did Nobody At All direct?';
		const nobody = (body: string): Script => {
			const { scaffold = [], ...rest } = other(body, 'Nobody At All');
			return { ...rest, scaffold: [reuse('Nobody At All'), ...scaffold] };
		};

		test('and another program finds nothing either: it was right', async () => {
			await begin();
			const asked = await ask(question, { ...nobody(OTHERWISE), reflect: Array(3).fill(other(OTHERWISE, 'Nobody At All').implement?.[0]) });
			assert.equal(asked.end.type, 'failure');
			assert.equal((await standing()).failed, 0);
		});

		test('and another program finds something: it failed', async () => {
			await begin();
			for (const failed of [1, 2]) {
				const asked = await ask(question, nobody('  return name.length;'));
				assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
				assert.equal((await standing()).failed, failed);
			}
			assert.deepEqual(await standing(), {
				state: 'quarantined',
				cause: 'failures',
				reason: 'failed 2 times in a row',
				failed: 2,
			});
		});
	});

	test('after two failures is a draft for whoever needs it: the next program is its next version', async () => {
		await begin();
		const careless = `async function countFilms(name: string): Promise<number> { return (await movies.getPersonCredits({ person_id: (await movies.searchPerson({ query: name })).results[0].id })).crew.length; }`;
		const first = await bot.services.functions.get(WORKSPACE, 'countFilms');
		assert.ok(first);
		await bot.services.functions.change(WORKSPACE, first, (record) => ({
			...record,
			state: 'quarantined',
			source: careless,
			history: [
				...record.history,
				{ at: record.createdAt, from: 'candidate', to: 'quarantined', cause: 'failures', reason: 'failed twice' },
			],
		}));
		const asked = await ask(QUESTION, { ...plain, implement: [GOOD.replace('nobody is called', 'there is no')] });
		const promptOf = (stage: string) => asked.requests.find((request) => request.stage === stage)?.messages.at(-1)?.content ?? '';
		assert.match(promptOf('scaffold'), /written anew[^\n]*\n.*\nasync function countFilms\(name: string\)/);
		assert.match(promptOf('implement'), /worked until an API changed[^\n]*\n```ts\n\n\/\/ failed twice\nasync function countFilms/);
		assert.deepEqual(
			(await bot.services.functions.versions(WORKSPACE, 'countFilms')).map(({ version, state }) => [version, state]),
			[
				[first.version + 1, 'candidate'],
				[first.version, 'quarantined'],
			],
		);
		const again = await ask('How many films did Greta Gerwig direct?', { scaffold: [reuse('Greta Gerwig')] });
		assert.deepEqual([again.end.type, again.end.totals.modelCalls], ['result', 1]);
		assert.equal((await standing()).state, 'trusted');
	});
});
