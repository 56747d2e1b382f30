import type { ChannelOptions } from '../state/channels.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import type { UploadedFile } from '../state/uploads.ts';
import type { View } from '../state/views.ts';
import { install, openTab, stop, upload } from './elsewhere.ts';
import type { FormValues } from './form-state.ts';
import { closeView, submit } from './forms.ts';
import type { Actor } from './interaction.ts';
import { type Clicked, type ClickOptions, click, command, useShortcut } from './press.ts';
import { channelFor, edit, remove, type SayOptions, say } from './say.ts';

/** Somebody in a workspace, who does what people do in Slack. What they cannot do there throws. */
export interface Person {
	readonly id: string;
	readonly name: string;
	readonly team: string;
	say(channel: string, text: string, options?: SayOptions): Promise<Message>;
	edit(message: MessageRef, text: string): Promise<Message>;
	remove(message: MessageRef): Promise<void>;
	/** `/ask how many…`, typed into a channel. */
	command(line: string, channel: string): Promise<void>;
	shortcut(callbackId: string, message: MessageRef): Promise<void>;
	click(on: MessageRef | View, action: string, options?: ClickOptions): Promise<Clicked>;
	/** Fills the form in and sends it. Resolves with what is on top afterwards: the same view with `errors`, another, or nothing. */
	submit(view: View, values?: FormValues): Promise<View | undefined>;
	/** Closes the modal on top with its button or, with `all`, the whole stack. */
	close(view: View, options?: { readonly all?: boolean }): Promise<void>;
	upload(name: string, content: string): Promise<UploadedFile>;
	/** Presses the stop button that Slack itself shows while a session is being worked on. */
	stop(thread: MessageRef): Promise<void>;
	/** Opens the app's Home tab; the app is told. */
	openHome(): Promise<void>;
	/** Opens the app's Messages tab; the app is told. */
	openMessages(): Promise<void>;
	/** Follows the app's own installation page until it says that all is done; resolves with that page. */
	install(url: string): Promise<Response>;
	join(channel: string): Promise<void>;
	/** Makes a channel of this person's own. Resolves with its id. */
	openChannel(name: string, options?: ChannelOptions): Promise<string>;
}

export function createPerson(actor: Actor): Person {
	const { member, workspace } = actor;
	return {
		id: member.id,
		name: member.name,
		team: workspace.id,
		say: (channel, content, options) => say(actor, channel, content, options),
		edit: (message, content) => edit(actor, message, content),
		remove: (message) => remove(actor, message),
		command: async (line, channel) => command(actor, line, await channelFor(actor, channel)),
		shortcut: (callbackId, message) => useShortcut(actor, callbackId, message),
		click: (on, action, options) => click(actor, on, action, options),
		submit: (view, values) => submit(actor, view, values),
		close: (view, options) => closeView(actor, view, options?.all ?? false),
		upload: (name, content) => upload(actor, name, content),
		stop: (thread) => stop(actor, thread),
		openHome: () => openTab(actor, 'home'),
		openMessages: () => openTab(actor, 'messages'),
		install: (url) => install(actor, url),
		async join(channel) {
			await channelFor(actor, channel);
		},
		openChannel: async (name, options) => (await workspace.channels.open(name, member, options)).id,
	};
}
