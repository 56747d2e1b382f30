import type { Bot } from '../../test/adapters/bot-child.ts';
import { openDiscordWorld } from '../../test/adapters/discord/bot-process.ts';
import { answered, asRead, commanded, hasButton, postsIn } from '../../test/adapters/discord/people-see.ts';
import type { Discord, Message, Person } from '../../test/simulators/discord/discord.ts';
import { type Chat, createAftermath, LABELS, type Place, SECOND_LOOK } from './chat.ts';

/** Discord with so many servers that have the bot. */
export async function openDiscordChat(workspaces: number): Promise<Chat> {
	const aftermath = createAftermath();
	const guilds = Array.from({ length: workspaces }, (_, number) => ({ name: `Writes ${number}`, bot: true }));
	const { discord, start, logs } = await openDiscordWorld(aftermath, {}, { guilds });
	const people = guilds.map(({ name }, number) => discord.person(`dana${number}`, { admin: true, guild: name }));
	let bot: Bot | undefined;
	const personOf = (workspace: number) => {
		const person = people[workspace];
		if (!person) throw new Error('There is no such server.');
		return person;
	};
	return {
		platform: 'Discord',
		async start(environment) {
			[bot] = await start(environment);
		},
		kill: async () => bot?.end('SIGKILL'),
		async connect(workspace, name, source) {
			await commanded(discord, personOf(workspace), 'toolset add', { name, source }, /^Connected/, `administration-${workspace}`);
		},
		async ask(workspace, text) {
			const person = personOf(workspace);
			const { id } = await person.say(`music-${workspace}`, text, { mention: 'user' });
			return placeOf(discord, person, id);
		},
		logs,
		close: aftermath.perform,
	};
}

function placeOf(discord: Discord, person: Person, thread: string): Place {
	return {
		shown: () => postsIn(discord, thread).map(asRead),
		cards: () =>
			postsIn(discord, thread).flatMap((message) => {
				const labels = LABELS.filter((label) => hasButton(message, label));
				return labels.length === 0 ? [] : [{ id: message.id, text: asRead(message), labels, press: pressing(discord, person, message) }];
			}),
	};
}

function pressing(discord: Discord, person: Person, message: Message): (label: string) => Promise<void> {
	return async (label) => {
		const handle = await person.click(message, label);
		if (!handle.acknowledged) throw new Error('The bot did not take the click in time.');
		const isYes = label === 'Approve' || label === 'Send again';
		if (!isYes || !SECOND_LOOK.test(asRead(message))) return;
		await person.click(await answered(discord, handle, /Look again/), 'Yes, send it');
	};
}
