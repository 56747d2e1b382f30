import type { APIUser } from 'discord-api-types/v10';
import type { Snowflakes } from './snowflakes.ts';

const A_YEAR_MS = 365 * 24 * 3600 * 1000;

/** Somebody with an account: a person, the bot, another bot. */
export interface Account {
	readonly user: APIUser;
	/** Has installed the app to their account. */
	userInstalled: boolean;
	/** Is in no server of the bot's. */
	outsider: boolean;
	/** Takes no direct messages from people and bots they share a server with. */
	closedDms: boolean;
}

/** All accounts by id; names are unique among people. */
export interface People {
	get(id: string): Account | undefined;
	/** Makes the account when there is none of this name. */
	named(name: string): Account;
	all(): readonly Account[];
	add(user: APIUser): Account;
}

export function createPeople(snowflakes: Snowflakes): People {
	const accounts = new Map<string, Account>();
	const add = (user: APIUser): Account => {
		const account = { user, userInstalled: false, outsider: false, closedDms: false };
		accounts.set(user.id, account);
		return account;
	};
	return {
		get: (id) => accounts.get(id),
		named(name) {
			const known = [...accounts.values()].find(({ user }) => user.username === name && !user.bot);
			return known ?? add(userOf(snowflakes.before(A_YEAR_MS), name));
		},
		all: () => [...accounts.values()],
		add,
	};
}

export function userOf(id: string, name: string, extra: Partial<APIUser> = {}): APIUser {
	return { id, username: name, discriminator: '0', global_name: null, avatar: null, ...extra };
}
