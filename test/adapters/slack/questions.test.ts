import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Message, type MessageRef, type Person, type Slack, type View, visibleText } from '../../simulators/slack/slack.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { openSlackWorld } from './bot-process.ts';
import { becomes, countOf, hasButton, heard, press, seen, shownIn, whispersTo, writtenTo } from './people-see.ts';

interface Scene {
	readonly slack: Slack;
	/** Asks this, as dana unless told otherwise, and waits for the card. Who has a form open while others have one has to be somebody else. */
	ask(question: string, asker?: string): Promise<{ readonly dana: Person; readonly thread: MessageRef; readonly card: Message }>;
}

const ANSWERS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'of three options one is a button'({ slack, ask }) {
		const { dana, thread, card } = await ask('Choose film of 3.');
		assert.match(visibleText(card), /^Which film is it\?$/m);
		assert.match(visibleText(card), new RegExp(`The program asks <@${dana.id}>, until .*An admin may cancel`));
		assert.equal(countOf(slack, thread, /The film is film/), 0);
		await dana.click(card, 'film 2');
		await seen(slack, thread, /The film is film 2!/);
		const settled = await becomes(slack, card, new RegExp(`✅ Answered by <@${dana.id}>.*\\nfilm 2$`));
		assert.match(visibleText(settled), /^Which film is it\?$/m);
		assert.ok(!hasButton(settled, 'film 1') && !hasButton(settled, 'Cancel'));
		assert.equal(countOf(slack, thread, /^Which film is it\?/), 1);
	},

	async 'of twelve options one is chosen in a menu'({ slack, ask }) {
		const { dana, thread, card } = await ask('Choose play of 12.');
		await dana.click(card, 'Choose…', { value: 'play 11' });
		await seen(slack, thread, /The play is play 11!/);
		await becomes(slack, card, /✅ Answered by .*\nplay 11$/);
	},

	async 'a yes and a no'({ slack, ask }) {
		const [yes, no] = [await ask('Confirm cast.'), await ask('Confirm crew.')];
		await Promise.all([yes.dana.click(yes.card, 'Yes'), no.dana.click(no.card, 'No')]);
		await seen(slack, yes.thread, /The cast is true!/);
		await seen(slack, no.thread, /The crew is false!/);
		await becomes(slack, no.card, /✅ Answered by .*\nNo$/);
	},

	async 'a text is typed in a form'({ slack, ask }) {
		const { dana, thread, card } = await ask('Type song.');
		await dana.click(card, 'Answer…');
		const form = await formOf(slack, dana);
		assert.match(visibleText({ text: '', blocks: form.blocks }), /What is the song called\?/);
		const again = await dana.submit(form, { text: ' \n ' });
		assert.match(JSON.stringify(again?.errors), /Type an answer/);
		assert.equal(await dana.submit(form, { text: ' <!channel> *Let It Be*\nor so ' }), undefined);
		await seen(slack, thread, /The song is &lt;!channel&gt; \*Let It Be\*\s*or so!|The song is <!channel> \*Let It Be\*\s*or so!/);
		await becomes(slack, card, /✅ Answered by .*\n<!channel> \*Let It Be\*\nor so$/);
	},

	async 'the asker cancels'({ slack, ask }) {
		const { dana, thread, card } = await ask('Choose book of 2.');
		await dana.click(card, 'Cancel');
		const settled = await becomes(slack, card, new RegExp(`🚫 Cancelled by <@${dana.id}> .*The program was stopped`));
		assert.ok(!hasButton(settled, 'book 1'));
		await seen(slack, thread, /What the program asked was cancelled, so it was stopped there\. Ask again/);
		await dana.click(card, 'Cancel').catch((error: unknown) => assert.match(String(error), /no such button/));
	},

	async 'nobody else answers, and an admin may cancel'({ slack, ask }) {
		const { thread, card } = await ask('Type poem.');
		const [sam, alex] = [slack.person('sam'), slack.person('alex', { admin: true })];
		await press(slack, sam, thread, 'Answer…');
		await heard(slack, sam, /The program asks somebody else/);
		await press(slack, sam, thread, 'Cancel');
		await heard(slack, sam, /Only the person who asked, or an admin, may cancel this/);
		await press(slack, alex, thread, 'Answer…');
		await heard(slack, alex, /The program asks somebody else/);
		assert.deepEqual([slack.views(sam), slack.views(alex)], [[], []]);
		await press(slack, alex, thread, 'Cancel');
		await becomes(slack, card, new RegExp(`🚫 Cancelled by <@${alex.id}>`));
		await seen(slack, thread, /What the program asked was cancelled/);
	},

	async 'what comes first holds, and who comes later is told'({ slack, ask }) {
		const { dana, thread, card } = await ask('Type opera.', 'olga');
		await dana.click(card, 'Answer…');
		const form = await formOf(slack, dana);
		await dana.click(card, 'Cancel');
		await seen(slack, thread, /What the program asked was cancelled/);
		await dana.submit(form, { text: 'Aida' });
		await writtenTo(slack, dana, /Nobody waits for an answer to this any more/);
		assert.equal(countOf(slack, thread, /Aida/), 0);
	},

	async 'a question that is stopped while it waits says so'({ slack, ask }) {
		const { dana, thread, card } = await ask('Confirm show.');
		await press(slack, dana, thread, 'Stop');
		const settled = await becomes(slack, card, /Stopped before anybody answered\./);
		assert.ok(!hasButton(settled, 'Yes'));
		await seen(slack, thread, /Stopped by dana/);
	},
};

