import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, type Message, type Person, visibleText } from '../../simulators/discord/discord.ts';
import { type DiscordWorld, openDiscordWorld } from './bot-process.ts';
import {
	answered,
	asBot,
	assertMannerly,
	commanded,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	hasButton,
	heard,
	postsIn,
	press,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	seenTimes,
	shownIn,
	told,
	whispersTo,
	withButton,
} from './people-see.ts';

type Scene = (discord: Discord, world: Pick<DiscordWorld, 'runs'>) => Promise<void>;

const NOT_YOURS = /Only the person who asked, or an admin, may stop this/;
const PROGRAM = /^### Program.*2 tool calls/;
const OLDER = /This button is of an older version of the bot\. Ask again\./;

/** Asks what the model never answers, and waits for the Stop button. Gives the thread. */
async function askForEver(discord: Discord, asker: Person, channel: string): Promise<string> {
	const { id } = await asker.say(channel, SAMPLE, { mention: 'user' });
	await withButton(discord, id, 'Stop', 30_000);
	return id;
}

async function stopped(discord: Discord, thread: string, by: string): Promise<void> {
	await seen(discord, thread, new RegExp(`Stopped by ${by}\\. Ask again to start over\\.`));
	await discord.until(() => !postsIn(discord, thread).some((message) => hasButton(message, 'Stop')));
	assert.equal(postsIn(discord, thread).length, 1, shownIn(discord, thread).join('\n---\n'));
}

const STOPS: Readonly<Record<string, Scene>> = {
	async 'the asker'(discord) {
		const dana = discord.person('dana');
		const thread = await askForEver(discord, dana, 'stop-1');
		await press(discord, dana, thread, 'Stop');
		await stopped(discord, thread, 'dana');
	},
	async 'an admin'(discord) {
		const thread = await askForEver(discord, discord.person('dana'), 'stop-2');
		await press(discord, discord.person('alex', { admin: true }), thread, 'Stop');
		await stopped(discord, thread, 'alex');
	},
	async 'an admin, but no stranger, and nobody who was an admin'(discord) {
		const [sam, former, ada] = [discord.person('sam'), discord.person('former', { admin: true }), discord.person('ada', { admin: true })];
		const thread = await askForEver(discord, discord.person('dana'), 'stop-3');
		discord.setAdmin(former, false);
		for (const stranger of [sam, former]) {
			await press(discord, stranger, thread, 'Stop');
			await heard(discord, stranger, NOT_YOURS);
		}
		assert.equal(countOf(discord, thread, /Stopped/), 0);
		await press(discord, ada, thread, 'Stop');
		await stopped(discord, thread, 'ada');
	},
	async 'somebody whom the operator listed'(discord) {
		const listed = discord.person('listed');
		const thread = await askForEver(discord, discord.person('dana'), 'stop-4');
		await press(discord, listed, thread, 'Stop');
		await stopped(discord, thread, 'listed');
	},
	async 'the one whose question waits in the thread of another, without stopping that one'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const thread = await askForEver(discord, dana, 'stop-5');
		const first = await withButton(discord, thread, 'Stop');
		await sam.say('stop-5', FOLLOW_UP, { thread });
		await discord.until(() => postsIn(discord, thread).filter((message) => hasButton(message, 'Stop')).length === 2);
		await press(discord, sam, thread, 'Stop');
		await seen(discord, thread, /Stopped by sam/);
		assert.equal(countOf(discord, thread, /Stopped by dana/), 0);
		await dana.click(first, 'Stop');
		await seen(discord, thread, /Stopped by dana/);
	},
	async 'the asker, who then asks again with Retry'(discord) {
		const dana = discord.person('dana');
		const thread = await askForEver(discord, dana, 'stop-6');
		await press(discord, dana, thread, 'Stop');
		await stopped(discord, thread, 'dana');
		await press(discord, dana, thread, 'Retry');
		await withButton(discord, thread, 'Stop');
		await press(discord, dana, thread, 'Retry');
		await heard(discord, dana, /This question is being answered right now\./);
		await press(discord, dana, thread, 'Stop');
		await seenTimes(discord, thread, /Stopped by dana/, 2);
	},
	async 'the asker, in a direct message'(discord) {
		const dora = discord.person('dora');
		await dora.say('dm', SAMPLE);
		const direct = discord.directChannel(dora);
		await press(discord, dora, direct, 'Stop');
		await stopped(discord, direct, 'dora');
	},
};

