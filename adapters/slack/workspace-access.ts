import type { Authorize, HTTPReceiverOptions } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';

/**
 * The workspaces this bot may work in: the one of its token, or all that have installed it. Methods reject with a UserError, `not-found` for a
 * workspace that is none of them.
 */
export interface WorkspaceAccess {
	/** For Bolt; left out when the receiver does it by `installation`. Takes no call of Slack once `check` has passed. */
	readonly authorize?: Authorize<boolean>;
	/** For Bolt's receiver, which then serves the pages that install the app. */
	readonly installation?: Pick<
		HTTPReceiverOptions,
		'clientId' | 'clientSecret' | 'stateSecret' | 'installationStore' | 'scopes' | 'installerOptions'
	>;
	/** The teams whose token the operator has set; those that install the app are not among them. */
	ownTeams(): Promise<readonly string[]>;
	clientOf(team: string): Promise<WebClient>;
	botUserId(team: string): Promise<string>;
	/** Where the bot is, in words. Rejects when what is set up cannot work. */
	check(): Promise<string>;
	/** The team has removed the app: its token is deleted. */
	forget(team: string): Promise<void>;
}
