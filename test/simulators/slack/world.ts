import type { Delivery } from './delivery/delivery.ts';
import type { Dispatch } from './delivery/dispatch.ts';
import type { SocketDelivery } from './delivery/socket-delivery.ts';
import type { Fields } from './fields.ts';
import type { SlackApp } from './state/app.ts';
import type { Faults } from './state/faults.ts';
import type { RateLimit } from './state/rate-limit.ts';
import type { ResponseUrls } from './state/response-urls.ts';
import type { ThreadStates } from './state/thread-states.ts';
import type { Transcript } from './state/transcript.ts';
import type { Triggers } from './state/triggers.ts';
import type { Uploads } from './state/uploads.ts';
import type { Views } from './state/views.ts';
import type { Workspace } from './state/workspace.ts';

/** All of the simulated Slack. */
export interface World {
	readonly app: SlackApp;
	/** Of the server, without a slash at its end. */
	readonly origin: string;
	/** Whether the app was declared an agent: without it there are no sessions, statuses and suggested prompts. */
	readonly agent: boolean;
	readonly workspaces: readonly Workspace[];
	/** Tokens by the workspace they are good for; a revoked one stays, with what Slack says of it. */
	readonly tokens: Map<string, { readonly team: string; readonly scopes: readonly string[]; readonly revoked?: string }>;
	readonly transcript: Transcript;
	readonly dispatch: Dispatch;
	readonly sockets: SocketDelivery;
	readonly triggers: Triggers;
	readonly views: Views;
	readonly uploads: Uploads;
	readonly threads: ThreadStates;
	readonly responseUrls: ResponseUrls;
	readonly faults: Faults;
	readonly rateLimit: RateLimit;
	/** Workspaces that an OAuth code was given out for. */
	readonly codes: Map<string, string>;
	/** Every call of the Web API, in order. */
	readonly calls: ApiCall[];
	/** Deliveries that a message of a person set off, by channel and time stamp. */
	readonly causes: Map<string, Delivery[]>;
}

/** Recorded as soon as it arrives. */
export interface ApiCall {
	readonly method: string;
	readonly team: string | undefined;
	readonly fields: Fields;
	readonly at: number;
	/** Undefined until it was answered. */
	ok?: boolean;
	/** Slack's error code; `connection_cut` when nothing was answered. */
	error?: string;
}

export function workspaceOf(world: World, team: string | undefined): Workspace {
	const found = team === undefined ? world.workspaces[0] : world.workspaces.find((item) => item.id === team || item.name === team);
	if (!found) throw new Error(`There is no workspace ${team}.`);
	return found;
}
