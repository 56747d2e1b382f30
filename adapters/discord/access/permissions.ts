import { OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

/** All that the bot needs in a server; a test holds the README against it. */
export const PERMISSIONS =
	PermissionFlagsBits.ViewChannel |
	PermissionFlagsBits.SendMessages |
	PermissionFlagsBits.SendMessagesInThreads |
	PermissionFlagsBits.CreatePublicThreads |
	PermissionFlagsBits.AttachFiles |
	PermissionFlagsBits.ReadMessageHistory;

/** Where somebody who manages a server adds the bot to it. */
export function inviteUrl(applicationId: string): string {
	const query = new URLSearchParams({
		client_id: applicationId,
		permissions: String(PERMISSIONS),
		scope: [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands].join(' '),
	});
	return `https://discord.com/oauth2/authorize?${query}`;
}
