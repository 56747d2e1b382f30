import { type APIAttachment, ComponentType, InteractionType } from 'discord-api-types/v10';
import { LARGEST_FILE } from '../checks/message-body.ts';
import { inputsOf } from '../checks/modal.ts';
import { type Fields, integer, list, nested, text } from '../fields.ts';
import type { Channel } from '../state/channels.ts';
import type { World } from '../world.ts';
import type { Actor } from './actor.ts';
import { uploadIn } from './command-options.ts';
import { handleOf, type InteractionHandle, interact } from './interact.ts';
import { choose } from './pressables.ts';
import { resolvedEntities } from './resolved.ts';

export type FormValue = string | boolean | readonly string[] | { readonly name: string; readonly content: string };
export type FormValues = Readonly<Record<string, FormValue>>;

interface Filled {
	readonly answer: Fields;
	readonly attachments: readonly APIAttachment[];
	readonly entities: readonly string[];
}

/** Fills in and sends the modal that this person has open, which closes it. Throws what Discord's client would complain of. */
export async function submit(actor: Actor, values: FormValues): Promise<InteractionHandle> {
	const { world, account } = actor;
	const open = world.interactions.modals.get(account.user.id);
	if (!open) throw new Error(`${account.user.username} has no modal open.`);
	const { modal, opener } = open;
	const channel = world.channels.get(opener.channelId);
	if (!channel) throw new Error('The channel of the modal is gone.');
	const inputs = inputsOf(modal.components);
	for (const name of Object.keys(values)) {
		if (!inputs.some(({ input }) => input.custom_id === name)) {
			throw new Error(`The modal has no input ${name}; it has ${inputs.map(({ input }) => text(input, 'custom_id')).join(', ')}.`);
		}
	}
	const filled = new Map(
		inputs.map(({ label, input }) => [input, fill(world, channel, label, input, values[text(input, 'custom_id') ?? ''])]),
	);
	world.interactions.modals.delete(account.user.id);
	const data = {
		custom_id: modal.custom_id,
		components: answered(modal.components, filled),
		...resolvedOf(world, channel, [...filled.values()]),
	};
	const message = opener.source && world.transcript.present(opener.source);
	const metadata = { triggering_interaction_metadata: opener.metadata };
	const deed = { type: InteractionType.ModalSubmit, channel, owners: opener.owners, data, metadata, ...(message ? { message } : {}) };
	return handleOf(world, await interact(actor, deed));
}

function resolvedOf(world: World, channel: Channel, filled: readonly Filled[]): object {
	const attachments = filled.flatMap((item) => item.attachments);
	const uploaded = attachments.length > 0 ? { attachments: Object.fromEntries(attachments.map((item) => [item.id, item])) } : {};
	const entities = filled.flatMap((item) => item.entities);
	const resolved = { ...resolvedEntities(world, channel, entities), ...uploaded };
	return Object.keys(resolved).length > 0 ? { resolved } : {};
}

/**
 * The modal's own structure with answers in it:
 * discord.com/developers/docs/components/reference#label-label-interaction-response-structure
 */
function answered(components: readonly Fields[], filled: ReadonlyMap<Fields, Filled>): readonly Fields[] {
	let id = 0;
	const next = (component: Fields) => {
		id += 1;
		return typeof component.id === 'number' && component.id > 0 ? component.id : id;
	};
	return components.map((component) => {
		const own = { type: component.type, id: next(component) };
		const answer = (input: Fields) => ({ type: input.type, id: next(input), custom_id: input.custom_id, ...filled.get(input)?.answer });
		const input = nested(component, 'component');
		if (component.type === ComponentType.Label && input) return { ...own, component: answer(input) };
		if (component.type === ComponentType.ActionRow) return { ...own, components: list(component, 'components').map(answer) };
		return own;
	});
}

/** One input; what is not given stays as the app filled it in. */
function fill(world: World, channel: Channel, label: string, input: Fields, value: FormValue | undefined): Filled {
	const nothing = { attachments: [], entities: [] };
	switch (input.type) {
		case ComponentType.TextInput:
			return { ...nothing, answer: { value: typed(label, input, value) } };
		case ComponentType.FileUpload: {
			const attachments = uploaded(label, input, value).map((file) => world.attachments.upload(channel.id, file, true));
			return { ...nothing, attachments, answer: { values: attachments.map((item) => item.id) } };
		}
		case ComponentType.Checkbox:
			return { ...nothing, answer: { value: value ?? input.default === true } };
		case ComponentType.RadioGroup: {
			const [chosen] = choose(input, value === undefined ? preset(input) : [String(value)]);
			return { ...nothing, answer: { value: chosen ?? null } };
		}
		default: {
			const wanted = value === undefined ? preset(input) : Array.isArray(value) ? value.map(String) : [String(value)];
			const values = choose(input, wanted);
			const isOfText = input.type === ComponentType.StringSelect || input.type === ComponentType.CheckboxGroup;
			return { ...nothing, entities: isOfText ? [] : values, answer: { values } };
		}
	}
}

function preset(input: Fields): readonly string[] {
	const options = list(input, 'options').filter((option) => option.default === true);
	return [...options.map((option) => text(option, 'value') ?? ''), ...list(input, 'default_values').map((item) => text(item, 'id') ?? '')];
}

function typed(label: string, input: Fields, value: FormValue | undefined): string {
	const said = value === undefined ? (text(input, 'value') ?? '') : value;
	if (typeof said !== 'string') throw new Error(`${label} takes text.`);
	if (said === '' && input.required !== false) throw new Error(`${label}: This field is required.`);
	const [min, max] = [integer(input, 'min_length') ?? 0, integer(input, 'max_length') ?? 4000];
	if (said !== '' && (said.length < min || said.length > max))
		throw new Error(`${label} takes ${min} to ${max} characters, not ${said.length}.`);
	return said;
}

function uploaded(label: string, input: Fields, value: FormValue | undefined): readonly { name: string; content: Buffer }[] {
	const wanted = value === undefined ? [] : Array.isArray(value) ? value : [value];
	const files = wanted.map((file) => uploadIn(label, file));
	const min = integer(input, 'min_values') ?? (input.required === false ? 0 : 1);
	const max = integer(input, 'max_values') ?? 1;
	if (files.length < min && !(files.length === 0 && input.required === false)) throw new Error(`${label}: This field is required.`);
	if (files.length > max) throw new Error(`${label} takes ${max} files at most.`);
	if (files.some((file) => file.content.byteLength > LARGEST_FILE)) throw new Error(`${label}: the file is too large.`);
	return files;
}
