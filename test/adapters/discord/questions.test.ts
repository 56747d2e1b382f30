import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, type Message, type Person, visibleText } from '../../simulators/discord/discord.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, asRead, assertMannerly, becomes, countOf, hasButton, heard, press, seen, shownIn, whispersTo } from './people-see.ts';

interface Scene {
	readonly discord: Discord;
	/** Asks this, as dana unless told otherwise, and waits for the card. Who has a form open while others have one has to be somebody else. */
	ask(question: string, asker?: string): Promise<{ readonly dana: Person; readonly place: string; readonly card: Message }>;
}

const ANSWERS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'of three options one is a button'({ discord, ask }) {
		const { dana, place, card } = await ask('Choose film of 3.');
		assert.match(asRead(card), /^Which film is it\?$/m);
		assert.match(asRead(card), new RegExp(`The program asks <@${dana.id}>, until .*An admin may cancel`));
		assert.equal(countOf(discord, place, /The film is film/), 0);
		await dana.click(card, 'film 2');
		await seen(discord, place, /The film is film 2!/);
		const settled = await becomes(discord, card, new RegExp(`✅ Answered by <@${dana.id}>.*\\nfilm 2$`));
		assert.match(asRead(settled), /^Which film is it\?$/m);
		assert.ok(!hasButton(settled, 'film 1') && !hasButton(settled, 'Cancel'));
		assert.equal(countOf(discord, place, /^Which film is it\?/), 1);
	},

	async 'of twelve options one is chosen in a menu'({ discord, ask }) {
		const { dana, place, card } = await ask('Choose play of 12.');
		await dana.select(card, menuIn(card), ['play 11']);
		await seen(discord, place, /The play is play 11!/);
		await becomes(discord, card, /✅ Answered by .*\nplay 11$/);
	},

	async 'a yes and a no'({ discord, ask }) {
		const [yes, no] = [await ask('Confirm cast.'), await ask('Confirm crew.')];
		await Promise.all([yes.dana.click(yes.card, 'Yes'), no.dana.click(no.card, 'No')]);
		await seen(discord, yes.place, /The cast is true!/);
		await seen(discord, no.place, /The crew is false!/);
		await becomes(discord, no.card, /✅ Answered by .*\nNo$/);
	},

	async 'a text is typed in a form'({ discord, ask }) {
		const { dana, place, card } = await ask('Type song.');
		await dana.click(card, 'Answer…');
		await dana.submit({ text: ' \n ' });
		await heard(discord, dana, /The answer was empty/);
		await dana.click(card, 'Answer…');
		await dana.submit({ text: ' @everyone *Let It Be*\nor so ' });
		await seen(discord, place, /The song is @\u2060?everyone \*Let It Be\*\s*or so!/);
		await becomes(discord, card, /✅ Answered by .*\n@\u2060?everyone \*Let It Be\*\nor so$/);
	},

	async 'the asker cancels'({ discord, ask }) {
		const { dana, place, card } = await ask('Choose book of 2.');
		await dana.click(card, 'Cancel');
		const settled = await becomes(discord, card, new RegExp(`🚫 Cancelled by <@${dana.id}> .*The program was stopped`));
		assert.ok(!hasButton(settled, 'book 1'));
		await seen(discord, place, /What the program asked was cancelled, so it was stopped there\. Ask again/);
	},

	async 'nobody else answers, and an admin may cancel'({ discord, ask }) {
		const { place, card } = await ask('Type poem.');
		const [sam, alex] = [discord.person('sam'), discord.person('alex', { admin: true })];
		await press(discord, sam, place, 'Answer…');
		await heard(discord, sam, /The program asks somebody else/);
		await assert.rejects(sam.submit({ text: 'Ozymandias' }), /no modal open/);
		await press(discord, sam, place, 'Cancel');
		await heard(discord, sam, /Only the person who asked, or an admin, may cancel this/);
		const chosen = await ask('Choose verse of 12.');
		await sam.select(chosen.card, menuIn(chosen.card), ['verse 1']);
		await discord.until(() => whispersTo(discord, sam).filter((text) => /asks somebody else/.test(text)).length === 2);
		await press(discord, alex, place, 'Answer…');
		await heard(discord, alex, /The program asks somebody else/);
		await press(discord, alex, place, 'Cancel');
		await becomes(discord, card, new RegExp(`🚫 Cancelled by <@${alex.id}>`));
		await seen(discord, place, /What the program asked was cancelled/);
	},

	async 'what comes first holds, and who comes later is told'({ discord, ask }) {
		const { dana, place, card } = await ask('Type opera.', 'olga');
		await dana.click(card, 'Answer…');
		const alex = discord.person('alex', { admin: true });
		await alex.click(card, 'Cancel');
		await seen(discord, place, /What the program asked was cancelled/);
		await dana.submit({ text: 'Aida' });
		await heard(discord, dana, /Nobody waits for an answer to this any more/);
		assert.equal(countOf(discord, place, /Aida/), 0);
	},

	async 'a question that is stopped while it waits says so'({ discord, ask }) {
		const { dana, place, card } = await ask('Confirm show.');
		await press(discord, dana, place, 'Stop');
		const settled = await becomes(discord, card, /Stopped before anybody answered\./);
		assert.ok(!hasButton(settled, 'Yes'));
		await seen(discord, place, /Stopped by dana/);
	},

	async 'where somebody has brought the bot along, on the one answer there'({ discord }) {
		const una = discord.person('una', { outsider: true, userInstalled: true });
		const asked = async (question: string) => answered(discord, await una.command('ask', { question }, 'group'), ASKED);
		const [chosen, typed, cancelled] = [await asked('Choose gift of 12.'), await asked('Type town.'), await asked('Confirm trip.')];
		await una.select(chosen, menuIn(chosen), ['gift 3']);
		const done = await becomes(discord, chosen, /The gift is gift 3!/);
		assert.match(asRead(done), /Which gift is it\? ✅ Answered by .*: gift 3/);
		await una.click(typed, 'Answer…');
		await una.submit({ text: 'Ulm' });
		await becomes(discord, typed, /The town is Ulm!/);
		await una.click(cancelled, 'Cancel');
		await becomes(discord, cancelled, /What the program asked was cancelled/);
	},
};

