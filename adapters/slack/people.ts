import type { UsersInfoResponse } from '@slack/web-api';
import { UserError } from '../../src/errors.ts';
import type { Outbound } from './outbound/outbound.ts';
import { refusalOf } from './outbound/slack-failure.ts';

/** Who somebody is in a workspace. Rights are asked for anew every time: they are taken away, too. */
export interface People {
	/**
	 * By the workspace's own word or the operator's list. Never a guest, nor somebody of another workspace who shares a channel with this one.
	 * Rejects with a UserError when Slack does not say.
	 */
	isAdmin(team: string, user: string): Promise<boolean>;
	/** Guests are; people of other workspaces are not. Rejects with a UserError when Slack does not say. */
	isMember(team: string, user: string): Promise<boolean>;
	/** As others see it; the id when Slack does not say. Never rejects. */
	nameOf(team: string, user: string): Promise<string>;
}

export interface PeopleOptions {
	readonly outbound: Pick<Outbound, 'call'>;
	/** User ids that the operator listed. */
	readonly admins: readonly string[];
}

const UNKNOWN: ReadonlySet<unknown> = new Set(['user_not_found', 'user_not_visible']);

export function createPeople({ outbound, admins }: PeopleOptions): People {
	const infoOf = async (team: string, user: string) => (await outbound.call(team, (client) => client.users.info({ user }))).user;
	const memberInfo = async (team: string, user: string) => {
		try {
			const info = await infoOf(team, user);
			return info && isOf(info, team) ? info : undefined;
		} catch (error) {
			if (UNKNOWN.has(reasonOf(error))) return undefined;
			throw error;
		}
	};
	return {
		async isAdmin(team, user) {
			const listed = admins.includes(user);
			try {
				const info = await memberInfo(team, user);
				if (!info || info.is_restricted || info.is_ultra_restricted) return false;
				return listed || info.is_admin === true || info.is_owner === true;
			} catch (error) {
				// An app that may not look people up has the operator's word for those on the list.
				if (listed && reasonOf(error) === 'missing_scope') return true;
				throw error;
			}
		},
		async isMember(team, user) {
			return (await memberInfo(team, user)) !== undefined;
		},
		async nameOf(team, user) {
			try {
				const info = await infoOf(team, user);
				return info?.profile?.display_name || info?.real_name || info?.name || user;
			} catch {
				return user;
			}
		},
	};
}

/** In an organisation people are at home in one workspace and belong to others. */
function isOf(user: NonNullable<UsersInfoResponse['user']>, team: string): boolean {
	const { deleted, is_stranger: stranger, team_id: home, enterprise_user: organisation } = user;
	return !deleted && !stranger && (home === team || organisation?.teams?.includes(team) === true);
}

function reasonOf(error: unknown): string | undefined {
	return refusalOf(error instanceof UserError ? error.cause : error);
}
