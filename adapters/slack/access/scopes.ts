/** What the app may do in a workspace, for the installation by OAuth. The manifest asks for the same. */
export const BOT_SCOPES: readonly string[] = [
	'app_mentions:read',
	'assistant:write',
	'channels:history',
	'chat:write',
	'commands',
	'files:read',
	'files:write',
	'groups:history',
	'im:history',
	'im:write',
	'mpim:history',
	'users:read',
];