/** The custom id of the menu of a message. */
function menuIn({ components }: Message): string {
	return /"custom_id":"(tc:choices:[^"]+)"/.exec(JSON.stringify(components))?.[1] ?? 'none';
}

async function openScene(context: TestContext, environment: Readonly<Record<string, string>> = {}) {
	const { discord, start } = await openDiscordWorld(context);
	const settings = { ...(await modelEnvironment(context, askPeople)), SANDBOX_PROCESSES: '8', ...environment };
	const [bot] = await start(settings);
	let channels = 0;
	const ask: Scene['ask'] = async (question, asker = 'dana') => {
		const dana = discord.person(asker);
		const { id: place } = await dana.say(`channel-${++channels}`, question, { mention: 'user' });
		return { dana, place, card: await seen(discord, place, ASKED) };
	};
	return { discord, ask, bot, again: () => start(settings) };
}

describe('a question of a program', { concurrency: true }, () => {
	test('is answered by who asked:', { concurrency: true }, async (context) => {
		const { discord, ask, bot, again } = await openScene(context);
		const waiting = Promise.all(['Choose actor of 3.', 'Type writer.', 'Confirm singer.'].map((question) => ask(question)));
		await Promise.all(Object.entries(ANSWERS).map(([name, answer]) => context.test(name, () => answer({ discord, ask }))));

		await context.test('also after the bot was killed: there is one card, answered once, and the program goes on', async () => {
			const [actor, writer, singer] = await waiting;
			assert.ok(actor && writer && singer);
			await bot?.end('SIGKILL');
			const [next] = await again();
			await actor.dana.click(actor.card, 'actor 3');
			await seen(discord, actor.place, /The actor is actor 3!/);
			await next?.end('SIGTERM');
			await again();
			await writer.dana.click(writer.card, 'Answer…');
			await writer.dana.submit({ text: 'Ada' });
			await singer.dana.click(singer.card, 'Yes');
			await seen(discord, writer.place, /The writer is Ada!/);
			await seen(discord, singer.place, /The singer is true!/);
			for (const { place, card } of [actor, writer, singer]) {
				await becomes(discord, card, /✅ Answered by/);
				const cards = shownIn(discord, place).filter((text) => /✅ Answered by/.test(text) || ASKED.test(text));
				assert.equal(cards.length, 1, shownIn(discord, place).join('\n---\n'));
			}
		});
		assertMannerly(discord);
	});

	test('that nobody answers in time ends the program, and says so', async (context) => {
		const { discord, ask } = await openScene(context, { APPROVAL_TIMEOUT_SECONDS: '3' });
		const { dana, place, card } = await ask('Confirm end.');
		const settled = await becomes(discord, card, /⌛ Nobody answered until .*The program was stopped/);
		assert.ok(!hasButton(settled, 'Yes'));
		await seen(discord, place, /The program asked something and nobody answered within 3 seconds, so it was stopped/);
		assert.deepEqual(whispersTo(discord, dana), []);
		assert.match(visibleText(settled), /Is it the end\?/);
	});
});
