import type { Authorize, CustomRoute } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';

/**
 * The workspaces this bot may work in: the one of its token, or all that have installed it. Methods reject with a UserError, `not-found` for a
 * workspace that is none of them.
 */
export interface Access {
	/** For Bolt. Takes no call of Slack once `check` has passed. */
	readonly authorize: Authorize<boolean>;
	/** Where workspaces install the app, when they do: `/slack/install`, and `/slack/oauth_redirect`, to which Slack sends people back. */
	readonly pages?: readonly CustomRoute[];
	/** The teams whose token the operator has set; those that install the app are not among them. */
	ownTeams(): Promise<readonly string[]>;
	clientOf(team: string): Promise<WebClient>;
	botUserId(team: string): Promise<string>;
	/** Where the bot is, in words. Rejects when what is set up cannot work. */
	check(): Promise<string>;
	/** Deletes the token of a team that has removed the app, and is true; false while Slack still takes the token: the app was installed anew. */
	forget(team: string): Promise<boolean>;
}
