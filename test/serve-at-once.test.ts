import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parseLine } from '../commands/parse.ts';
import { commandTable } from '../commands/table.ts';
import { consoleFolder } from './adapters/console/console-process.ts';
import { type Bot, openSlackWorld } from './adapters/slack/bot-process.ts';
import { modelEnvironment, QUESTION } from './contracts/chat-contract.ts';
import { type Discord, type Message, startDiscord, visibleText as visibleInDiscord } from './simulators/discord/discord.ts';
import { type Slack, visibleText } from './simulators/slack/slack.ts';
import { json, serve } from './toolset/http/local-server.ts';

const ANSWER = /Sofia Coppola directed 8 movies\./;
const START = ['chats', 'console'];

/** One of the places that a process answers in, with an admin who asks there. */
interface Place {
	readonly name: string;
	/** Asks in a thread of its own; the result tells what the bot shows there by then. */
	ask(text: string): Promise<() => string>;
	/** Types a command. Resolves with what is replied. */
	command(line: string): Promise<string>;
	/** What only this place has: a question (with a word that others lack), and the function that its answer leaves behind. */
	readonly own: { readonly question: string; readonly word: string; readonly answered: RegExp; readonly functionName: string };
}

async function until<T>(condition: () => T, instead: () => string): Promise<NonNullable<T>> {
	for (const late = AbortSignal.timeout(30_000); ; await delay(20)) {
		const met = condition();
		if (met) return met;
		if (late.aborted) throw new Error(`It did not happen. Instead:\n${instead()}`);
	}
}

/** The console of the process: lines are piped to it. */
function atConsole({ child, output }: Bot): Place {
	let typed = 0;
	const type = (line: string) => {
		const from = output().length;
		child.stdin?.write(`${line}\n`);
		return () => output().slice(from);
	};
	return {
		name: 'the console',
		ask: async (text) => type(text),
		async command(line) {
			const said = type(line);
			// Lines are done one after the other: when the next one is, this one was.
			const next = `/after-${typed++}`;
			type(next);
			await until(() => said().includes(`There is no command ${next}`), said);
			return said().slice(0, said().indexOf(`\n> ${next}`));
		},
		own: {
			question: 'Which genres does The Grand Budapest Hotel have?',
			word: 'Budapest',
			answered: /Comedy/,
			functionName: 'listMovieGenres',
		},
	};
}

function inSlack(slack: Slack): Place {
	const alex = slack.person('alex', { admin: true });
	return {
		name: 'Slack',
		async ask(text) {
			const { channel, ts } = await alex.say('films', text, { mention: true });
			return () => slack.thread(channel, ts).map(visibleText).join('\n');
		},
		async command(line) {
			const before = slack.ephemerals(alex).length;
			await alex.command(line, 'films');
			const replied = () => slack.ephemerals(alex).slice(before).map(visibleText);
			await slack.until(() => replied().length > 0);
			return replied().join('\n');
		},
		own: {
			question: 'Who wrote the film Parasite by Bong Joon-ho?',
			word: 'Parasite',
			answered: /Han Jin-won/,
			functionName: 'listWriters',
		},
	};
}

/** Without the marks that keep Discord from taking what stands there for a link or for emphasis. */
function readInDiscord(message: Message): string {
	return visibleInDiscord(message).replaceAll(/\\(?=[^a-zA-Z0-9\s])/g, '');
}

function inDiscord(discord: Discord): Place {
	const ada = discord.person('ada', { admin: true });
	discord.channel('films');
	return {
		name: 'Discord',
		async ask(text) {
			const { id } = await ada.say('films', text, { mention: 'user' });
			// A thread has the id of the message that it hangs on.
			return () => discord.messages(id).map(readInDiscord).join('\n');
		},
		async command(line) {
			const { command, options } = parseLine(line, commandTable);
			const handle = await ada.command(command.path.join(' '), options as Record<string, string>, 'films');
			const replied = () => [handle.reply() ?? [], handle.followups()].flat().map(readInDiscord).join('\n');
			return discord.until(replied);
		},
		own: {
			question: 'Which films of Hayao Miyazaki are the longest?',
			word: 'Miyazaki',
			answered: /Princess Mononoke/,
			functionName: 'listLongestMovies',
		},
	};
}

/** One process on one storage, in all places at once. */
async function openPlaces(context: TestContext, environment: Readonly<Record<string, string>> = {}) {
	const { slack, start } = await openSlackWorld(context, { mode: 'socket', args: START });
	const discord = await startDiscord();
	context.after(() => discord.close());
	const begin = async (more: Readonly<Record<string, string>> = {}) => {
		const [bot] = await start({ DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token, ...more });
		return bot ?? assert.fail();
	};
	const bot = await begin(environment);
	return { bot, slack, discord, begin, places: [inSlack(slack), inDiscord(discord), atConsole(bot)] as const };
}

