import type { WebClientOptions } from '@slack/web-api';
import type { WorkspaceAccess } from './workspace-access.ts';

/** The workspaces this bot may work in, and how it speaks with Slack there. */
export interface Access extends WorkspaceAccess {
	/** For the clients that Bolt makes. */
	readonly clientOptions: WebClientOptions;
}
