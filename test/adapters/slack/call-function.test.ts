import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, type MessageRef, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld, type SlackWorld } from './bot-process.ts';
import { countOf, heard, press, SAMPLE, SAMPLE_ANSWER, seen, told } from './people-see.ts';

const ANSWER = /countDirectedMovies\('Greta Gerwig'\): 4/;
const WRITE = 'Put Arrival on my watchlist.';
const CARD = /May the program change data with `movies\.addToWatchlist`\?/;

type Scene = (slack: Slack, world: Pick<SlackWorld, 'runs'>) => Promise<void>;

function postedIn(slack: Slack, channel: string): readonly Message[] {
	return slack.messages(channel).filter((message) => message.bot_id !== undefined);
}

/** Types the command where the bot has posted nothing yet, and resolves with what it posts for it. */
async function call(slack: Slack, person: Person, channel: string, line: string): Promise<MessageRef> {
	await person.command(line, channel);
	return slack.until(() => postedIn(slack, channel)[0]);
}

const SCENES: Readonly<Record<string, Scene>> = {
	async 'in a channel: the bot posts who calls what, and answers in its thread'(slack) {
		const nils = slack.person('nils');
		const thread = await call(slack, nils, 'called', '/functions run countDirectedMovies Greta Gerwig');
		assert.equal(
			visibleText(postedIn(slack, 'called')[0] ?? assert.fail()),
			`<@${nils.id}> asks:\n> /functions run countDirectedMovies Greta Gerwig`,
		);
		await seen(slack, thread, /\*Reuse\* of `countDirectedMovies`.*return await countDirectedMovies\('Greta Gerwig'\);/s);
		assert.match(visibleText(await seen(slack, thread, ANSWER)), /2 tool calls · 0 model calls/);
	},

	async 'what cannot be called is told to its caller alone'(slack) {
		const otto = slack.person('otto');
		await otto.command('/functions run countDirectedMovie Greta Gerwig', 'refused');
		await heard(slack, otto, /There is no stored function named countDirectedMovie\. Did you mean countDirectedMovies\?/);
		await otto.command('/functions run countDirectedMovies', 'refused');
		await heard(
			slack,
			otto,
			/`?directorName`? is missing\.\nThe function: async function countDirectedMovies.*\/functions run countDirectedMovies "director name"/s,
		);
		await otto.command('/functions run --allow-writes countDirectedMovies x', 'refused');
		await heard(slack, otto, /Only an admin may let a program write without asking/);
		assert.deepEqual(postedIn(slack, 'refused'), []);
	},

	async 'in a message to the bot: answered in its thread'(slack) {
		const thread = await slack.person('pia').say('mentioned', '/functions run countDirectedMovies “Greta Gerwig”', { mention: true });
		await seen(slack, thread, ANSWER);
	},

	async 'Retry calls it once more, and speaks against nothing'(slack, { runs }) {
		const rosa = slack.person('rosa');
		const thread = await rosa.say('retried', '/functions run countDirectedMovies Greta Gerwig', { mention: true });
		await seen(slack, thread, ANSWER);
		await press(slack, rosa, thread, 'Retry');
		await slack.until(() => countOf(slack, thread, ANSWER) === 2);
		const [first, again, ...more] = (await runs()).filter(({ conversation }) => conversation.endsWith(`/${thread.ts}`));
		assert.deepEqual([again?.call, again?.retryOf, more], [first?.call, undefined, []]);
		assert.deepEqual(first?.call, { name: 'countDirectedMovies', args: ['Greta Gerwig'] });
	},

	async 'its writes are asked about, and signs that Slack escapes arrive as they were typed'(slack) {
		const wilma = slack.person('wilma');
		const thread = await call(slack, wilma, 'writes', '/functions run addMovieToWatchlist Her');
		const card = await seen(slack, thread, CARD);
		await wilma.click(card, 'Approve');
		await seen(slack, thread, /addMovieToWatchlist\('Her'\): /);
		const signs = await call(slack, wilma, 'signs', '/functions run addMovieToWatchlist --dry-run Tom & Jerry <3');
		await seen(slack, signs, /no movie is called Tom & Jerry <3/);
	},
};

test('people call functions that answers left behind', { concurrency: true }, async (context) => {
	const { slack, start, runs } = await openSlackWorld(context, { mode: 'http' });
	await start();
	const dana = slack.person('dana');
	const thread = await dana.say('asked', SAMPLE, { mention: true });
	await seen(slack, thread, SAMPLE_ANSWER);
	const write = await dana.say('asked-write', WRITE, { mention: true });
	await dana.click(await seen(slack, write, CARD), 'Approve');
	await seen(slack, write, /Arrival is on your watchlist/);
	await told(slack, dana, '/functions list', 'asked', /countDirectedMovies/);
	await told(slack, dana, '/functions list', 'asked', /addMovieToWatchlist/);
	await Promise.all(Object.entries(SCENES).map(([name, scene]) => context.test(name, () => scene(slack, { runs }))));
});
