import type { Message, MessageRef } from '../state/transcript.ts';
import type { Actor, Where } from './actor.ts';
import { autocomplete, command, contextMenu } from './command.ts';
import type { OptionValue } from './command-options.ts';
import { type FormValues, submit } from './forms.ts';
import type { InteractionHandle } from './interact.ts';
import { click, select } from './press.ts';
import { edit, remove, type SayOptions, say } from './say.ts';
import { startThread } from './start-thread.ts';

/** Somebody in Discord, who does what people do there. What they cannot do throws what Discord's client would say. */
export interface Person {
	readonly id: string;
	readonly name: string;
	/** Writes into a channel by name or id; `dm` is the person's direct messages with the bot. */
	say(channel: string, text: string, options?: SayOptions): Promise<Message>;
	/** Changes a message of one's own. */
	edit(message: MessageRef, text: string): Promise<Message>;
	/** Deletes a message of one's own. */
	remove(message: MessageRef): Promise<void>;
	/** Begins a thread on a message. Resolves with its id. */
	startThread(message: MessageRef, name: string): Promise<string>;
	/**
	 * `/toolset add` with its options by name. `where` is a channel (default `general`), `dm`, `group`, or a server without the bot.
	 * Resolves once it is acknowledged, or 3 s have passed.
	 */
	command(path: string, options?: Readonly<Record<string, OptionValue>>, where?: Where): Promise<InteractionHandle>;
	/** Choices offered for the option being typed. */
	autocomplete(
		path: string,
		focused: { readonly name: string; readonly value: string },
		options?: Readonly<Record<string, string>>,
		where?: Where,
	): Promise<readonly { readonly name: string; readonly value: string }[]>;
	/** The entry of this name in a message's menu. */
	contextMenu(commandName: string, message: MessageRef): Promise<InteractionHandle>;
	/** Presses the button with this label, emoji or custom id, wherever it is in the message. */
	click(message: MessageRef, label: string): Promise<InteractionHandle>;
	/** Chooses in the select menu with this custom id, by values or labels. */
	select(message: MessageRef, customId: string, values: readonly string[]): Promise<InteractionHandle>;
	/** Fills in the open modal by the custom ids of its inputs, and sends it. */
	submit(values: FormValues): Promise<InteractionHandle>;
	/** Closes the modal without sending it; the app is not told. */
	dismiss(): void;
}

export function createPerson(actor: Actor): Person {
	const { user } = actor.account;
	return {
		id: user.id,
		name: user.username,
		say: async (channel, content, options) => say(actor, channel, content, options),
		edit: async (message, content) => edit(actor, message, content),
		remove: async (message) => remove(actor, message),
		startThread: async (message, name) => startThread(actor, message, name),
		command: (path, options, where) => command(actor, path, options, where),
		autocomplete: (path, focused, options, where) => autocomplete(actor, path, focused, options, where),
		contextMenu: (name, message) => contextMenu(actor, name, message),
		click: (message, label) => click(actor, message, label),
		select: (message, customId, values) => select(actor, message, customId, values),
		submit: (values) => submit(actor, values),
		dismiss: () => void actor.world.interactions.modals.delete(user.id),
	};
}