async function answered(shown: () => string, words: RegExp): Promise<void> {
	await until(() => words.test(shown()), shown);
}

/** What a question leaves behind is stored after its answer was shown. */
async function replies(place: Place, line: string, words: string): Promise<string> {
	for (let time = 1; ; time++) {
		const reply = await place.command(line);
		if (reply.includes(words)) return reply;
		if (time === 100) throw new Error(`${line} in ${place.name} does not say ${words}:\n${reply}`);
		await delay(50);
	}
}

describe('the chats and the console in one process', () => {
	test('answer the same question at once', async (context) => {
		const { places, bot } = await openPlaces(context);
		const threads = await Promise.all(places.map((place) => place.ask(QUESTION)));
		await Promise.all(threads.map((shown) => answered(shown, ANSWER)));
		assert.match(
			bot.output(),
			/^ToolCoder Bot is in Slack: .*\nToolCoder Bot is in Discord as .*\nToolCoder Bot\. No model is configured/m,
		);
	});

	test('see nothing of what another workspace has', async (context) => {
		const { places } = await openPlaces(context);
		for (const [index, place] of places.entries()) {
			assert.match(await place.command(`/toolset add own${index} example:movies`), /Connected/);
			await answered(await place.ask(place.own.question), place.own.answered);
		}
		for (const [index, place] of places.entries()) {
			const seen = [
				await replies(place, '/functions list', place.own.functionName),
				await replies(place, '/runs', place.own.word),
				await replies(place, '/toolset list', `own${index}`),
			].join('\n');
			for (const [other, { own, name }] of places.entries()) {
				if (other === index) continue;
				for (const theirs of [own.functionName, own.word, `own${other}`])
					assert.ok(!seen.includes(theirs), `${place.name} sees ${theirs} of ${name}`);
			}
		}
	});

	test("reach this machine's own addresses and files from the console alone", async (context) => {
		const { places } = await openPlaces(context);
		const api = await serve((_request, response) => json(response, documentOf(api.origin)));
		context.after(() => api.close());
		const file = path.join(await consoleFolder(context), 'api.json');
		await writeFile(file, JSON.stringify(documentOf(api.origin)));
		for (const place of places) {
			const fromAddress = await place.command(`/toolset add local ${api.origin}/openapi.json`);
			const fromFile = await place.command(`/toolset add filed ${file}`);
			if (place.name === 'the console') {
				assert.match(fromAddress, /Connected.*local/);
				assert.match(fromFile, /Connected.*filed/);
			} else {
				assert.match(fromAddress, /ALLOW_PRIVATE_HOSTS/);
				assert.match(fromFile, /is no http or https address/);
			}
		}
		assert.equal(api.requests.length, 1, 'the console has read its document');
	});
});

function documentOf(origin: string) {
	return {
		openapi: '3.1.0',
		info: { title: 'Local', version: '1' },
		servers: [{ url: origin }],
		paths: { '/word': { get: { operationId: 'getWord', responses: { 200: { description: 'ok' } } } } },
	};
}

describe('a process with chats and a console', () => {
	test('ends, and leaves the chats, when the console is left', async (context) => {
		const { bot, slack, discord } = await openPlaces(context);
		bot.child.stdin?.end('/toolset list\n');
		assert.equal(await endOf(bot), 0);
		await until(
			() => slack.connections() + discord.connections() === 0,
			() => bot.output(),
		);
	});

	test('stops what the console asks on Ctrl-C, and leaves what goes on in chats to the next start', async (context) => {
		let asked = 0;
		const environment = await modelEnvironment(context, () => {
			asked += 1;
			return new Promise(() => {});
		});
		const { bot, begin, places } = await openPlaces(context, environment);
		const [slack, discord, atConsole] = places;
		for (const chat of [slack, discord]) await chat.command('/toolset add movies example:movies');
		const [inSlack, inDiscord, here] = await Promise.all([slack.ask(QUESTION), discord.ask(QUESTION), atConsole.ask(QUESTION)]);
		await until(() => asked >= places.length, bot.output);
		bot.child.kill('SIGINT');
		assert.equal(await endOf(bot), 130);
		assert.match(here(), /Stopped by you/);
		await begin();
		for (const shown of [inSlack, inDiscord]) {
			await answered(shown, ANSWER);
			assert.doesNotMatch(shown(), /Stopped/);
		}
	});
});

async function endOf({ child }: Bot): Promise<number | null> {
	const late = AbortSignal.timeout(20_000);
	while (child.exitCode === null && child.signalCode === null) {
		if (late.aborted) throw new Error('The process does not end.');
		await delay(20);
	}
	return child.exitCode;
}
