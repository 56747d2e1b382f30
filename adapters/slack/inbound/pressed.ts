import type { BlockAction } from '@slack/bolt';
import type { Presser } from '../../shared/run-actions.ts';
import type { Ear } from '../outbound/tell.ts';
import type { Parts } from '../parts.ts';
import { workspaceOf } from '../place.ts';

/** Where whoever pressed something is told what only they see. */
export function earOf(body: Pick<BlockAction, 'channel' | 'container' | 'message' | 'user'>, team: string): Ear {
	const channel = body.channel?.id ?? body.container?.channel_id;
	const threadTs = body.message?.thread_ts ?? body.container?.thread_ts;
	return { team, channel: channel ?? body.user.id, user: body.user.id, ...(threadTs && { threadTs }) };
}

export function presserOf({ team, user }: Pick<Ear, 'team' | 'user'>, { people }: Pick<Parts, 'people'>): Presser {
	return { id: user, workspaceId: workspaceOf(team), isAdmin: () => people.isAdmin(team, user), name: () => people.nameOf(team, user) };
}