function formOf(slack: Slack, person: Person): Promise<View> {
	return slack.until(() => slack.views(person).find(({ title }) => title === 'Your answer'));
}

async function openScene(context: TestContext, environment: Readonly<Record<string, string>> = {}) {
	const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
	const settings = { ...(await modelEnvironment(context, askPeople)), SANDBOX_PROCESSES: '8', ...environment };
	const [bot] = await start(settings);
	let channels = 0;
	const ask: Scene['ask'] = async (question, asker = 'dana') => {
		const dana = slack.person(asker);
		const thread = await dana.say(`channel-${++channels}`, question, { mention: true });
		return { dana, thread, card: await seen(slack, thread, ASKED) };
	};
	return { slack, ask, bot, again: () => start(settings) };
}

describe('a question of a program', { concurrency: true }, () => {
	test('is answered by who asked:', { concurrency: true }, async (context) => {
		const { slack, ask, bot, again } = await openScene(context);
		const waiting = Promise.all(['Choose actor of 3.', 'Type writer.', 'Confirm singer.'].map((question) => ask(question)));
		await Promise.all(Object.entries(ANSWERS).map(([name, answer]) => context.test(name, () => answer({ slack, ask }))));

		await context.test('also after the bot was killed: there is one card, answered once, and the program goes on', async () => {
			const [actor, writer, singer] = await waiting;
			assert.ok(actor && writer && singer);
			await bot?.end('SIGKILL');
			const [next] = await again();
			await actor.dana.click(actor.card, 'actor 3');
			await seen(slack, actor.thread, /The actor is actor 3!/);
			await next?.end('SIGTERM');
			await again();
			await writer.dana.click(writer.card, 'Answer…');
			await writer.dana.submit(await formOf(slack, writer.dana), { text: 'Ada' });
			await singer.dana.click(singer.card, 'Yes');
			await seen(slack, writer.thread, /The writer is Ada!/);
			await seen(slack, singer.thread, /The singer is true!/);
			for (const { thread, card } of [actor, writer, singer]) {
				await becomes(slack, card, /✅ Answered by/);
				const cards = shownIn(slack, thread).filter((text) => /✅ Answered by/.test(text) || ASKED.test(text));
				assert.equal(cards.length, 1, shownIn(slack, thread).join('\n---\n'));
			}
		});
	});

	test('that nobody answers in time ends the program, and says so', async (context) => {
		const { slack, ask } = await openScene(context, { APPROVAL_TIMEOUT_SECONDS: '3' });
		const { dana, thread, card } = await ask('Confirm end.');
		const settled = await becomes(slack, card, /⌛ Nobody answered until .*The program was stopped/);
		assert.ok(!hasButton(settled, 'Yes'));
		await seen(slack, thread, /The program asked something and nobody answered within 3 seconds, so it was stopped/);
		assert.deepEqual(whispersTo(slack, dana), []);
	});
});
