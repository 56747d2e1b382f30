import { type BaseInteraction, Events } from 'discord.js';
import type { DiscordOptions } from './discord.ts';
import { withDiscord } from './with-discord.ts';

export const COMMANDS = [
	{
		name: 'toolset',
		description: 'Toolsets',
		integration_types: [0, 1],
		contexts: [0, 1, 2],
		options: [
			{ type: 1, name: 'add', description: 'Adds one', options: [{ type: 3, name: 'name', description: 'Its name', autocomplete: true }] },
			{
				type: 1,
				name: 'upload',
				description: 'Uploads one',
				options: [{ type: 11, name: 'file', description: 'The file', required: true }],
			},
		],
	},
	{ name: 'ask', description: 'Asks', options: [{ type: 3, name: 'question', description: 'What', max_length: 20, required: true }] },
	{ name: 'Answer this', type: 3 },
];

/** A simulator and a bot with these commands, which does this with every interaction. What it fails with is kept. */
export async function withBot(
	t: { after(work: () => Promise<void>): void },
	answer: (interaction: BaseInteraction) => Promise<unknown>,
	options?: DiscordOptions,
) {
	const { discord, login } = await withDiscord(t, options);
	const failures: unknown[] = [];
	const client = await login((own) =>
		own.on(Events.InteractionCreate, (interaction) => void answer(interaction).catch((error: unknown) => failures.push(error))),
	);
	await client.rest.put(`/applications/${discord.applicationId}/commands`, { body: COMMANDS });
	return { discord, client, failures, dana: discord.person('dana') };
}

/** A bot that answers nothing: the first interaction that it is told of. */
export function latest() {
	const { promise, resolve } = Promise.withResolvers<BaseInteraction>();
	return { promise, take: async (interaction: BaseInteraction) => resolve(interaction) };
}
