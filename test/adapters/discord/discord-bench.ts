import type { TestContext } from 'node:test';
import { type APIApplicationCommandOption, ApplicationCommandOptionType, ComponentType } from 'discord-api-types/v10';
import type { BenchOptions, ChatBench, Thread, Who } from '../../contracts/chat-contract.ts';
import type { Discord, Message, Person } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, asRead, commanded, hasButton, postsIn, press, whispersTo } from './people-see.ts';

const HOME = 'Films';
const ELSEWHERE = 'Books';
const CHANNEL = 'films';

/** Discord as the chat contract sees it. A thread is known by the message it hangs on. */
export async function openDiscordBench(
	context: TestContext,
	{ environment = {}, everywhere = false }: BenchOptions = {},
): Promise<ChatBench> {
	const guilds = [{ name: HOME }, { name: ELSEWHERE, bot: everywhere }];
	const { discord, start } = await openDiscordWorld(context, { environment }, { guilds });
	await start();
	const people = new Map<Who, Person>();
	const person = (who: Who) => {
		const guild = who === 'eve' || who === 'mallory' ? ELSEWHERE : HOME;
		const known = people.get(who) ?? discord.person(who, { admin: who === 'alex' || who === 'mallory', guild });
		people.set(who, known);
		return known;
	};
	// Without a model, the example is connected in every server the bot is in; the contract wants workspaces as Slack makes them: without APIs.
	if (everywhere) for (const admin of [person('alex'), person('mallory')]) await removeExample(discord, admin);
	return benchOf(discord, person);
}

async function removeExample(discord: Discord, admin: Person): Promise<void> {
	const question = await commanded(discord, admin, 'toolset remove', { name: 'movies' }, /Disconnect/);
	await answered(discord, await admin.click(question, 'Yes, do it'), /Disconnected/);
}

function benchOf(discord: Discord, person: (who: Who) => Person): ChatBench {
	const posted = ({ ts }: Thread) => postsIn(discord, ts);
	return {
		async ask(who, text) {
			const { channel_id: channel, id: ts } = await person(who).say(CHANNEL, text, { mention: 'user' });
			return { channel, ts };
		},
		async reply(who, thread, text) {
			await person(who).say(thread.channel, text, { thread: thread.ts });
		},
		command: (who, line) => choose(discord, person(who), line),
		async stop(who, { ts }) {
			await press(discord, person(who), ts, 'Stop');
		},
		async press(who, thread, label) {
			const message = posted(thread).findLast((candidate) => hasButton(candidate, label));
			if (!message) throw new Error(`no message with ${label}`);
			await person(who).click(message, label);
		},
		async redeliver({ ts }, times) {
			for (let time = 0; time < times; time++) discord.redeliver(ts);
		},
		shown: (thread) => posted(thread).map(asRead),
		fences: (thread) => posted(thread).flatMap(fencesOf),
		files: ({ ts }) => discord.files().filter((file) => file.channel_id === ts),
		whispered: (who) => whispersTo(discord, person(who)),
		async sayAsBots(text) {
			const channel = discord.channel(CHANNEL);
			const said = (['self', 'bot', 'webhook'] as const).map((kind) => discord.sayAs(kind, channel, text, { mention: true }));
			return said.map(({ id: ts }) => ({ channel, ts }));
		},
		until: discord.until,
		unacknowledged: () =>
			discord.interactions.flatMap(({ id, type, problem }) =>
				problem === undefined ? [] : [`interaction ${id} of type ${type}: ${problem}`],
			),
	};
}

/**
 * Chooses a command from the menu, with the words of the line in its fields. What the server's settings hide from this person is still offered in
 * direct messages.
 */
async function choose(discord: Discord, person: Person, line: string): Promise<void> {
	const words = line.replace(/^\//, '').split(/\s+/);
	const command = discord.commands().find(({ name, type }) => name === words[0] && type === 1);
	if (!command) throw new Error(`There is no command /${words[0]}.`);
	const subcommand = command.options?.find(({ name, type }) => type === ApplicationCommandOptionType.Subcommand && name === words[1]);
	const path = subcommand ? words.slice(0, 2) : words.slice(0, 1);
	const fields = (subcommand ? optionsOf(subcommand) : command.options) ?? [];
	const given = words.slice(path.length);
	const values = fields.map(({ name }, at) => [name, at === fields.length - 1 ? given.slice(at).join(' ') : given[at]] as const);
	const options = Object.fromEntries(values.flatMap(([name, value]) => (value ? [[name, value]] : [])));
	const hidden = command.default_member_permissions !== null && command.default_member_permissions !== undefined;
	await person.command(path.join(' '), options, hidden ? 'dm' : CHANNEL);
}

function optionsOf(option: APIApplicationCommandOption): readonly APIApplicationCommandOption[] {
	return 'options' in option ? (option.options ?? []) : [];
}

/** The code of a message. Throws for a block that is not closed where it was opened. */
function fencesOf({ components = [] }: Message): string[] {
	const shown = components.flatMap((component) => (component.type === ComponentType.Container ? component.components : [component]));
	return shown.flatMap((component) => {
		if (component.type !== ComponentType.TextDisplay || !component.content.includes('```')) return [];
		const match = /^(`{3,})\w*\n([\s\S]*?)\n\1\s*$/.exec(component.content.trim());
		if (!match) throw new Error(`a code block is broken: ${component.content.slice(0, 200)}`);
		return [match[2] ?? ''];
	});
}
