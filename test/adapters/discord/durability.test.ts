import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, visibleText } from '../../simulators/discord/discord.ts';
import type { Answer, Stage } from '../../simulators/model-server.ts';
import { type DiscordWorld, openDiscordWorld } from './bot-process.ts';
import {
	answered,
	becomes,
	commanded,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	heard,
	postsIn,
	press,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	seenTimes,
	shownIn,
} from './people-see.ts';

const POST = 'POST /channels/:id/messages';
const THREADS = 'POST /channels/:id/messages/:mid/threads';
const RESPONSE = 'PATCH /webhooks/:app/:token/messages/@original';

/** What stands in a place more than once, by the words people read. */
function repeated(discord: Discord, place: string): string[] {
	const shown = shownIn(discord, place);
	return shown.filter((text, index) => shown.indexOf(text) !== index);
}

function called(discord: Discord, route: string): number {
	return discord.calls.filter((call) => `${call.method} ${call.route}` === route).length;
}

/** Resolves once each of these places has its answer. */
async function allAnswered(discord: Discord, places: readonly string[]): Promise<void> {
	await discord.until(() => places.every((place) => countOf(discord, place, SAMPLE_ANSWER) > 0), 60_000);
	for (const place of places) {
		assert.deepEqual(repeated(discord, place), []);
		assert.equal(countOf(discord, place, SAMPLE_ANSWER), 1);
	}
}

/** Messages with which the bot shows in a channel what was asked with a command. */
function questionsIn(discord: Discord, channel: string) {
	return postsIn(discord, channel).filter((message) => visibleText(message).includes('asks:'));
}

/** The scripted model, which holds its reply of a stage back until `release`. */
function heldModel(held: Stage): { readonly answer: Answer; readonly reached: Promise<void>; release(): void } {
	const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const answer: Answer = async (stage) => {
		if (stage === held) {
			reached.resolve();
			await released.promise;
		}
		return PROGRAMS[stage];
	};
	return { answer, reached: reached.promise, release: () => released.resolve() };
}

/** Not slowed down by how many messages a channel takes: some of these channels get several answers. */
function open(context: TestContext): Promise<DiscordWorld> {
	return openDiscordWorld(context, {}, { messagesPer5s: 50 });
}

async function connectMovies(discord: Discord): Promise<void> {
	const admin = discord.person('alex', { admin: true });
	await commanded(discord, admin, 'toolset add', { name: 'movies', source: 'example:movies' }, /Connected/);
}

