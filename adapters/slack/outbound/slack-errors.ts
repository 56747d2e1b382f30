import { type ErrorCode, UserError } from '../../../src/errors.ts';
import { failureOf, type SlackFailure } from './slack-failure.ts';

type Explanation = readonly [code: ErrorCode, userMessage: string];

const NO_TOKEN: Explanation = [
	'configuration',
	'Slack no longer accepts the token of this bot: the app was removed from the workspace, or its token was replaced. Install the app again; whoever runs the bot then sets the new token.',
];
const NOT_PERMITTED: Explanation = [
	'not-allowed',
	'The rules of this workspace or channel do not let the bot write here. Ask in another channel, or ask an admin of the workspace to allow it.',
];
const TOO_LONG: Explanation = ['bad-input', 'The message is too long for Slack. Ask for less at once, for example for fewer records.'];
const UNDRAWABLE: Explanation = ['internal', 'Slack could not draw this message. The log has the details; ask again in other words.'];
const GONE: Explanation = ['not-found', 'The message was deleted. Ask again in a new message.'];
const EXPIRED: Explanation = [
	'bad-input',
	'That took too long, and Slack has closed the form. Press the button or type the command again.',
];

const REFUSALS: Readonly<Record<string, Explanation>> = {
	not_in_channel: ['not-allowed', 'The bot is not in this channel. Type /invite and the name of the bot there, then try again.'],
	channel_not_found: [
		'not-found',
		'Slack does not show this channel to the bot: it is private or was deleted. Type /invite and the name of the bot there, or ask in another channel.',
	],
	is_archived: ['not-allowed', 'This channel is archived. Unarchive it, or ask in another channel.'],
	user_not_in_channel: ['not-allowed', 'Slack shows a private note only to members of the channel. Join it, then try again.'],
	msg_too_long: TOO_LONG,
	msg_blocks_too_long: TOO_LONG,
	invalid_blocks: UNDRAWABLE,
	invalid_blocks_format: UNDRAWABLE,
	invalid_auth: NO_TOKEN,
	not_authed: NO_TOKEN,
	token_revoked: NO_TOKEN,
	token_expired: NO_TOKEN,
	account_inactive: NO_TOKEN,
	no_permission: NOT_PERMITTED,
	access_denied: NOT_PERMITTED,
	ekm_access_denied: NOT_PERMITTED,
	team_access_not_granted: NOT_PERMITTED,
	restricted_action: NOT_PERMITTED,
	message_not_found: GONE,
	thread_not_found: GONE,
	cannot_reply_to_message: GONE,
	cant_update_message: ['not-allowed', 'The bot cannot change this message: it is not its own.'],
	edit_window_closed: ['not-allowed', 'The rules of this workspace do not let messages be changed after so long.'],
	expired_trigger_id: EXPIRED,
	exchanged_trigger_id: EXPIRED,
	invalid_trigger_id: EXPIRED,
	messages_tab_disabled: [
		'configuration',
		'Direct messages with this app are switched off. Whoever manages it switches them on at https://api.slack.com/apps under App Home (Messages Tab).',
	],
	storage_limit_reached: ['not-allowed', 'The file storage of this workspace is full. Ask an admin of the workspace to make room.'],
};

/**
 * What a failed call of the Web API means to the people in the chat: the cause in plain words and the next step, with the error as its cause.
 * Undefined for anything that is no failed call.
 */
export function explainSlackError(error: unknown): UserError | undefined {
	const failure = failureOf(error);
	if (!failure) return undefined;
	const [code, userMessage] = failure.kind === 'refused' ? explainRefusal(failure) : explainTrouble(failure.kind);
	return new UserError(code, userMessage, { cause: error });
}

function explainTrouble(kind: Exclude<SlackFailure['kind'], 'refused'>): Explanation {
	if (kind === 'rate-limited') return ['network', 'The bot is sending more than Slack takes at the moment. Try again in a few minutes.'];
	if (kind === 'unreached') return ['network', 'Slack cannot be reached from the machine the bot runs on. Try again in a minute.'];
	return ['network', 'Slack did not answer as it should. Try again in a minute; https://slack-status.com tells of outages.'];
}

function explainRefusal({ error, needed }: Extract<SlackFailure, { kind: 'refused' }>): Explanation {
	if (error === 'missing_scope') return missingScope(needed);
	if (error.startsWith('restricted_action')) return NOT_PERMITTED;
	return REFUSALS[error] ?? ['internal', `Slack refused this (${error}). The log has the details; try again, or report the code.`];
}

/** Slack names one scope, or several of which one is enough. */
function missingScope(needed = ''): Explanation {
	const scopes = /^[a-z0-9:._,-]{1,200}$/.test(needed) ? `the Slack permission ${needed.replaceAll(',', ' or ')}` : 'a Slack permission';
	return [
		'configuration',
		`The app lacks ${scopes}. Whoever manages it adds it at https://api.slack.com/apps under OAuth & Permissions, then installs the app again.`,
	];
}
