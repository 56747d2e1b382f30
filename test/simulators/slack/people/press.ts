import { messageFields } from '../delivery/announce.ts';
import { type Fields, nested, text } from '../fields.ts';
import { respondTo } from '../methods/response-url.ts';
import { timestamp } from '../state/ids.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import type { View } from '../state/views.ts';
import { stateOf } from './form-state.ts';
import { type Actor, interaction, tell } from './interaction.ts';
import { type Pressable, pressablesOf } from './pressables.ts';

export interface ClickOptions {
	/** Chooses among several of the same name: the value of the button, or of the option to select. */
	readonly value?: string;
	/** Presses the second button of the dialog that asks whether one is sure, so that nothing happens. */
	readonly dismiss?: boolean;
}

export interface Clicked {
	/** The dialog that asked first, when there was one. */
	readonly confirm?: Fields;
}

/** Presses a button, by action id or label, of a message or view as it is now. Throws when this person sees no such button. */
export async function click(actor: Actor, on: MessageRef | View, action: string, options: ClickOptions = {}): Promise<Clicked> {
	const surface = 'id' in on ? seenView(actor, on) : seenMessage(actor, on);
	const pressable = choose(actor, surface.blocks, action, options);
	const confirm = nested(pressable.element, 'confirm');
	if (options.dismiss) {
		if (!confirm) throw new Error(`"${action}" asks nothing, so there is nothing to dismiss.`);
		return { confirm };
	}
	const actions = [{ ...pressable.payload, block_id: pressable.blockId, action_id: pressable.actionId, action_ts: timestamp() }];
	await ('id' in surface ? pressInView(actor, surface, actions) : pressInMessage(actor, surface, actions));
	return confirm ? { confirm } : {};
}

function choose(actor: Actor, blocks: readonly Fields[], action: string, options: ClickOptions): Pressable {
	const all = pressablesOf(blocks, options.value);
	const named = all.filter((item) => item.actionId === action || item.label === action);
	const fitting = options.value === undefined ? named : named.filter((item) => item.value === options.value);
	const [pressable, second] = fitting;
	if (pressable && !second) return pressable;
	const seen = all.map((item) => `"${item.label}" (${item.actionId}, value ${JSON.stringify(item.value)})`).join(', ') || 'none';
	const problem = second ? 'several such buttons, say which with `value`' : 'no such button';
	throw new Error(`${actor.member.name} wants to press "${action}" and sees ${problem}. Buttons there: ${seen}.`);
}

function seenMessage(actor: Actor, ref: MessageRef): Message {
	const { world, workspace, member } = actor;
	const message = world.transcript.find(ref);
	if (!message) throw new Error(`${member.name} sees no message ${ref.ts} in ${ref.channel}: it was deleted or never there.`);
	const channel = workspace.channels.find(message.channel);
	const hidden = message.ephemeralFor === undefined ? !channel?.members.has(member.id) : message.ephemeralFor !== member.id;
	if (hidden)
		throw new Error(
			`${member.name} cannot see message ${ref.ts}: it is ${message.ephemeralFor ? "somebody else's" : 'in a channel without them'}.`,
		);
	return message;
}

export function seenView(actor: Actor, view: View): View {
	const { world, member } = actor;
	const top = world.views.stack(member.id).at(-1);
	const home = world.views.home(member.id);
	const seen = [top, home].find((item) => item?.id === view.id);
	if (!seen) throw new Error(`${member.name} does not see the view ${view.id}: it was closed, lies under another, or is somebody else's.`);
	return seen;
}

async function pressInMessage(actor: Actor, message: Message, actions: Fields[]): Promise<void> {
	const { world, workspace, member } = actor;
	const target = { team: workspace.id, channel: message.channel, user: member.id, message: message.ts };
	const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
	const is_ephemeral = message.ephemeralFor !== undefined;
	const path = world.responseUrls.issue({ ...target, ...(message.thread_ts === undefined ? {} : { threadTs: message.thread_ts }) });
	const details = {
		container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral, ...thread },
		channel: { id: message.channel, name: workspace.channels.find(message.channel)?.name },
		// Slack leaves the contents of an ephemeral message out.
		...(is_ephemeral ? {} : { message: messageFields(message, world) }),
		state: { values: stateOf(message.blocks, {}) },
		response_url: world.origin + path,
		actions,
	};
	const attempt = await tell(actor, 'interactive', 'block_actions', interaction(actor, 'block_actions', details));
	if (attempt.answer !== undefined) await respondTo(world, target, nested({ answer: attempt.answer }, 'answer') ?? {});
}

async function pressInView(actor: Actor, view: View, actions: Fields[]): Promise<void> {
	const details = {
		container: { type: 'view', view_id: view.id },
		view: { ...view.payload, state: { values: stateOf(view.blocks, {}) } },
		actions,
	};
	await tell(
		actor,
		'interactive',
		'block_actions',
		interaction(actor, 'block_actions', details, view.type === 'modal' ? view.id : undefined),
	);
}

/** Chooses the app's entry in the menu of a message. */
export async function useShortcut(actor: Actor, callbackId: string, ref: MessageRef): Promise<void> {
	const { world, workspace, member } = actor;
	if (world.app.shortcuts && !world.app.shortcuts.includes(callbackId)) throw new Error(`The app has no message shortcut ${callbackId}.`);
	const message = seenMessage(actor, ref);
	const target = { team: workspace.id, channel: message.channel, user: member.id };
	const details = {
		callback_id: callbackId,
		message_ts: message.ts,
		channel: { id: message.channel, name: workspace.channels.find(message.channel)?.name },
		message: messageFields(message, world),
		response_url: world.origin + world.responseUrls.issue(target),
		action_ts: timestamp(),
	};
	await tell(actor, 'interactive', 'message_action', interaction(actor, 'message_action', details));
}

/** Types a slash command, with what follows it. What the app acknowledges it with is shown, as Slack does. */
export async function command(
	actor: Actor,
	line: string,
	channel: { readonly id: string; readonly name: string; readonly kind: string },
): Promise<void> {
	const { world, workspace, member } = actor;
	const [name = '', ...rest] = line.trim().split(' ');
	if (world.app.commands && !world.app.commands.includes(name)) throw new Error(`The app has not registered the command ${name}.`);
	const target = { team: workspace.id, channel: channel.id, user: member.id };
	const names: Record<string, string> = { im: 'directmessage', group: 'privategroup' };
	const body = {
		token: 'legacy-verification-token',
		team_id: workspace.id,
		team_domain: workspace.domain,
		channel_id: channel.id,
		channel_name: names[channel.kind] ?? channel.name,
		user_id: member.id,
		user_name: member.name,
		command: name,
		text: rest.join(' ').trim(),
		api_app_id: world.app.appId,
		is_enterprise_install: 'false',
		response_url: world.origin + world.responseUrls.issue(target),
		trigger_id: world.triggers.issue({ team: workspace.id, user: member.id }),
	};
	const { answer } = await tell(actor, 'slash_commands', name, body);
	if (answer === undefined) return;
	await respondTo(
		world,
		target,
		typeof answer === 'string' ? { text: answer } : (nested({ answer }, 'answer') ?? { text: text({ answer }, 'answer') }),
	);
}