describe('a process that is killed', { concurrency: 3 }, () => {
	for (const stage of ['scaffold', 'plan', 'implement'] as const) {
		test(`while the model is asked for the ${stage} leaves its question to the next start, and nothing appears twice`, async (context) => {
			const model = heldModel(stage);
			const environment = await modelEnvironment(context, model.answer);
			const { discord, start } = await open(context);
			const [first] = await start(environment);
			await connectMovies(discord);
			const { id: place } = await discord.person('dana').say('films', SAMPLE, { mention: 'user' });
			await model.reached;
			await first?.end('SIGKILL');
			model.release();
			await start(environment);
			await seen(discord, place, SAMPLE_ANSWER);
			const shown = shownIn(discord, place);
			assert.equal(shown.length, 3, shown.join('\n---\n'));
			for (const [index, part] of [/Scaffold/, /Plan/, SAMPLE_ANSWER].entries()) assert.match(shown[index] ?? '', part);
			assert.equal(discord.threads('films').length, 1);
		});
	}

	test('right after it was told of messages has lost none', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const asked = await Promise.all(Array.from({ length: 10 }, (_, index) => dana.say(`films-${index}`, SAMPLE, { mention: 'user' })));
		await first?.end('SIGKILL');
		await start();
		await allAnswered(
			discord,
			asked.map(({ id }) => id),
		);
	});

	test('right after it acknowledged commands has lost none', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const channels = Array.from({ length: 10 }, (_, index) => `films-${index}`);
		await Promise.all(channels.map((channel) => dana.command('ask', { question: SAMPLE }, channel)));
		await first?.end('SIGKILL');
		await start();
		await discord.until(() => channels.every((channel) => questionsIn(discord, channel).length === 1));
		await allAnswered(
			discord,
			channels.flatMap((channel) => questionsIn(discord, channel).map(({ id }) => id)),
		);
		for (const channel of channels) assert.equal(postsIn(discord, channel).length, 1, shownIn(discord, channel).join('\n---\n'));
	});

	for (const [what, route, fault] of [
		['before the question of a command is shown', RESPONSE, { delayMs: 60_000 }],
		['before it knows that the question of a command is shown', RESPONSE, { drop: 'after' }],
		['before its thread is made', THREADS, { delayMs: 60_000 }],
		['before it knows that its thread is made', THREADS, { drop: 'after' }],
		['between marking a message and sending it', POST, { delayMs: 60_000 }],
		['before it knows that a message is posted', POST, { drop: 'after' }],
	] as const) {
		test(`${what} shows everything once`, async (context) => {
			const { discord, start } = await open(context);
			const [first] = await start();
			discord.faults.next(route, fault, 1000);
			await discord.person('dana').command('ask', { question: SAMPLE }, 'films');
			await discord.until(() => called(discord, route) > 0);
			// Whatever is cut off is tried again at once, so by then it is certain to have been carried out.
			if ('drop' in fault) await discord.until(() => called(discord, route) > 4);
			await first?.end('SIGKILL');
			discord.faults.clear();
			await start();
			await discord.until(() => discord.threads('films').length > 0);
			const [question] = questionsIn(discord, 'films');
			await allAnswered(discord, [question?.id ?? '']);
			assert.equal(postsIn(discord, 'films').length, 1, shownIn(discord, 'films').join('\n---\n'));
			assert.equal(discord.threads('films').length, 1);
			await discord.person('sam').say('', FOLLOW_UP, { thread: question?.id ?? '' });
			await seen(discord, question?.id ?? '', FOLLOW_UP_ANSWER);
		});
	}

	test('or asked to end while questions wait to be posted has them answered by the next one', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		discord.faults.next(THREADS, { status: 503 }, 1000);
		await Promise.all(Array.from({ length: 3 }, () => dana.command('ask', { question: SAMPLE }, 'films')));
		const { id: mentioned } = await dana.say('films', SAMPLE, { mention: 'user' });
		await discord.until(() => questionsIn(discord, 'films').length === 3);
		await first?.end('SIGTERM');
		assert.equal(first?.child.exitCode, 0);
		discord.faults.clear();
		await start();
		await allAnswered(discord, [mentioned, ...questionsIn(discord, 'films').map(({ id }) => id)]);
		assert.equal(questionsIn(discord, 'films').length, 3);
		assert.deepEqual(discord.ephemerals(dana).map(visibleText), []);
	});

	test('has buttons that work when it is back', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const { id: place } = await dana.say('films', SAMPLE, { mention: 'user' });
		await seen(discord, place, SAMPLE_ANSWER);
		await first?.end('SIGKILL');
		await start();
		await press(discord, dana, place, 'Show program');
		await seen(discord, place, /Program/);
		await press(discord, dana, place, '👍');
		await heard(discord, dana, /Thank you/);
		await press(discord, dana, place, 'Retry');
		await seenTimes(discord, place, SAMPLE_ANSWER, 2);
	});

	test('takes its status away when it is back', async (context) => {
		const model = heldModel('plan');
		const environment = await modelEnvironment(context, model.answer);
		const { discord, start } = await open(context);
		const [first] = await start(environment);
		await connectMovies(discord);
		const { id: place } = await discord.person('dana').say('films', SAMPLE, { mention: 'user' });
		await seen(discord, place, /Stop/);
		await first?.end('SIGKILL');
		model.release();
		await start(environment);
		await seen(discord, place, SAMPLE_ANSWER);
		assert.equal(countOf(discord, place, /Stop/), 0, shownIn(discord, place).join('\n---\n'));
	});
});

