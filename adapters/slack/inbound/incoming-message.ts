import { hasWords, plainText } from './plain-text.ts';

/** What a person wrote, as far as it may be meant for the bot. */
export interface IncomingMessage {
	readonly channel: string;
	readonly ts: string;
	/** Of the thread it stands in, if it does. */
	readonly threadTs?: string;
	readonly user: string;
	/** As the person sees it, without the mentions of the bot; empty when it has no words. */
	readonly text: string;
	/** Nobody else reads along. */
	readonly direct: boolean;
	readonly mentionsBot: boolean;
	/** It speaks to somebody else as well. */
	readonly mentionsOthers: boolean;
	/** Somebody of another workspace wrote it, in a channel that both share. */
	readonly stranger: boolean;
	readonly hasFile: boolean;
}

/** What people type has no subtype, or one of these: a message with a file, and a reply that was sent to the channel too. */
const TYPED: ReadonlySet<unknown> = new Set([undefined, 'file_share', 'thread_broadcast']);

/**
 * A `message` or `app_mention` event as a message to the bot. Undefined for everything that no person has just typed: messages of bots (this one
 * among them), edits, deletions, joins and all other subtypes. `team` is the workspace it was delivered to.
 */
export function readMessage(event: Readonly<Record<string, unknown>>, botUserId: string, team: string): IncomingMessage | undefined {
	const { channel, ts, thread_ts: threadTs, user, text } = event;
	if (!TYPED.has(event.subtype) || event.bot_id !== undefined || event.edited !== undefined || event.hidden === true) return undefined;
	if (typeof channel !== 'string' || typeof ts !== 'string' || typeof user !== 'string' || user === botUserId) return undefined;
	const written = typeof text === 'string' ? text : '';
	const mentioned = [...written.matchAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g)].map((match) => match[1]);
	return {
		channel,
		ts,
		...(typeof threadTs === 'string' && { threadTs }),
		user,
		text: hasWords(written) ? plainText(written, botUserId) : '',
		direct: event.channel_type === 'im',
		mentionsBot: mentioned.includes(botUserId),
		mentionsOthers: mentioned.some((id) => id !== botUserId),
		stranger: teamsOf(event).some((named) => named !== team),
		hasFile: Array.isArray(event.files) && event.files.length > 0,
	};
}

/**
 * The workspaces that an event names for its author: where they are at home, where they wrote it, and that of the message. An organisation
 * (`E…`) says nothing of the workspace.
 */
function teamsOf({ user_team, source_team, team, user_profile: profile }: Readonly<Record<string, unknown>>): string[] {
	const home = typeof profile === 'object' && profile !== null && 'team' in profile ? profile.team : undefined;
	return [user_team, source_team, team, home].filter((named): named is string => typeof named === 'string' && named.startsWith('T'));
}
