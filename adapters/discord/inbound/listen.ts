import { type Client, Events, type Interaction, type Message } from 'discord.js';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { ASK_ABOUT_THIS } from '../registration/definitions.ts';
import { onSelect } from './answer-question.ts';
import { onButton } from './listen-buttons.ts';
import { onAskAboutThis, onCommand } from './listen-commands.ts';
import { onForm } from './listen-forms.ts';
import { onMessage } from './listen-messages.ts';
import { suggest } from './suggest.ts';

export interface Ears {
	/** Nothing more is taken in; resolves when what was taken in has been handled. */
	close(): Promise<void>;
}

export interface ListenOptions {
	readonly parts: Parts;
	readonly mail: Mail;
	/** For what people upload. */
	readonly apiUrl: string;
	/** Told of every direct message. */
	readonly onDirect: (channel: string) => Promise<void>;
}

/** Everything that people do reaches the bot here. */
export function listen(client: Client, { parts, mail, apiUrl, onDirect }: ListenOptions): Ears {
	const underWay = new Set<Promise<void>>();
	const track = (work: Promise<void>) => {
		const done = work
			.catch((error) => parts.logger.error({ err: error }, 'an event of Discord could not be handled'))
			.finally(() => underWay.delete(done));
		underWay.add(done);
	};
	const onMessageCreate = (message: Message) => {
		if (message.guildId === null && !message.author.bot) void onDirect(message.channelId);
		track(onMessage(message, parts, mail));
	};
	const onInteraction = (interaction: Interaction) => track(dispatch(interaction, { parts, mail, apiUrl }));
	client.on(Events.MessageCreate, onMessageCreate);
	client.on(Events.InteractionCreate, onInteraction);
	return {
		async close() {
			client.off(Events.MessageCreate, onMessageCreate);
			client.off(Events.InteractionCreate, onInteraction);
			await Promise.all(underWay);
		},
	};
}

async function dispatch(interaction: Interaction, { parts, mail, apiUrl }: Omit<ListenOptions, 'onDirect'>): Promise<void> {
	if (interaction.isAutocomplete()) return suggest(interaction, parts);
	if (interaction.isChatInputCommand()) return onCommand(interaction, parts, mail);
	if (interaction.isMessageContextMenuCommand() && interaction.commandName === ASK_ABOUT_THIS)
		return onAskAboutThis(interaction, parts, mail);
	if (interaction.isButton()) return onButton(interaction, parts, mail);
	if (interaction.isStringSelectMenu()) return onSelect(interaction, parts);
	if (interaction.isModalSubmit()) return onForm(interaction, parts, apiUrl);
}
