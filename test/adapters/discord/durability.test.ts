import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, visibleText } from '../../simulators/discord/discord.ts';
import type { Stage } from '../../simulators/model-server.ts';
import { type DiscordWorld, openDiscordWorld } from './bot-process.ts';
import {
	answered,
	becomes,
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
	withButton,
} from './people-see.ts';
import { holdNames } from './things.ts';

const POST = 'POST /channels/:id/messages';
const THREADS = 'POST /channels/:id/messages/:mid/threads';
const RESPONSE = 'PATCH /webhooks/:app/:token/messages/@original';

/** Not slowed down by how many messages a channel takes: some of these channels get several answers. */
function open(context: TestContext): Promise<DiscordWorld> {
	return openDiscordWorld(context, {}, { messagesPer5s: 50 });
}

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

describe('a process that is killed', { concurrency: 2 }, () => {
	test('while the model is asked leaves its questions to the next start, and nothing appears twice', async (context) => {
		const stages: Readonly<Record<string, Stage>> = { Early: 'scaffold', Middle: 'plan', Late: 'implement' };
		const model = holdNames((name) => stages[name] ?? 'reflect');
		const environment = await modelEnvironment(context, model.answer);
		const { discord, start } = await open(context);
		const [first] = await start(environment);
		const dana = discord.person('dana');
		const asked = await Promise.all(Object.keys(stages).map((name) => dana.say(name, `Name ${name}.`, { mention: 'user' })));
		await Promise.all(Object.keys(stages).map((name) => model.reached(name)));
		await first?.end('SIGKILL');
		for (const name of Object.keys(stages)) model.release(name);
		await start(environment);
		for (const [index, name] of Object.keys(stages).entries()) {
			const place = asked[index]?.id ?? '';
			await seen(discord, place, new RegExp(`The name is ${name}\\.`));
			const shown = shownIn(discord, place);
			assert.equal(shown.length, 3, shown.join('\n---\n'));
			for (const [at, part] of [/Scaffold/, /Plan/, /The name is/].entries()) assert.match(shown[at] ?? '', part);
			assert.equal(discord.threads(name).length, 1);
		}
	});

	test('right after it was told of messages, or acknowledged commands, has lost none', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const channels = Array.from({ length: 8 }, (_, index) => `films-${index}`);
		const asked = await Promise.all(channels.map((channel) => dana.say(channel, SAMPLE, { mention: 'user' })));
		await Promise.all(channels.map((channel) => dana.command('ask', { question: SAMPLE }, channel)));
		await first?.end('SIGKILL');
		await start();
		await discord.until(() => channels.every((channel) => questionsIn(discord, channel).length === 1));
		await allAnswered(
			discord,
			[...asked, ...channels.flatMap((channel) => questionsIn(discord, channel))].map(({ id }) => id),
		);
		for (const channel of channels) assert.equal(postsIn(discord, channel).length, 1, shownIn(discord, channel).join('\n---\n'));
	});

	for (const [what, fault, least] of [
		['before a call has any effect', { delayMs: 8_000 }, 1],
		// Whatever is cut off is tried again at once, so by then it is certain to have been carried out.
		['before it knows that a call had an effect', { drop: 'after' }, 5],
	] as const) {
		test(`${what} shows everything once: questions, threads and messages`, async (context) => {
			const { discord, start } = await open(context);
			const [first] = await start();
			const dana = discord.person('dana');
			for (const route of [RESPONSE, THREADS, POST]) discord.faults.next(route, fault, 10_000);
			await dana.command('ask', { question: SAMPLE }, 'commands');
			const inThread = await dana.say('films', SAMPLE, { mention: 'user' });
			const direct = await dana.say('dm', SAMPLE);
			await discord.until(() => [RESPONSE, THREADS, POST].every((route) => called(discord, route) >= least));
			await first?.end('SIGKILL');
			discord.faults.clear();
			await start();
			const question = await discord.until(() => questionsIn(discord, 'commands')[0]);
			await allAnswered(discord, [question.id, inThread.id, direct.channel_id]);
			assert.deepEqual([postsIn(discord, 'commands').length, postsIn(discord, 'films').length], [1, 0]);
			for (const channel of ['commands', 'films']) assert.equal(discord.threads(channel).length, 1);
			// The threads are known for the bot's own.
			for (const { id } of [question, inThread]) await discord.person('sam').say('', FOLLOW_UP, { thread: id });
			for (const { id } of [question, inThread]) await seen(discord, id, FOLLOW_UP_ANSWER);
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

	test('has buttons that work when it is back, and takes a status away that it had not heard of', async (context) => {
		const model = holdNames((name) => (name === 'Alien' ? 'plan' : 'reflect'));
		const environment = await modelEnvironment(context, model.answer);
		const { discord, start } = await open(context);
		const [first] = await start(environment);
		const dana = discord.person('dana');
		const { id: place } = await dana.say('films', 'Name Heat.', { mention: 'user' });
		await seen(discord, place, /The name is Heat\./);
		const { id: held } = await dana.say('films', 'Name Alien.', { mention: 'user' });
		await seen(discord, held, /Scaffold/);
		discord.faults.next(POST, { drop: 'after' }, 1000);
		await withButton(discord, held, 'Stop');
		await first?.end('SIGKILL');
		discord.faults.clear();
		model.release('Alien');
		await start(environment);
		await press(discord, dana, place, 'Show program');
		await seen(discord, place, /Program/);
		await press(discord, dana, place, '👍');
		await heard(discord, dana, /Thank you/);
		await press(discord, dana, place, 'Retry');
		await seenTimes(discord, place, /The name is Heat\./, 2);
		await seen(discord, held, /The name is Alien\./);
		assert.equal(countOf(discord, held, /Stop/), 0, shownIn(discord, held).join('\n---\n'));
	});
});

describe('what people write while nobody listens', { concurrency: 2 }, () => {
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

const INTERRUPTIONS: readonly (readonly [what: string, interrupt: (discord: Discord) => void])[] = [
	['is cut and resumed', (discord) => discord.cut()],
	['loses its session', (discord) => discord.cut({ lost: true })],
	['is asked to be opened anew', (discord) => discord.requestReconnect()],
	['has its session declared invalid', (discord) => discord.invalidate()],
	['has its session declared invalid, but to be resumed', (discord) => discord.invalidate({ resumable: true })],
];

describe('a connection to the gateway', { concurrency: true }, () => {
	test('loses neither a run nor what is said meanwhile when it', async (context) => {
		const model = holdNames((name) => (name.startsWith('Held') ? 'plan' : 'reflect'));
		const environment = await modelEnvironment(context, model.answer);
		const { discord, start } = await open(context);
		await start(environment);
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		for (const [index, [what, interrupt]] of INTERRUPTIONS.entries()) {
			await context.test(what, async () => {
				const [held, follow, other, third] = [`Held${index}`, `Follow${index}`, `Other${index}`, `Third${index}`];
				const { id: place } = await dana.say(held, `Name ${held}.`, { mention: 'user' });
				await model.reached(held);
				interrupt(discord);
				const meanwhile = await sam.say(other, `Name ${other}.`, { mention: 'user' });
				await sam.say('', `Name ${follow}.`, { thread: place });
				model.release(held);
				await discord.connected();
				const afterwards = await sam.say(third, `Name ${third}.`, { mention: 'user' });
				for (const [thread, name] of [
					[place, held],
					[place, follow],
					[meanwhile.id, other],
					[afterwards.id, third],
				] as const) {
					await seen(discord, thread, new RegExp(`The name is ${name}\\.`));
					assert.equal(countOf(discord, thread, new RegExp(`The name is ${name}\\.`)), 1);
				}
				assert.equal(countOf(discord, place, /Stop/), 0);
				assert.equal(discord.threads(other).length, 1);
			});
		}
	});

	test('whose session is lost does not keep buttons and commands from working', async (context) => {
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
