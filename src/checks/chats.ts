import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import type { Check } from './check.ts';

/** That a process which is to serve chats alone has one. */
export function checkRole({ role, slack, discord }: Pick<Config, 'role' | 'slack' | 'discord'>): readonly Check[] {
	if (role === 'all' || slack || discord) return [];
	return [{ settings: 'ROLE', run: () => Promise.reject(noChat()) }];
}

/** What an operator is told who starts the chats and has set up none. */
export function noChat(): UserError {
	return new UserError(
		'configuration',
		'No chat is set up. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, DISCORD_TOKEN for Discord, or several (see .env.example). Without a chat: npm start -- console',
	);
}
