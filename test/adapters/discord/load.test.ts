import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDiscordWorld } from './bot-process.ts';
import { answersTo, asRead, countOf, SAMPLE, SAMPLE_ANSWER, seen } from './people-see.ts';

const CHANNELS = 20;
const PEOPLE = 10;
const ASKED = 40;
const PRESSED = 30;
const TYPED = 30;
/** Discord's own limit (discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback). */
const LIMIT_MS = 3000;

/** So many times, all at once. */
function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
	return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

test('a hundred interactions in twenty channels at once are each acknowledged in time and answered once', async (context) => {
	const { discord, start, logs } = await openDiscordWorld(context, { environment: { LOG_LEVEL: 'warn' } });
	await start();
	const person = (index: number) => discord.person(`person-${index % PEOPLE}`);
	const channel = (index: number) => `films-${index % CHANNELS}`;
	const results = await times(PEOPLE, async (index) => {
		const { id } = await person(index).say(channel(index), SAMPLE, { mention: 'user' });
		return seen(discord, id, SAMPLE_ANSWER, 60_000);
	});

	const before = discord.interactions.length;
	const [asked, pressed, offered] = await Promise.all([
		times(ASKED, (index) => person(index).command('ask', { question: SAMPLE }, channel(index))),
		times(PRESSED, async (index) => {
			const result = results[index % PEOPLE];
			assert.ok(result);
			return person(index).click(result, '👍');
		}),
		times(TYPED, (index) => person(index).autocomplete('toolset show', { name: 'name', value: 'mov' }, {}, channel(index))),
	]);
	for (const choices of offered) assert.deepEqual(choices, [{ name: 'movies', value: 'movies' }]);
	const answers = () => asked.map((handle) => countOf(discord, handle.reply()?.id ?? '', SAMPLE_ANSWER));
	await discord.until(() => answers().every((count) => count > 0), 120_000);
	await discord.until(() => pressed.every((handle) => handle.followups().length > 0));

	const interactions = discord.interactions.slice(before);
	assert.equal(interactions.length, ASKED + PRESSED + TYPED);
	assert.deepEqual(
		interactions.filter(({ ms, problem }) => problem !== undefined || ms === undefined || ms > LIMIT_MS),
		[],
	);
	assert.deepEqual(new Set(answers()), new Set([1]));
	for (const handle of pressed) assert.equal(answersTo(handle).filter((message) => asRead(message) === 'Thank you.').length, 1);
	assert.doesNotMatch(logs(), /could not be|rate.?limit|429/i);
	const slowest = (type: number) => Math.round(Math.max(...interactions.flatMap((each) => (each.type === type ? [each.ms ?? 0] : []))));
	context.diagnostic(
		`slowest acknowledgement: command ${slowest(2)} ms, button ${slowest(3)} ms, autocomplete ${slowest(4)} ms; ${discord.rateLimited.length} calls were told to wait`,
	);
});