/** A message of the bot with a button that carries this. */
async function postButton(discord: Discord, channel: string, customId: string): Promise<Message> {
	const components = [{ type: 1, components: [{ type: 2, style: 2, label: 'Press', custom_id: customId }] }];
	const body = { components, flags: 1 << 15, allowed_mentions: { parse: [] } };
	const { id } = await asBot(discord, 'POST', `/channels/${discord.channel(channel)}/messages`, body);
	return discord.until(() => discord.messages(channel).find((message) => message.id === id));
}

const AFTERWARDS: Readonly<Record<string, Scene>> = {
	async 'Retry asks again, for whoever pressed it'(discord, { runs }) {
		const rob = discord.person('rob');
		const { id } = await discord.person('dana').say('retry', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await press(discord, rob, id, 'Retry');
		await seenTimes(discord, id, SAMPLE_ANSWER, 2);
		await told(discord, rob, 'runs', {}, /How many movies did +answered/);
		const [first, again, ...more] = (await runs()).filter(({ conversation }) => conversation.endsWith(`/${id}`));
		assert.deepEqual([first?.retryOf, again?.retryOf, more], [undefined, first?.id, []]);
	},

	async 'Show program posts the program, once'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const { id } = await dana.say('program', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await press(discord, sam, id, 'Show program');
		const program = visibleText(await seen(discord, id, PROGRAM));
		assert.match(program, /```ts\n[\s\S]*await movies\.searchPerson\([\s\S]*```$/);
		await press(discord, dana, id, 'Show program');
		await heard(discord, dana, /The program stands in this thread already\./);
		assert.equal(countOf(discord, id, PROGRAM), 1);
	},

	async 'the buttons of an answer in a direct message work there'(discord) {
		const mia = discord.person('mia');
		const { channel_id: direct } = await mia.say('dm', SAMPLE);
		await seen(discord, direct, SAMPLE_ANSWER);
		await press(discord, mia, direct, 'Show program');
		await seen(discord, direct, PROGRAM);
		await press(discord, mia, direct, '👍');
		await heard(discord, mia, /Thank you\./);
		await press(discord, mia, direct, 'Retry');
		await seenTimes(discord, direct, SAMPLE_ANSWER, 2);
	},

	async 'a button of another version, or of nothing that is known, tells so'(discord) {
		const odo = discord.person('odo');
		const guild = discord.guild();
		const cases: readonly (readonly [customId: string, words: RegExp])[] = [
			['tc:stop:v0:01ARZ3NDEKTSV4RRFFQ69G5FAV', OLDER],
			['tc:stop:v2:01ARZ3NDEKTSV4RRFFQ69G5FAV', OLDER],
			['tc:dance:v1:1', OLDER],
			['something-else', OLDER],
			['tc:add-toolset:v1:', OLDER],
			['tc:stop:v1:nonsense', /This question is not known any more\. Ask it again\./],
			[`tc:retry:v1:${guild}/01ARZ3NDEKTSV4RRFFQ69G5FAV`, /This question is not known any more/],
			[`tc:program:v1:${guild}/../01ARZ3NDEKTSV4RRFFQ69G5FAV`, /This question is not known any more/],
			[`tc:up:v1:@${odo.id}/01ARZ3NDEKTSV4RRFFQ69G5FAV`, /This question is not known any more/],
			['tc:approve:v1:01ARZ3NDEKTSV4RRFFQ69G5FAV', /This call has expired or was decided already/],
		];
		for (const [customId, words] of cases) {
			await answered(discord, await odo.click(await postButton(discord, 'old-buttons', customId), 'Press'), words);
		}
		await odo.click(await postButton(discord, 'old-buttons', 'tc:down:v1:nonsense'), 'Press');
		await answered(discord, await odo.submit({ reason: 'nothing' }), /This question is not known any more/);
		assert.deepEqual(new Set(shownIn(discord, 'old-buttons')), new Set(['Press']), 'nobody else was told');
	},

	async 'a confirmation that somebody else presses checks their rights, not those of whoever asked for it'(discord) {
		const [mallory, ada] = [discord.person('mallory'), discord.person('ada', { admin: true })];
		const here = `tc:confirm:v1:${discord.guild()}/`;
		const forged = await postButton(discord, 'forged', `${here}/toolset remove movies`);
		await answered(discord, await mallory.click(forged, 'Press'), /Only an admin may use \/toolset remove/);
		await commanded(discord, ada, 'toolset list', {}, /example:movies/);
		const settings = await postButton(discord, 'forged', `${here}/settings`);
		await answered(discord, await mallory.click(settings, 'Press'), /Only an admin may use \/settings/);
		const broken = await postButton(discord, 'forged', `${here}/nonsense at all`);
		await answered(discord, await mallory.click(broken, 'Press'), /There is no command \/nonsense/);
		const elsewhere = await postButton(discord, 'forged', 'tc:confirm:v1:100000000000000001//toolset remove movies');
		await answered(discord, await ada.click(elsewhere, 'Press'), /about a server that you have not asked in last/);
		await commanded(discord, ada, 'toolset list', {}, /example:movies/);
		assert.deepEqual(new Set(shownIn(discord, 'forged')), new Set(['Press']), 'nobody else was told');
	},
};

/** In a workspace of its own: what others ask, and ask once more, counts for these functions, too. */
async function rateAnswers(discord: Discord): Promise<void> {
	const [fay, sue] = [discord.person('fay'), discord.person('sue')];
	const { id: thread } = await fay.say('feedback', SAMPLE, { mention: 'user' });
	await seen(discord, thread, SAMPLE_ANSWER);
	await fay.say('feedback', FOLLOW_UP, { thread });
	const answer = await seen(discord, thread, FOLLOW_UP_ANSWER);
	const disliked = (words: RegExp) => told(discord, fay, 'functions show', { name: 'countDirectedMovies' }, words);
	await disliked(/100 % with success, last \d{4}-\d\d-\d\d$/m);

	await fay.click(answer, '👎');
	assert.equal(discord.modal(fay)?.title, 'What was wrong?');
	await answered(discord, await fay.submit({ reason: 'She directed five, I think.' }), /Thank you\./);
	await disliked(/disliked once/);
	await fay.click(answer, '👎');
	fay.dismiss();
	await disliked(/disliked once/);

	await sue.click(answer, '👎');
	await disliked(/disliked 2 times/);
	await answered(discord, await sue.submit({}), /Thank you\./);
	await commanded(discord, fay, 'functions list', {}, /quarantined.*disliked/s);

	await fay.click(answer, '👍');
	await heard(discord, fay, /Thank you\./);
	await disliked(/disliked once/);
}

describe('the buttons of a question', { concurrency: true }, () => {
	test('it is stopped by', { concurrency: true }, async (context) => {
		const environment = await modelEnvironment(context, () => new Promise(() => {}));
		const world = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
		const { discord, start } = world;
		await start({ ...environment, DISCORD_ADMINS: discord.person('listed').id });
		await Promise.all(Object.entries(STOPS).map(([name, scene]) => context.test(name, () => scene(discord, world))));
		assertMannerly(discord);
	});

	test('it is answered, and then', { concurrency: true }, async (context) => {
		const world = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
		const { discord, start } = world;
		const [bot] = await start();
		const [fred, fritz] = [discord.person('fred'), discord.person('fritz')];
		const { id: old } = await fred.say('before', SAMPLE, { mention: 'user' });
		await Promise.all(Object.entries(AFTERWARDS).map(([name, scene]) => context.test(name, () => scene(discord, world))));

		await context.test('buttons of old messages work after a restart', async () => {
			await seen(discord, old, SAMPLE_ANSWER);
			await bot?.end();
			await start();
			await press(discord, fritz, old, 'Show program');
			await seen(discord, old, PROGRAM);
			await press(discord, fritz, old, '👍');
			await heard(discord, fritz, /Thank you\./);
			await press(discord, fritz, old, '👎');
			await answered(discord, await fritz.submit({ reason: 'no' }), /Thank you\./);
			await press(discord, fritz, old, 'Retry');
			await seenTimes(discord, old, SAMPLE_ANSWER, 2);
			assert.equal(whispersTo(discord, fritz).length, 2);
		});
		assertMannerly(discord);
	});

	test('feedback counts against the functions an answer used, and can be taken back', async (context) => {
		const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
		await start();
		await rateAnswers(discord);
		assertMannerly(discord);
	});
});
