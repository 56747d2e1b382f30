import { MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10';
import { type Fields, isFields, list, nested, strings, text } from '../fields.ts';
import type { Channel } from '../state/channels.ts';
import { permissionsIn } from '../state/permissions.ts';
import type { Pings } from '../state/transcript.ts';
import { governing, guildOf, type World } from '../world.ts';
import type { Problems } from './problems.ts';

const KINDS = ['users', 'roles', 'everyone'] as const;

/** Which mentions in a message count: discord.com/developers/docs/resources/message#allowed-mentions-object */
export interface AllowedMentions {
	readonly parse: readonly string[];
	readonly users: readonly string[];
	readonly roles: readonly string[];
	readonly repliedUser: boolean;
}

/** Of messages that do not say; responses to interactions count users only. People who reply notify unless they switch that off. */
export const ALL_MENTIONS: AllowedMentions = { parse: KINDS, users: [], roles: [], repliedUser: true };
export const USER_MENTIONS: AllowedMentions = { parse: ['users'], users: [], roles: [], repliedUser: true };

export function checkAllowedMentions(problems: Problems, fields: Fields, otherwise: AllowedMentions): AllowedMentions {
	const given = nested(fields, 'allowed_mentions');
	if (!given) return otherwise;
	const at = 'allowed_mentions';
	const parse = strings(given, 'parse');
	for (const [index, kind] of parse.entries()) {
		if (!KINDS.some((known) => known === kind))
			problems.add(`${at}.parse.${index}`, 'BASE_TYPE_CHOICES', "Value must be one of {'roles', 'users', 'everyone'}.");
	}
	for (const kind of ['users', 'roles'] as const) {
		const ids = strings(given, kind);
		if (ids.length > 100) problems.add(`${at}.${kind}`, 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.');
		if (ids.length > 0 && parse.includes(kind)) {
			const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
			problems.add(at, 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message);
		}
	}
	return { parse, users: strings(given, 'users'), roles: strings(given, 'roles'), repliedUser: given.replied_user === true };
}

/** Whom a message notifies: what is mentioned in its text and allowed, as far as its author may do that where it stands. */
export function pingsOf(
	world: World,
	channel: Channel,
	message: { readonly content: string; readonly components: readonly Fields[]; readonly author: string; readonly repliedTo?: string },
	allowed: AllowedMentions,
): Pings {
	const said = [message.content, ...textsOf(message.components)].join('\n');
	const guild = guildOf(world, channel);
	const ids = (pattern: RegExp) => [...new Set([...said.matchAll(pattern)].map(([, id]) => id ?? ''))];
	const counts = (kind: 'users' | 'roles', id: string) => allowed.parse.includes(kind) || allowed[kind].includes(id);
	const mayMentionAll =
		guild !== undefined && (permissionsIn(guild, governing(world, channel), message.author) & PermissionFlagsBits.MentionEveryone) !== 0n;
	const users = ids(/<@!?(\d+)>/g).filter((id) => world.people.get(id) && counts('users', id));
	const replied = message.repliedTo !== undefined && allowed.repliedUser ? [message.repliedTo] : [];
	return {
		users: [...new Set([...users, ...replied])],
		roles: ids(/<@&(\d+)>/g).filter(
			(id) => counts('roles', id) && guild?.roles.has(id) && (mayMentionAll || guild.roles.get(id)?.mentionable),
		),
		everyone: mayMentionAll && allowed.parse.includes('everyone') && /@(everyone|here)\b/.test(said),
	};
}

/** Texts in which mentions count. */
export function textsOf(components: readonly Fields[]): readonly string[] {
	return components.flatMap((component) => [
		...(component.type === 10 ? [text(component, 'content') ?? ''] : []),
		...textsOf(list(component, 'components')),
	]);
}

export function isV2(flags: number | undefined): boolean {
	return ((flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
}

/** Components as they were given, for whoever looks at them field by field. */
export function componentFields(components: unknown): readonly Fields[] {
	return Array.isArray(components) ? components.filter(isFields) : [];
}
