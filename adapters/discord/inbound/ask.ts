import { type AskingCommand, beginRun, beginsRun } from '../../../commands/begin-run.ts';
import type { Request } from '../../../commands/command.ts';
import { commandTable } from '../../../commands/table.ts';
import { UserError } from '../../../src/errors.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, guildOf, type Place, personalWorkspaceOf, workspaceOf } from '../place.ts';
import { openPlace, type Spot } from './open-place.ts';
import { sayOnce } from './say-once.ts';

/** What somebody asks, in a form that can be written down. */
export interface Asking {
	/** The path of the command that begins the run: `functions run`. `ask` when left out. */
	readonly command?: string;
	readonly options: Request['options'];
	readonly retryOf?: Request['retryOf'];
	readonly user: string;
	readonly name?: string;
	/** Of the event, the same at every delivery. */
	readonly id: string;
	/** In a server with the bot; otherwise the workspace is found by the person. */
	readonly guild?: string;
	/** Outside of servers: whose APIs are asked, when that is not to be found anew. */
	readonly workspaceId?: string;
	readonly topic?: string;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;

/**
 * Asks at a message: in its thread, or where that cannot be, in replies. Gives the place of the answer. In a thread that is about something else,
 * whoever asked may go on asking. `text` is what `textOf` gave. Rejects with a UserError.
 */
export async function askAt(spot: Spot, text: string, asking: Asking, parts: Parts): Promise<Place> {
	const { place, note } = await openPlace(spot, text, parts);
	if (place.kind === 'interaction') return place;
	const target = { channel: place.channel, ...(place.kind === 'replies' && { replyTo: place.message }) };
	if (note) await sayOnce(target, { about: `threads/${place.channel}`, text: note, everyMs: DAY_MS }, parts);
	// Replies have no thread that would hold a person's questions together.
	const topic = place.kind === 'replies' ? topicIn(place.channel, asking.user) : asking.topic;
	await askIn(place, { ...asking, ...(topic !== undefined && { topic }) }, parts);
	if (asking.guild !== undefined) await engage(place, asking.user, parts);
	const isThread = place.kind === 'channel' && place.channel !== spot.channel;
	if (isThread && !parts.readsAll()) {
		void sayOnce(target, { about: `mention/${asking.guild}/${asking.user}`, text: NEEDS_MENTION, everyMs: YEAR_MS }, parts);
	}
	return place;
}

/** What would be asked, as people read it. Rejects as asking would, with a UserError, before anything is shown of it. */
export async function textOf(asking: Asking, parts: Parts): Promise<string> {
	const workspaceId = await workspaceOfAsker(asking, parts);
	const request = { workspaceId, options: asking.options, user: userOf(asking, workspaceId, parts) };
	const asked = await commandOf(asking).asks(request, parts.services);
	// A thread that was opened for a question that is refused would stay.
	await parts.services.budgets.check({ id: asking.id, workspaceId, askedBy: { id: asking.user }, call: asked.call });
	return asked.text;
}

/** Asks where the answer is to be shown. Resolves when the question is on disk. Rejects with a UserError. */
export async function askIn(place: Place, asking: Asking, parts: Parts): Promise<void> {
	const { options, retryOf, user, id, guild, topic } = asking;
	const { workspaces, services } = parts;
	// Found once: whose APIs are asked, and whose admin may have them write unasked, must be the same.
	const workspaceId = await workspaceOfAsker(asking, parts);
	await workspaces.welcome(workspaceId);
	if (guild !== undefined) await workspaces.remember(user, guild);
	const conversation = conversationKey(place);
	const about = { ...(topic !== undefined && { topic }), ...(retryOf !== undefined && { retryOf }) };
	const request = { id, workspaceId, conversation, ...about, user: userOf(asking, workspaceId, parts), options };
	await beginRun(commandOf(asking), request, services);
}

/** Another version of the bot may have written it down. */
function commandOf({ command: path = 'ask' }: Asking): AskingCommand {
	const command = commandTable.find((candidate) => candidate.path.join(' ') === path);
	if (!beginsRun(command)) throw new UserError('not-found', `There is no command /${path} any more. /help shows those there are.`);
	return command;
}

async function engage(place: Place, user: string, { engagements }: Parts): Promise<void> {
	const key = conversationKey(place);
	if (place.kind === 'channel' && !(await engagements.includes(key, user))) await engagements.join(key, user);
}

function userOf({ user: id, name }: Asking, workspaceId: string, { people }: Parts): Request['user'] {
	return { id, ...(name !== undefined && { name }), isAdmin: () => people.isAdmin(workspaceId, id) };
}

async function workspaceOfAsker({ guild, workspaceId, user }: Asking, { workspaces, people }: Parts): Promise<string> {
	if (guild !== undefined) return workspaceOf(guild);
	if (workspaceId === undefined) return workspaces.of(user);
	const server = guildOf(workspaceId);
	const isTheirs = server === undefined ? workspaceId === personalWorkspaceOf(user) : await people.isMember(server, user);
	if (!isTheirs) throw new UserError('not-allowed', 'This question was asked in a server that you are not in. Ask it again.');
	return workspaceId;
}

/** What somebody asks in a channel, one question after the other. */
export function topicIn(channel: string, user: string): string {
	return `${conversationKey({ kind: 'channel', channel })}~${user}`;
}

const NEEDS_MENTION =
	'-# To ask more here, mention me again: Discord does not show me other messages. (Whoever runs me can change that with the Message Content Intent.)';
