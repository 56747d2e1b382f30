import type { Outbound } from './outbound.ts';

/** Who somebody is in their workspace. */
export interface People {
	/** By the workspace's own word or the operator's list. Asked anew every time: rights are taken away, too. */
	isAdmin(team: string, user: string): Promise<boolean>;
	/** As others see it; the id when Slack does not say. Never rejects. */
	nameOf(team: string, user: string): Promise<string>;
}

export interface PeopleOptions {
	readonly outbound: Pick<Outbound, 'call'>;
	/** User ids that the operator listed. */
	readonly admins: readonly string[];
}

export function createPeople({ outbound, admins }: PeopleOptions): People {
	const infoOf = async (team: string, user: string) => (await outbound.call(team, (client) => client.users.info({ user }))).user;
	return {
		async isAdmin(team, user) {
			if (admins.includes(user)) return true;
			const info = await infoOf(team, user);
			return info?.deleted !== true && (info?.is_admin === true || info?.is_owner === true);
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
