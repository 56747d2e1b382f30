import { blocksAsRead } from '../block-kit/as-read.ts';
import { type Fields, text } from '../fields.ts';
import { mayHear } from '../scopes.ts';
import { slackId, timestamp } from '../state/ids.ts';
import type { Message } from '../state/transcript.ts';
import type { Workspace } from '../state/workspace.ts';
import type { World } from '../world.ts';
import type { Delivery } from './delivery.ts';

const MESSAGE_EVENTS = { channel: 'message.channels', group: 'message.groups', im: 'message.im' } as const;

/** Tells the app of an event, when it has subscribed to it and may hear it. `subscription` differs from the type for messages only. */
export function announce(world: World, workspace: Workspace, event: Fields, subscription = text(event, 'type')): Delivery | undefined {
	if (!workspace.installed) return undefined;
	if (world.app.events && !world.app.events.includes(subscription)) return undefined;
	const granted = [...world.tokens.values()].filter((token) => token.team === workspace.id).flatMap((token) => token.scopes);
	if (!mayHear(subscription, granted)) return undefined;
	const type = text(event, 'type');
	return world.dispatch.send({ kind: 'events_api', type, team: workspace.id }, callback(world, workspace, event)).delivery;
}

/** The envelope of https://docs.slack.dev/apis/events-api/#event-type-structure. */
function callback(world: World, workspace: Workspace, event: Fields): Fields {
	return {
		token: 'legacy-verification-token',
		team_id: workspace.id,
		context_team_id: workspace.id,
		context_enterprise_id: null,
		api_app_id: world.app.appId,
		event: { event_ts: timestamp(), ...event },
		type: 'event_callback',
		event_id: slackId('Ev'),
		event_time: Math.floor(Date.now() / 1000),
		authorizations: [
			{ enterprise_id: null, team_id: workspace.id, user_id: workspace.bot.userId, is_bot: true, is_enterprise_install: false },
		],
		is_ext_shared_channel: false,
		event_context: `4-${slackId('x')}`,
	};
}

/** A `message` event of the channel's kind. The app hears of channels that its bot is in, its own messages included. */
export function announceMessage(world: World, workspace: Workspace, channelId: string, event: Fields): Delivery | undefined {
	const channel = workspace.channels.find(channelId);
	if (!channel?.members.has(workspace.bot.userId)) return undefined;
	const message = { type: 'message', channel: channel.id, channel_type: channel.kind, ...event };
	return announce(world, workspace, message, MESSAGE_EVENTS[channel.kind]);
}

/** The fields of a message as events and answers carry them. */
export function messageFields(message: Message, world: World): Fields {
	const { team, channel: _, ephemeralFor: _for, streaming: _streaming, blocks, bot_id, ...fields } = message;
	const bot = bot_id === undefined ? {} : { bot_id, app_id: world.app.appId, bot_profile: botProfile(world, team, bot_id) };
	return { type: 'message', team, ...fields, ...(blocks.length > 0 ? { blocks: blocksAsRead(blocks) } : {}), ...bot };
}

function botProfile(world: World, team: string, id: string): Fields {
	return { id, app_id: world.app.appId, name: world.app.name, deleted: false, updated: 1_700_000_000, team_id: team, icons: {} };
}
