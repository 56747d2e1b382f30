import type { Channel } from './state/channels.ts';

/** The scope of a bot token that a method needs, from the "Facts" of its page under https://docs.slack.dev/reference/methods. */
const SCOPES: Readonly<Record<string, string>> = {
	'agents.sessions.rename': 'chat:write',
	'agents.sessions.setStatus': 'chat:write',
	// Since March 2026 (https://docs.slack.dev/changelog/2026/03/05/set-status-scope-update).
	'assistant.threads.setStatus': 'chat:write',
	'assistant.threads.setSuggestedPrompts': 'assistant:write',
	'assistant.threads.setTitle': 'assistant:write',
	'bots.info': 'users:read',
	'chat.appendStream': 'chat:write',
	'chat.delete': 'chat:write',
	'chat.deleteScheduledMessage': 'chat:write',
	'chat.postEphemeral': 'chat:write',
	'chat.postMessage': 'chat:write',
	'chat.scheduleMessage': 'chat:write',
	'chat.startStream': 'chat:write',
	'chat.stopStream': 'chat:write',
	'chat.update': 'chat:write',
	'conversations.join': 'channels:join',
	'conversations.open': 'im:write',
	'files.completeUploadExternal': 'files:write',
	'files.delete': 'files:write',
	'files.getUploadURLExternal': 'files:write',
	'files.info': 'files:read',
	'files.list': 'files:read',
	'pins.add': 'pins:write',
	'reactions.add': 'reactions:write',
	'reactions.get': 'reactions:read',
	'reactions.remove': 'reactions:write',
	'team.info': 'team:read',
	'users.info': 'users:read',
	'users.list': 'users:read',
	'users.lookupByEmail': 'users:read.email',
	'users.profile.get': 'users.profile:read',
};

const HISTORY = { channel: 'channels:history', group: 'groups:history', im: 'im:history' } as const;
const READ = { channel: 'channels:read', group: 'groups:read', im: 'im:read' } as const;
const BY_KIND: Readonly<Record<string, Readonly<Record<Channel['kind'], string>>>> = {
	'conversations.history': HISTORY,
	'conversations.replies': HISTORY,
	'conversations.info': READ,
	'conversations.list': READ,
	'conversations.members': READ,
};

/** What the token lacks for this call; undefined when it may go on. Methods without an entry need no scope. */
export function missingScope(method: string, kind: Channel['kind'] | undefined, granted: readonly string[]): string | undefined {
	const needed = BY_KIND[method]?.[kind ?? 'channel'] ?? SCOPES[method];
	return needed === undefined || granted.includes(needed) ? undefined : needed;
}

/** What a bot needs so that an event comes to it (https://docs.slack.dev/reference/events). Those left out need nothing. */
const EVENT_SCOPES: Readonly<Record<string, string>> = {
	// Of sessions, which only agents have: "Declaring an app as an agent adds the `assistant:write` scope" (https://docs.slack.dev/ai/agent-sessions).
	agent_session_stopped: 'assistant:write',
	app_mention: 'app_mentions:read',
	'message.channels': 'channels:history',
	'message.groups': 'groups:history',
	'message.im': 'im:history',
};

export function mayHear(subscription: string, granted: readonly string[]): boolean {
	const needed = EVENT_SCOPES[subscription];
	return needed === undefined || granted.includes(needed);
}

/** Every scope there is a method for: what a bot has when nobody says otherwise. */
export const ALL_SCOPES: readonly string[] = [
	...new Set([
		...Object.values(SCOPES),
		...Object.values(BY_KIND).flatMap((kinds) => Object.values(kinds)),
		'app_mentions:read',
		'commands',
	]),
];
