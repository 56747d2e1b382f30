import type { App } from '@slack/bolt';
import type { Parts } from '../parts.ts';

/** A workspace that removes the app takes its tokens with it. What it has connected and learnt stays, for the day it comes back. */
export function listenForInstallation(app: App, { access, logger }: Parts): void {
	const forget = async (team: string | undefined, why: string) => {
		if (!team) return;
		const gone = await access.forget(team);
		logger.info({ team, why }, gone ? 'a workspace has removed the app' : 'a workspace that was said to have removed the app has it');
	};
	app.event('app_uninstalled', ({ body }) => forget(body.team_id, 'app_uninstalled'));
	app.event('tokens_revoked', async ({ event, body }) => {
		// Tokens of users are not used; without the bot's, nothing can be posted.
		if ((event.tokens.bot ?? []).length > 0) await forget(body.team_id, 'tokens_revoked');
	});
}
