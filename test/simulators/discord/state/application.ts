import { randomBytes } from 'node:crypto';
import { type APIUser, ApplicationFlags } from 'discord-api-types/v10';
import { userOf } from './people.ts';
import type { Snowflakes } from './snowflakes.ts';

const TWO_YEARS_MS = 2 * 365 * 24 * 3600 * 1000;

/** The app as Discord's developer portal knows it. Its bot's user has the same id. */
export interface Application {
	readonly id: string;
	readonly token: string;
	readonly bot: APIUser;
	readonly owner: APIUser;
	/** The intents that were switched on: discord.com/developers/docs/resources/application#application-object-application-flags */
	flags: number;
	description: string;
}

export function createApplication(snowflakes: Snowflakes, messageContent: boolean): Application {
	const id = snowflakes.before(TWO_YEARS_MS);
	const secret = (bytes: number) => randomBytes(bytes).toString('base64url');
	return {
		id,
		token: `${Buffer.from(id).toString('base64url')}.${secret(4)}.${secret(28)}`,
		bot: userOf(id, 'toolcoder', { bot: true, global_name: null }),
		owner: userOf(snowflakes.before(TWO_YEARS_MS), 'app-owner'),
		flags: messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
		description: '',
	};
}

/** Whether the content of messages may be read. */
export function readsContent(application: Application): boolean {
	return (application.flags & (ApplicationFlags.GatewayMessageContentLimited | ApplicationFlags.GatewayMessageContent)) !== 0;
}
