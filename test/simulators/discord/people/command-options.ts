import type { APIAttachment } from 'discord-api-types/v10';
import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Channel } from '../state/channels.ts';
import type { World } from '../world.ts';
import { resolvedEntities } from './resolved.ts';

export type OptionValue = string | boolean | number | { readonly name: string; readonly content: string };

export interface FilledOptions {
	readonly options: readonly {
		readonly type: number;
		readonly name: string;
		readonly value: string | number | boolean;
		readonly focused?: boolean;
	}[];
	readonly resolved: object | undefined;
}

const {
	Attachment,
	Boolean: Flag,
	Channel: InChannel,
	Integer,
	Mentionable,
	Number: Decimal,
	Role,
	String: Text,
	User,
} = ApplicationCommandOptionType;
const ENTITIES: readonly number[] = [User, InChannel, Role, Mentionable];

/** Fills the options of a command in as Discord's client lets people do; throws what it would show. */
export function fillOptions(
	world: World,
	channel: Channel,
	known: readonly APIApplicationCommandBasicOption[],
	given: Readonly<Record<string, OptionValue>>,
): FilledOptions {
	for (const name of Object.keys(given)) {
		if (!known.some((option) => option.name === name)) throw new Error(`The command has no option ${name}.`);
	}
	const attachments: APIAttachment[] = [];
	const options = known.flatMap((option): FilledOptions['options'] => {
		const value = given[option.name];
		if (value === undefined) {
			if (option.required) throw new Error(`This option is required. Specify a value: ${option.name}`);
			return [];
		}
		if (option.type === Attachment) {
			const attachment = world.attachments.upload(channel.id, uploadIn(option.name, value), true);
			attachments.push(attachment);
			return [{ type: option.type, name: option.name, value: attachment.id }];
		}
		return [{ type: option.type, name: option.name, value: parameterOf(option, value) }];
	});
	const entities = options.flatMap((option) => (ENTITIES.includes(option.type) ? [String(option.value)] : []));
	const uploaded = attachments.length > 0 ? { attachments: Object.fromEntries(attachments.map((item) => [item.id, item])) } : {};
	const resolved = { ...resolvedEntities(world, channel, entities), ...uploaded };
	return { options, resolved: Object.keys(resolved).length > 0 ? resolved : undefined };
}

export function uploadIn(name: string, value: unknown): { name: string; content: Buffer } {
	if (typeof value !== 'object' || value === null || !('content' in value) || !('name' in value)) throw new Error(`${name} takes a file.`);
	return { name: String(value.name), content: Buffer.from(String(value.content)) };
}

function parameterOf(option: APIApplicationCommandBasicOption, value: OptionValue): string | number | boolean {
	const { name } = option;
	if (typeof value === 'object') throw new Error(`${name} takes no file.`);
	switch (option.type) {
		case Flag:
			if (typeof value !== 'boolean') throw new Error(`${name} is either true or false.`);
			return value;
		case Integer:
		case Decimal: {
			const number = Number(chosen(option, value));
			const isWrong = Number.isNaN(number) || (option.type === Integer && !Number.isInteger(number));
			if (isWrong || number < (option.min_value ?? -Infinity) || number > (option.max_value ?? Infinity))
				throw new Error(`${value} is not a valid number for ${name}.`);
			return number;
		}
		case Text: {
			const said = String(chosen(option, value));
			const [min, max] = [option.min_length ?? 1, option.max_length ?? 6000];
			if (said.length < min || said.length > max)
				throw new Error(`${name} must be between ${min} and ${max} characters, not ${said.length}.`);
			return said;
		}
		default:
			return String(value);
	}
}

/** Where there are choices, only those can be taken: by their name or their value. */
function chosen(option: APIApplicationCommandBasicOption, value: string | number | boolean): string | number | boolean {
	const choices = 'choices' in option ? option.choices : undefined;
	if (!choices || choices.length === 0) return value;
	const found = choices.find((choice) => choice.name === value || choice.value === value);
	if (!found) throw new Error(`${option.name} offers ${choices.map((choice) => choice.name).join(', ')}, not ${value}.`);
	return found.value;
}
