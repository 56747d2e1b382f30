import type { Run } from '../../src/runs/run.ts';
import type { Target } from './outbound/target.ts';

/** How every key of Discord begins. */
export const PLATFORM = 'discord:';

/** Where a question is answered. All of Discord's ids are decimal numbers. */
export type Place =
	/** A thread, or a direct message. */
	| { readonly kind: 'channel'; readonly channel: string }
	/** In replies to a message: where no thread can be made. */
	| { readonly kind: 'replies'; readonly channel: string; readonly message: string }
	/** In the responses of an interaction: where the bot itself is not, but a person has brought it along. */
	| { readonly kind: 'interaction'; readonly interaction: string };

const KEY = /^discord:(?:(\d{5,20})(?:\/(\d{5,20}))?|~(\d{5,20}))$/;

/** The key under which the core knows the place. */
export function conversationKey(place: Place): string {
	if (place.kind === 'interaction') return `${PLATFORM}~${place.interaction}`;
	return place.kind === 'channel' ? PLATFORM + place.channel : `${PLATFORM}${place.channel}/${place.message}`;
}

/** Undefined for a conversation of another platform. */
export function placeOf(key: string): Place | undefined {
	const [, channel, message, interaction] = KEY.exec(key) ?? [];
	if (interaction) return { kind: 'interaction', interaction };
	if (!channel) return undefined;
	return message ? { kind: 'replies', channel, message } : { kind: 'channel', channel };
}

/** Throws for a run of another platform. */
export function placeOfRun({ conversation }: Pick<Run, 'conversation'>): Place {
	const place = placeOf(conversation);
	if (!place) throw new Error('not a conversation of Discord');
	return place;
}

/** Where messages of a run are posted. Throws for one that is shown in the responses of an interaction. */
export function targetOfRun(run: Pick<Run, 'conversation'>): Target {
	const place = placeOfRun(run);
	if (place.kind === 'interaction') throw new Error('an interaction is no channel');
	return { channel: place.channel, ...(place.kind === 'replies' && { replyTo: place.message }) };
}

/** `discord:<guild>`. */
export function workspaceOf(guild: string): string {
	return PLATFORM + guild;
}

/** Of somebody who is in no server with the bot. */
export function personalWorkspaceOf(user: string): string {
	return `${PLATFORM}@${user}`;
}

/** The guild of a workspace; undefined for a personal one, and for one of another platform. */
export function guildOf(workspaceId: string): string | undefined {
	const scope = workspaceId.startsWith(PLATFORM) ? workspaceScope(workspaceId) : '@';
	return scope.startsWith('@') ? undefined : scope;
}

/** A workspace of Discord in short: the guild's id, or `@` and the person's. */
export function workspaceScope(workspaceId: string): string {
	return workspaceId.slice(PLATFORM.length);
}
