import { submitQuestion } from '../../../commands/ask.ts';
import type { Request } from '../../../commands/command.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, type Place, workspaceOf } from '../place.ts';
import { openPlace, type Spot } from './open-place.ts';
import { sayOnce } from './say-once.ts';

/** A question that somebody asks. */
export interface Asking {
	readonly options: Request['options'];
	readonly user: string;
	readonly name?: string;
	/** Of the event, the same at every delivery. */
	readonly id: string;
	/** In a server with the bot; otherwise the workspace is found by the person. */
	readonly guild?: string;
	readonly topic?: string;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;

/** Asks at a message: in its thread, or where that cannot be, in replies. Gives the place of the answer. Rejects with a UserError. */
export async function askAt(spot: Spot, asking: Asking, parts: Parts): Promise<Place> {
	const { place, note } = await openPlace(spot, String(asking.options.question ?? ''), parts);
	if (place.kind === 'interaction') return place;
	const target = { channel: place.channel, ...(place.kind === 'replies' && { replyTo: place.message }) };
	if (note) await sayOnce(target, { about: `threads/${place.channel}`, text: note, everyMs: DAY_MS }, parts);
	// Replies have no thread that would hold a person's questions together.
	const topic = place.kind === 'replies' ? topicIn(place.channel, asking.user) : asking.topic;
	await askIn(place, { ...asking, ...(topic !== undefined && { topic }) }, parts);
	const isThread = place.kind === 'channel' && place.channel !== spot.channel;
	if (isThread && !parts.readsAll()) {
		void sayOnce(target, { about: `mention/${asking.guild}/${asking.user}`, text: NEEDS_MENTION, everyMs: YEAR_MS }, parts);
	}
	return place;
}

/** Asks where the answer is to be shown. Resolves when the question is on disk. Rejects with a UserError. */
export async function askIn(place: Place, { options, user, name, id, guild, topic }: Asking, parts: Parts): Promise<void> {
	const { workspaces, people, services } = parts;
	const workspaceId = guild === undefined ? await workspaces.of(user) : workspaceOf(guild);
	await workspaces.welcome(workspaceId);
	if (guild !== undefined) await workspaces.remember(user, guild);
	await submitQuestion(
		{
			id,
			workspaceId,
			conversation: conversationKey(place),
			...(topic !== undefined && { topic }),
			user: { id: user, ...(name !== undefined && { name }), isAdmin: () => people.isAdmin(workspaceId, user) },
			options,
		},
		services,
	);
}

/** What somebody asks in a channel, one question after the other. */
export function topicIn(channel: string, user: string): string {
	return `${conversationKey({ kind: 'channel', channel })}~${user}`;
}

const NEEDS_MENTION =
	'-# To ask more here, mention me again: Discord does not show me other messages. (Whoever runs me can change that with the Message Content Intent.)';