describe('what people write while nobody listens', { concurrency: 3 }, () => {
	test('is answered after the next start: in a channel, a thread and directly', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const direct = await dana.say('dm', SAMPLE);
		const { id: thread } = await dana.say('films', SAMPLE, { mention: 'user' });
		await allAnswered(discord, [direct.channel_id, thread]);
		await first?.end('SIGTERM');
		await dana.say('dm', FOLLOW_UP);
		await sam.say('', FOLLOW_UP, { thread });
		const { id: asked } = await sam.say('series', SAMPLE, { mention: 'user' });
		await sam.say('series', 'something about something else');
		await start();
		for (const place of [direct.channel_id, thread]) await seen(discord, place, FOLLOW_UP_ANSWER);
		await allAnswered(discord, [direct.channel_id, thread, asked]);
		for (const place of [direct.channel_id, thread]) assert.equal(countOf(discord, place, FOLLOW_UP_ANSWER), 1);
		assert.deepEqual([discord.threads('series').length, postsIn(discord, 'series')], [1, []]);
	});

	test('is answered after a process that was killed, in the order it was written', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const { id: thread } = await dana.say('films', SAMPLE, { mention: 'user' });
		await allAnswered(discord, [thread]);
		await first?.end('SIGKILL');
		await dana.say('', FOLLOW_UP, { thread });
		await dana.say('', SAMPLE, { thread });
		await start();
		await seenTimes(discord, thread, SAMPLE_ANSWER, 2);
		const order = shownIn(discord, thread).filter((text) => /directed \d movies\.\n/.test(text));
		assert.deepEqual(
			order.map((text) => (FOLLOW_UP_ANSWER.test(text) ? 'follow-up' : 'sample')),
			['sample', 'follow-up', 'sample'],
		);
	});
});

describe('a connection to the gateway', { concurrency: 3 }, () => {
	for (const [what, interrupt] of [
		['that is cut and resumed', (discord: Discord) => discord.cut()],
		['whose session is lost', (discord: Discord) => discord.cut({ lost: true })],
		['that Discord asks to be opened anew', (discord: Discord) => discord.requestReconnect()],
		['whose session Discord declares invalid', (discord: Discord) => discord.invalidate()],
		['whose session Discord declares invalid, but to be resumed', (discord: Discord) => discord.invalidate({ resumable: true })],
	] as const) {
		test(`${what} in the middle of a run loses neither it nor what is said meanwhile`, async (context) => {
			const model = heldModel('plan');
			const environment = await modelEnvironment(context, model.answer);
			const { discord, start } = await open(context);
			await start(environment);
			await connectMovies(discord);
			const [dana, sam] = [discord.person('dana'), discord.person('sam')];
			const { id: place } = await dana.say('films', SAMPLE, { mention: 'user' });
			await model.reached;
			interrupt(discord);
			const { id: other } = await sam.say('series', SAMPLE, { mention: 'user' });
			await sam.say('', SAMPLE, { thread: place });
			model.release();
			await discord.connected();
			const { id: third } = await sam.say('books', SAMPLE, { mention: 'user' });
			await seenTimes(discord, place, SAMPLE_ANSWER, 2);
			await allAnswered(discord, [other, third]);
			assert.equal(countOf(discord, place, SAMPLE_ANSWER), 2);
			assert.equal(countOf(discord, place, /Stop/), 0);
			await commanded(discord, dana, 'toolset list', {}, /movies/);
		});
	}

	test('that is lost does not keep a button from working', async (context) => {
		const { discord, start } = await open(context);
		await start();
		const dana = discord.person('dana');
		const { id: place } = await dana.say('films', 'Put Arrival on my watchlist.', { mention: 'user' });
		const card = await seen(discord, place, /May the program change data/);
		discord.cut({ lost: true });
		await discord.until(() => discord.connections() === 0);
		await discord.connected();
		await dana.click(card, 'Approve');
		await becomes(discord, card, /✅ Approved by/);
		await seen(discord, place, /^Arrival is on your watchlist\./);
		const asked = await dana.command('ask', { question: SAMPLE }, 'films');
		const question = await answered(discord, asked, /asks:/);
		await allAnswered(discord, [question.id]);
	});
});

const PROGRAMS = {
	scaffold: `/** Counts films. @param name full name */
async function countFilms(name: string): Promise<number> {}
const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`,
	plan: `async function countFilms(name: string): Promise<number> {
  // 1. Find the person.
  const people = await movies.searchPerson({ query: name });
  // 2. Fetch the credits and count.
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
}`,
	implement: `/** Counts films. @param name full name */
async function countFilms(name: string): Promise<number> {
  const people = await movies.searchPerson({ query: name });
  const person = people.results[0];
  if (!person) throw new Error('nobody is called ' + name);
  const credits = await movies.getPersonCredits({ person_id: person.id });
  return credits.crew.filter((credit) => credit.job === 'Director').length;
}
const count = await countFilms('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`,
	reflect: '',
} as const;
