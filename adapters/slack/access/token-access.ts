import type { AuthTestResponse } from '@slack/web-api';
import { UserError } from '../../../src/errors.ts';
import { callPatiently } from '../../shared/outbound/call-patiently.ts';
import { explainSlackError } from '../outbound/slack-errors.ts';
import { failureOf } from '../outbound/slack-failure.ts';
import type { Access } from './access.ts';
import { createWebClient, type WebClientSettings } from './web-client.ts';

/** Three attempts, with 1 and 2 s between them. */
const ATTEMPTS = 3;

/** One workspace, or one organisation, by a bot token that the operator has set. */
export function createTokenAccess(botToken: string, settings: WebClientSettings): Access {
	const client = createWebClient(botToken, settings);
	const patience = { platform: 'slack', failureOf, closing: new AbortController().signal, logger: settings.logger, attempts: ATTEMPTS };
	let known: Promise<AuthTestResponse> | undefined;

	/** Asked once; a failure is not kept. */
	function self(): Promise<AuthTestResponse> {
		known ??= callPatiently(() => client.auth.test(), patience).catch((error) => {
			known = undefined;
			throw explainSlackError(error) ?? error;
		});
		return known;
	}
	return {
		async authorize() {
			const { bot_id: botId, user_id: botUserId, team_id: teamId, is_enterprise_install: many } = await self();
			return { botToken, botId, botUserId, ...(!many && { teamId }) };
		},
		async ownTeams() {
			const { team_id: team } = await self();
			return team ? [team] : [];
		},
		async clientOf(team) {
			const { team_id: own, is_enterprise_install: many } = await self();
			if (own !== team && !many) throw new UserError('not-found', 'The bot is not installed in this workspace of Slack.');
			return client;
		},
		async botUserId() {
			const { user_id: user } = await self();
			if (!user) throw new UserError('configuration', 'SLACK_BOT_TOKEN belongs to no bot user. Take the Bot User OAuth Token of the app.');
			return user;
		},
		async check() {
			const { team, team_id: id } = await self();
			return `workspace ${team ?? id}`;
		},
		/** The token is the operator's; Slack will refuse it from now on. */
		async forget() {
			known = undefined;
			return true;
		},
	};
}
